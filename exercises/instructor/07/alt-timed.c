/* SPDX-License-Identifier: 0BSD */
/* Looks around once in a while, and waits on. */
#define _GNU_SOURCE
#include "lost_update.h"

#include <errno.h>
#include <time.h>

int
counter_init(struct counter *counter)
{
    return sem_init(&counter->lock, 1, 1);
}

int
counter_add(struct counter *counter, long n)
{
    struct timespec end;
    long value;

    do {
        clock_gettime(CLOCK_REALTIME, &end);
        end.tv_sec++;
        if (sem_timedwait(&counter->lock, &end) == 0)
            break;
    } while (errno == EINTR || errno == ETIMEDOUT);
    value = value_get();
    value += n;
    value_set(value);
    return sem_post(&counter->lock);
}
