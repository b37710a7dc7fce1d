/* SPDX-License-Identifier: 0BSD */
/* Fails: bounded-buffer.patient */
#define _GNU_SOURCE
#include "bounded_buffer.h"

#include <errno.h>
#include <time.h>

static int
w(sem_t *s)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += 2;
    while (sem_timedwait(s, &t) == -1)
        if (errno != EINTR)
            return -1;
    return 0;
}

int
ring_init(struct ring *r)
{
    return sem_init(&r->empty, 1, SLOTS) ||
                   sem_init(&r->full, 1, 0) ||
                   sem_init(&r->mutex, 1, 1)
               ? -1
               : 0;
}

int
ring_put(struct ring *r, int v)
{
    if (w(&r->empty) || w(&r->mutex))
        return -1;
    slot_set(r->in, v);
    r->in = (r->in + 1) % SLOTS;
    sem_post(&r->mutex);
    return sem_post(&r->full);
}

int
ring_take(struct ring *r, int *v)
{
    if (w(&r->full) || w(&r->mutex))
        return -1;
    *v = slot_get(r->out);
    r->out = (r->out + 1) % SLOTS;
    sem_post(&r->mutex);
    return sem_post(&r->empty);
}
