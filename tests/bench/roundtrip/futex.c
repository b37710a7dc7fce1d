/* SPDX-License-Identifier: 0BSD */
/*
 * futex.c - round trip through shared memory and futex(2)
 *
 * Usage: futex [-r TRIPS]
 *
 * 64 bytes in shared memory are changed by the child. Who may touch
 * them is said by two words, and the kernel lets a process sleep
 * until its word is changed: the call that semaphores, mutexes and
 * condition variables are made of, and the limit for them.
 *
 * See also: futex(2), futex(7); semaphores.c, bench.h
 */
#define _GNU_SOURCE
#include "../bench.h"
#include <err.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of <linux/futex.h>, which not every libc's compiler finds. */
enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1 };

static void
post(_Atomic uint32_t *word)
{
    atomic_store(word, 1);
    if (syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0) ==
        -1)
        err(EXIT_FAILURE, "futex");
}

/* Sleeps only if the word is still 0: it may have been set between
   the look and the call. */
static void
wait_for(_Atomic uint32_t *word)
{
    while (atomic_exchange(word, 0) == 0)
        if (syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL,
                    0) == -1 &&
            errno != EAGAIN && errno != EINTR)
            err(EXIT_FAILURE, "futex");
}

int
main(int argc, char *argv[])
{
    struct bench b;
    struct {
        _Alignas(64) _Atomic uint32_t forth;
        _Alignas(64) _Atomic uint32_t back;

        /* The child's between forth and back, else the parent's. */
        _Alignas(64) char message[BENCH_PING];
    } * shared;

    bench_options(&b, argc, argv, "", "futex\tsleeps\t\n");
    shared = bench_shared(sizeof(*shared));

    if (bench_fork(&b)) {
        bench_start(&b);
        while (bench_more(&b)) {
            wait_for(&shared->forth);
            bench_pong(&b, shared->message);
            post(&shared->back);
        }
        bench_leave(&b);
    }

    bench_start(&b);
    while (bench_more(&b)) {
        bench_ping(&b, shared->message);
        post(&shared->forth);
        wait_for(&shared->back);
        bench_pinged(&b, shared->message);
    }
    bench_report(&b);
}
