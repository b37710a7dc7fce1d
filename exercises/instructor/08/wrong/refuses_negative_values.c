/* SPDX-License-Identifier: 0BSD */
/* Fails: bounded-buffer.order */
#define _GNU_SOURCE
#include "bounded_buffer.h"

#include <errno.h>

int
ring_init(struct ring *r)
{
    return sem_init(&r->empty, 1, SLOTS) ||
                   sem_init(&r->full, 1, 0) ||
                   sem_init(&r->mutex, 1, 1)
               ? -1
               : 0;
}

static int
w(sem_t *s)
{
    while (sem_wait(s) == -1)
        if (errno != EINTR)
            return -1;
    return 0;
}

int
ring_put(struct ring *r, int v)
{
    if (v < 0) {
        errno = EINVAL;
        return -1;
    }
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
