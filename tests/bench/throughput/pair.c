/* SPDX-License-Identifier: 0BSD */
/*
 * pair.c - throughput of sem-sync/channel.c
 *
 * Usage: pair [-b BYTES] [-m MESSAGE] [-n SLOTS] [-S SPINS] <INPUT
 *
 * A ring of slots in POSIX shared memory and two semaphores. Input
 * is read straight into a slot and looked at in the slot: no byte
 * is copied between the two processes. As long as neither side is a
 * whole ring ahead of the other, nobody sleeps. With one slot
 * (-n 1) the two take turns: watch what the overlap is worth.
 *
 * See also: sem_overview(7), shm_overview(7); ring.c, bench.h,
 *           ../../sem-sync/channel.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../../../sem-sync/channel.h"
#include "../bench.h"
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
check(const struct channel *ch, enum channel_status status)
{
    if (status != CHANNEL_OK)
        errx(EXIT_FAILURE, "channel: status %d %s", (int)status,
             ch->message);
}

/* Each process is kept on one processor, and the channel sees that:
   it must be told that the other process has another one. */
static void
tune(struct channel *ch, const struct bench *b)
{
    ch->spins = b->spins;
    ch->one_processor = b->cpu[0] != -1 && b->cpu[0] == b->cpu[1];
}

int
main(int argc, char *argv[])
{
    char name[32];
    size_t length;
    void *slot;
    struct bench b;
    struct channel ch;

    bench_options(&b, argc, argv, "n:S:",
                  "our pair\tsleeps\t\n"
                  "our pair\tspins\t-S 100000\n"
                  "our pair (1 slot)\tsleeps\t-n 1\n");
    snprintf(name, sizeof(name), "/bench.%jd", (intmax_t)getpid());

    if (bench_fork(&b)) {
        check(&ch,
              channel_create(&ch, name, b.slots, b.message, 10));
        tune(&ch, &b);
        bench_touch(ch.shared, ch.length);
        bench_start(&b);
        do {
            check(&ch, channel_claim(&ch, &slot, &length));
            length = bench_input(&b, slot);
            check(&ch, channel_hand_over(&ch, length));
        } while (length > 0);
        check(&ch, channel_close(&ch));
        bench_leave(&b);
    }

    check(&ch, channel_attach(&ch, name, 10));
    tune(&ch, &b);
    bench_touch(ch.shared, ch.length);
    bench_start(&b);
    for (;;) {
        check(&ch, channel_claim(&ch, &slot, &length));
        if (length == 0)
            break;
        bench_output(&b, slot, length);
        check(&ch, channel_hand_over(&ch, length));
    }
    bench_stop(&b);
    check(&ch, channel_hand_over(&ch, 0));
    check(&ch, channel_close(&ch));
    bench_report(&b);
}
