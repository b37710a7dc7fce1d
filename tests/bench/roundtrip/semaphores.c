/* SPDX-License-Identifier: 0BSD */
/*
 * semaphores.c - round trip through shared memory, two semaphores
 *
 * Usage: semaphores [-r TRIPS] [-S SPINS]
 *
 * 64 bytes in shared memory are changed by the child. Who may touch
 * them is said by two process-shared semaphores. With -S a wait
 * tries so often before it sleeps, as sem-sync/channel.c does: as
 * long as the other side answers in time, nobody enters the kernel.
 *
 * See also: sem_overview(7), sem_init(3), sem_wait(3); futex.c,
 *           atomics.c, bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <err.h>
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>

static void
wait_for(sem_t *sem, unsigned long spins)
{
    for (unsigned long i = 0; i <= spins; i++)
        if (sem_trywait(sem) == 0)
            return;
    while (sem_wait(sem) == -1)
        if (errno != EINTR)
            err(EXIT_FAILURE, "sem_wait");
}

int
main(int argc, char *argv[])
{
    struct bench b;
    struct {
        _Alignas(64) sem_t forth;
        _Alignas(64) sem_t back;

        /* The child's between forth and back, else the parent's. */
        _Alignas(64) char message[BENCH_PING];
    } * shared;

    bench_options(&b, argc, argv, "S:",
                  "semaphores\tsleeps\t\n"
                  "semaphores\tspins\t-S 100000\n");
    shared = bench_shared(sizeof(*shared));
    if (sem_init(&shared->forth, 1, 0) == -1 ||
        sem_init(&shared->back, 1, 0) == -1)
        err(EXIT_FAILURE, "sem_init");

    if (bench_fork(&b)) {
        bench_start(&b);
        while (bench_more(&b)) {
            wait_for(&shared->forth, b.spins);
            bench_pong(&b, shared->message);
            if (sem_post(&shared->back) == -1)
                err(EXIT_FAILURE, "sem_post");
        }
        bench_leave(&b);
    }

    bench_start(&b);
    while (bench_more(&b)) {
        bench_ping(&b, shared->message);
        if (sem_post(&shared->forth) == -1)
            err(EXIT_FAILURE, "sem_post");
        wait_for(&shared->back, b.spins);
        bench_pinged(&b, shared->message);
    }
    bench_report(&b);
}
