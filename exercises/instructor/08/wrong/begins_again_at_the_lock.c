/* SPDX-License-Identifier: 0BSD */
/* Fails: bounded-buffer.signal */
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

int
ring_put(struct ring *r, int v)
{
    while (sem_wait(&r->empty) == -1 || sem_wait(&r->mutex) == -1)
        if (errno != EINTR)
            return -1;
    slot_set(r->in, v);
    r->in = (r->in + 1) % SLOTS;
    sem_post(&r->mutex);
    return sem_post(&r->full);
}

int
ring_take(struct ring *r, int *v)
{
    while (sem_wait(&r->full) == -1 || sem_wait(&r->mutex) == -1)
        if (errno != EINTR)
            return -1;
    *v = slot_get(r->out);
    r->out = (r->out + 1) % SLOTS;
    sem_post(&r->mutex);
    return sem_post(&r->empty);
}
