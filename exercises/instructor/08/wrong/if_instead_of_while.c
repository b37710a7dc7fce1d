/* SPDX-License-Identifier: 0BSD */
/* Fails: bounded-buffer.filled */
#define _GNU_SOURCE
#include "bounded_buffer.h"

#include <errno.h>
#include <pthread.h>

struct monitor {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned int in, out;
};

/* It lies where the ring would. */
static struct monitor *
monitor_of(struct ring *ring)
{
    _Static_assert(sizeof(struct monitor) <=
                       sizeof(struct ring) + 24,
                   "a monitor has other members");
    return (struct monitor *)(void *)ring;
}

int
ring_init(struct ring *ring)
{
    struct monitor *m = monitor_of(ring);
    pthread_mutexattr_t mutex;
    pthread_condattr_t cond;

    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
    pthread_condattr_init(&cond);
    pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED);
    errno = pthread_mutex_init(&m->mutex, &mutex);
    if (errno == 0)
        errno = pthread_cond_init(&m->changed, &cond);
    return errno == 0 ? 0 : -1;
}

int
ring_put(struct ring *ring, int value)
{
    struct monitor *m = monitor_of(ring);

    pthread_mutex_lock(&m->mutex);
    if (m->in - m->out == SLOTS)
        pthread_cond_wait(&m->changed, &m->mutex);
    slot_set(m->in++ % SLOTS, value);
    pthread_cond_broadcast(&m->changed);
    pthread_mutex_unlock(&m->mutex);
    return 0;
}

int
ring_take(struct ring *ring, int *value)
{
    struct monitor *m = monitor_of(ring);

    pthread_mutex_lock(&m->mutex);
    if (m->in == m->out)
        pthread_cond_wait(&m->changed, &m->mutex);
    *value = slot_get(m->out++ % SLOTS);
    pthread_cond_broadcast(&m->changed);
    pthread_mutex_unlock(&m->mutex);
    return 0;
}
