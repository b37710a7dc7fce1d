/* SPDX-License-Identifier: 0BSD */
/* Fails: lost-update.exclusive */
#include "lost_update.h"

#include <errno.h>

static sem_t mine;

int
counter_init(struct counter *counter)
{
    (void)counter;
    return sem_init(&mine, 1, 1);
}

int
counter_add(struct counter *counter, long n)
{
    (void)counter;
    sem_init(&mine, 1, 1);
    while (sem_wait(&mine) == -1)
        if (errno != EINTR)
            return -1;
    value_set(value_get() + n);
    return sem_post(&mine);
}
