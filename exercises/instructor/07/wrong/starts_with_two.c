/* SPDX-License-Identifier: 0BSD */
/* Fails: lost-update.exclusive */
#include "lost_update.h"

#include <errno.h>

int
counter_init(struct counter *counter)
{
    return sem_init(&counter->lock, 1, 2);
}

int
counter_add(struct counter *counter, long n)
{
    while (sem_wait(&counter->lock) == -1)
        if (errno != EINTR)
            return -1;
    value_set(value_get() + n);
    return sem_post(&counter->lock);
}
