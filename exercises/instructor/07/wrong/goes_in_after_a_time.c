/* SPDX-License-Identifier: 0BSD */
/* Fails: lost-update.patient */
#define _GNU_SOURCE
#include "lost_update.h"

#include <errno.h>
#include <time.h>

int
counter_init(struct counter *c)
{
    return sem_init(&c->lock, 1, 1);
}

int
counter_add(struct counter *c, long n)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += 1;
    while (sem_timedwait(&c->lock, &t) == -1 && errno == EINTR)
        ;
    value_set(value_get() + n);
    return sem_post(&c->lock);
}
