/* SPDX-License-Identifier: 0BSD */
/* Fails: lost-update.whole */
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
    long value;

    while (sem_wait(&counter->lock) == -1)
        if (errno != EINTR)
            return -1;
    value = value_get();
    sem_post(&counter->lock);
    while (sem_wait(&counter->lock) == -1)
        if (errno != EINTR)
            return -1;
    value_set(value + n);
    return sem_post(&counter->lock);
}
