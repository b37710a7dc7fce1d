/* SPDX-License-Identifier: 0BSD */
/*
 * cond.c - throughput of a ring with mutex and condition variable
 *
 * Usage: cond [-b BYTES] [-m MESSAGE] [-n SLOTS] <INPUT
 *
 * POSIX shared memory with as many slots as pair.c has, but with
 * the means of threads, made process-shared: one mutex, two
 * condition variables. Both sides lock and unlock the mutex twice a
 * message, and each pthread_cond_signal(3) may wake a peer that
 * then finds the mutex still locked.
 *
 * See also: pthread_mutexattr_setpshared(3), pthread_cond_wait(3);
 *           pair.c, bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct ring {
    pthread_mutex_t mutex;

    /* Signalled by the consumer, by the producer. */
    pthread_cond_t emptied, filled;

    /* Under the mutex: how many slots are filled. */
    size_t used;

    /* A slot is the producer's until "used" has counted it, then
       the consumer's until "used" counts it no more. */
    struct {
        size_t length;
        char *data;
    } slot[];
};

static struct ring *ring;

/* These return the error instead of setting errno. */
static void
check(int error, const char *call)
{
    errno = error;
    if (error != 0)
        err(EXIT_FAILURE, "%s", call);
}

static void
make_ring(const struct bench *b)
{
    pthread_condattr_t cond;
    pthread_mutexattr_t mutex;

    ring = bench_shared(sizeof(*ring) +
                        b->slots * sizeof(ring->slot[0]));
    for (size_t i = 0; i < b->slots; i++)
        ring->slot[i].data = bench_shared(b->message);
    check(pthread_mutexattr_init(&mutex), "pthread_mutexattr_init");
    check(pthread_mutexattr_setpshared(&mutex,
                                       PTHREAD_PROCESS_SHARED),
          "pthread_mutexattr_setpshared");
    check(pthread_mutex_init(&ring->mutex, &mutex),
          "pthread_mutex_init");
    check(pthread_condattr_init(&cond), "pthread_condattr_init");
    check(
        pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED),
        "pthread_condattr_setpshared");
    check(pthread_cond_init(&ring->emptied, &cond),
          "pthread_cond_init");
    check(pthread_cond_init(&ring->filled, &cond),
          "pthread_cond_init");
}

/* Waits until another number of slots is filled. */
static void
wait_while(size_t used, pthread_cond_t *cond)
{
    check(pthread_mutex_lock(&ring->mutex), "pthread_mutex_lock");
    while (ring->used == used)
        check(pthread_cond_wait(cond, &ring->mutex),
              "pthread_cond_wait");
    check(pthread_mutex_unlock(&ring->mutex),
          "pthread_mutex_unlock");
}

static void
change(int by, pthread_cond_t *cond)
{
    check(pthread_mutex_lock(&ring->mutex), "pthread_mutex_lock");
    ring->used += (size_t)by;
    check(pthread_cond_signal(cond), "pthread_cond_signal");
    check(pthread_mutex_unlock(&ring->mutex),
          "pthread_mutex_unlock");
}

int
main(int argc, char *argv[])
{
    size_t i, length;
    struct bench b;

    bench_options(&b, argc, argv,
                  "n:", "mutex and condvar\tsleeps\t\n");
    make_ring(&b);

    if (bench_fork(&b)) {
        for (i = 0; i < b.slots; i++)
            bench_touch(ring->slot[i].data, b.message);
        bench_start(&b);
        i = 0;
        do {
            wait_while(b.slots, &ring->emptied);
            length = bench_input(&b, ring->slot[i].data);
            ring->slot[i].length = length;
            change(1, &ring->filled);
            i = (i + 1) % b.slots;
        } while (length > 0);
        bench_leave(&b);
    }

    bench_start(&b);
    for (i = 0;; i = (i + 1) % b.slots) {
        wait_while(0, &ring->filled);
        length = ring->slot[i].length;
        if (length == 0)
            break;
        bench_output(&b, ring->slot[i].data, length);
        change(-1, &ring->emptied);
    }
    bench_report(&b);
}
