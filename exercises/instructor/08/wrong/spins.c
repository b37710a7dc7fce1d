/* SPDX-License-Identifier: 0BSD */
/* Fails: bounded-buffer.sleeps */
#include "bounded_buffer.h"

#include <errno.h>

static int
wait_for(sem_t *sem)
{
    while (sem_trywait(sem) == -1)
        if (errno != EAGAIN)
            return -1;
    return 0;
}

int
ring_init(struct ring *ring)
{
    if (sem_init(&ring->empty, 1, SLOTS) == -1 ||
        sem_init(&ring->full, 1, 0) == -1)
        return -1;
    return sem_init(&ring->mutex, 1, 1);
}

int
ring_put(struct ring *ring, int value)
{
    if (wait_for(&ring->empty) == -1 ||
        wait_for(&ring->mutex) == -1)
        return -1;
    slot_set(ring->in, value);
    ring->in = (ring->in + 1) % SLOTS;
    if (sem_post(&ring->mutex) == -1)
        return -1;
    return sem_post(&ring->full);
}

int
ring_take(struct ring *ring, int *value)
{
    if (wait_for(&ring->full) == -1 || wait_for(&ring->mutex) == -1)
        return -1;
    *value = slot_get(ring->out);
    ring->out = (ring->out + 1) % SLOTS;
    if (sem_post(&ring->mutex) == -1)
        return -1;
    return sem_post(&ring->empty);
}
