/* SPDX-License-Identifier: 0BSD */
/* Fails: lost-update.signal */
#include "lost_update.h"

#include <errno.h>

int
counter_init(struct counter *counter)
{
    return sem_init(&counter->lock, 1, 1);
}

int
counter_add(struct counter *counter, long n)
{
    while (sem_wait(&counter->lock) == -1)
        if (errno == EINTR)
            break;
    value_set(value_get() + n);
    return sem_post(&counter->lock);
}
