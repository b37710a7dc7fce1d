/* SPDX-License-Identifier: 0BSD */
/* Wakes while it still has the mutex, and looks for room itself. */
#include "bounded_buffer.h"

#include <errno.h>

static void
wait_for(sem_t *sem)
{
    while (sem_wait(sem) == -1 && errno == EINTR)
        continue;
}

int
ring_init(struct ring *ring)
{
    sem_init(&ring->mutex, 1, 1);
    sem_init(&ring->full, 1, 0);
    return sem_init(&ring->empty, 1, SLOTS);
}

int
ring_put(struct ring *ring, int value)
{
    wait_for(&ring->empty);
    wait_for(&ring->mutex);
    slot_set(ring->in++ % SLOTS, value);
    sem_post(&ring->full);
    sem_post(&ring->mutex);
    return 0;
}

int
ring_take(struct ring *ring, int *value)
{
    wait_for(&ring->full);
    wait_for(&ring->mutex);
    *value = slot_get(ring->out++ % SLOTS);
    sem_post(&ring->empty);
    sem_post(&ring->mutex);
    return 0;
}
