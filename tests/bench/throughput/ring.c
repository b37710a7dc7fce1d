/* SPDX-License-Identifier: 0BSD */
/*
 * ring.c - throughput of a lock-free ring
 *
 * Usage: ring [-b BYTES] [-m MESSAGE] [-n SLOTS] [-S SPINS] <INPUT
 *
 * What is left when even the semaphores go: two counters, each
 * written by one side only, and futex(2) to sleep on. A side enters
 * the kernel only to sleep, or to wake the other one, if it has
 * said that it sleeps. Watch how little that is worth: see pair.c
 * for what it takes to notice that the other one has died, too.
 *
 * See also: futex(2), stdatomic.h; pair.c, bench.h
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

/* Messages that have been put in, or taken out. */
struct counter {
    /* Written by the side that does it. */
    _Alignas(64) _Atomic uint32_t count;

    /* Set by the other side before it sleeps. */
    _Atomic uint32_t awaited;
};

struct ring {
    struct counter filled, emptied;

    /* A slot is the producer's until "filled" has counted it, then
       the consumer's until "emptied" has. */
    struct {
        size_t length;
        char *data;
    } slot[];
};

static struct ring *ring;

/* Waits until the count is another one. */
static void
wait_while(struct counter *c, uint32_t count, unsigned long spins)
{
    for (unsigned long i = 0; i <= spins; i++)
        if (atomic_load_explicit(&c->count, memory_order_acquire) !=
            count)
            return;

    /* Sequentially consistent, like the two in advance(), which
       come in the reverse order: one side sees what the other has
       done. Only this side sets "awaited" back: if the other one
       did, it might be that of the next wait, which would last for
       ever. */
    atomic_store(&c->awaited, 1);
    while (atomic_load(&c->count) == count)
        if (syscall(SYS_futex, &c->count, FUTEX_WAIT, count, NULL,
                    NULL, 0) == -1 &&
            errno != EAGAIN && errno != EINTR)
            err(EXIT_FAILURE, "futex");
    atomic_store(&c->awaited, 0);
}

static void
advance(struct counter *c)
{
    atomic_store(&c->count, c->count + 1);
    if (atomic_load(&c->awaited) != 0 &&
        syscall(SYS_futex, &c->count, FUTEX_WAKE, 1, NULL, NULL,
                0) == -1)
        err(EXIT_FAILURE, "futex");
}

int
main(int argc, char *argv[])
{
    size_t length, slot;
    uint32_t i;
    struct bench b;

    bench_options(&b, argc, argv, "n:S:",
                  "lock-free ring\tsleeps\t\n"
                  "lock-free ring\tspins\t-S 100000\n");
    ring = bench_shared(sizeof(*ring) +
                        b.slots * sizeof(ring->slot[0]));
    for (i = 0; i < b.slots; i++)
        ring->slot[i].data = bench_shared(b.message);

    if (bench_fork(&b)) {
        for (i = 0; i < b.slots; i++)
            bench_touch(ring->slot[i].data, b.message);
        bench_start(&b);
        i = 0;
        do {
            slot = i % b.slots;
            wait_while(&ring->emptied, i - (uint32_t)b.slots,
                       b.spins);
            length = bench_input(&b, ring->slot[slot].data);
            ring->slot[slot].length = length;
            advance(&ring->filled);
            i++;
        } while (length > 0);
        bench_leave(&b);
    }

    bench_start(&b);
    for (i = 0;; i++) {
        slot = i % b.slots;
        wait_while(&ring->filled, i, b.spins);
        length = ring->slot[slot].length;
        if (length == 0)
            break;
        bench_output(&b, ring->slot[slot].data, length);
        advance(&ring->emptied);
    }
    bench_report(&b);
}
