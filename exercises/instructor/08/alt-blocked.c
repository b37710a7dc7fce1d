/* SPDX-License-Identifier: 0BSD */
/* Lets no signal in while it is at it. */
#define _GNU_SOURCE
#include "bounded_buffer.h"

#include <errno.h>
#include <signal.h>

static sigset_t before;

static void
block(void)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
}

static int
unblock(int result)
{
    int error = errno;

    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return result;
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
    block();
    if (sem_wait(&ring->empty) == -1 ||
        sem_wait(&ring->mutex) == -1)
        return unblock(-1);
    slot_set(ring->in, value);
    ring->in = (ring->in + 1) % SLOTS;
    if (sem_post(&ring->mutex) == -1)
        return unblock(-1);
    return unblock(sem_post(&ring->full));
}

int
ring_take(struct ring *ring, int *value)
{
    block();
    if (sem_wait(&ring->full) == -1 || sem_wait(&ring->mutex) == -1)
        return unblock(-1);
    *value = slot_get(ring->out);
    ring->out = (ring->out + 1) % SLOTS;
    if (sem_post(&ring->mutex) == -1)
        return unblock(-1);
    return unblock(sem_post(&ring->empty));
}
