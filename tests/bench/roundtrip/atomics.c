/* SPDX-License-Identifier: 0BSD */
/*
 * atomics.c - round trip through shared memory, never sleeping
 *
 * Usage: atomics [-r TRIPS]
 *
 * The limit: 64 bytes in shared memory are changed by the child,
 * and both sides look without end whether it is their turn. What
 * remains is the time in which one processor sees what another has
 * stored. Both processors are busy all the time, and a third
 * process would have to wait.
 *
 * See also: stdatomic.h; semaphores.c, bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <stdatomic.h>

int
main(int argc, char *argv[])
{
    uint64_t turn = 0;
    struct bench b;
    struct {
        /* Even: the parent's turn. Odd: the child's. */
        _Alignas(64) _Atomic uint64_t turn;
        _Alignas(64) char message[BENCH_PING];
    } * shared;

    bench_options(&b, argc, argv, "", "atomics\tspins\t\n");
    bench_need_two(&b);
    shared = bench_shared(sizeof(*shared));

    if (bench_fork(&b)) {
        bench_start(&b);
        while (bench_more(&b)) {
            turn++;
            while (atomic_load_explicit(
                       &shared->turn, memory_order_acquire) != turn)
                continue;
            bench_pong(&b, shared->message);
            turn++;
            atomic_store_explicit(&shared->turn, turn,
                                  memory_order_release);
        }
        bench_leave(&b);
    }

    bench_start(&b);
    while (bench_more(&b)) {
        bench_ping(&b, shared->message);
        turn++;
        atomic_store_explicit(&shared->turn, turn,
                              memory_order_release);
        turn++;
        while (atomic_load_explicit(&shared->turn,
                                    memory_order_acquire) != turn)
            continue;
        bench_pinged(&b, shared->message);
    }
    bench_report(&b);
}
