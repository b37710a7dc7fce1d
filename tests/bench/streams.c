/* SPDX-License-Identifier: 0BSD */
/*
 * streams.c - what a stream costs, by its length
 *
 * Usage: streams [-b BYTES] [-m MESSAGE] [-n SLOTS] [-r TRIPS]
 *                <INPUT
 *
 * Again and again two processes make a channel, meet, exchange so
 * many bytes, and close it. A sample is the time from the meeting
 * until the writer knows that all has arrived. Watch how much
 * longer all the seconds are than all the samples: that is what it
 * takes to make the object, and to meet, since the reader looks
 * for the writer's name every few milliseconds only.
 *
 * See also: shm_overview(7); ../../sem-sync/channel.h, bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../../sem-sync/channel.h"
#include "bench.h"
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

int
main(int argc, char *argv[])
{
    char name[32];
    size_t length;
    uint64_t each;
    void *slot;
    struct bench b;
    struct channel ch;

    bench_options(&b, argc, argv, "n:", "");
    snprintf(name, sizeof(name), "/bench.%jd", (intmax_t)getpid());
    each = b.bytes;

    if (bench_fork(&b)) {
        bench_start(&b);
        for (; bench_more(&b); b.done++) {
            check(&ch, channel_attach(&ch, name, 10));
            ch.one_processor = b.cpu[0] != -1 &&
                               b.cpu[0] == b.cpu[1];
            bench_touch(ch.shared, ch.length);
            do {
                check(&ch, channel_claim(&ch, &slot, &length));
                if (length > 0)
                    bench_output(&b, slot, length);
                check(&ch, channel_hand_over(&ch, length));
            } while (length > 0);
            check(&ch, channel_close(&ch));
        }
        bench_leave(&b);
    }

    bench_start(&b);
    while (bench_more(&b)) {
        check(&ch,
              channel_create(&ch, name, b.slots, b.message, 10));
        ch.one_processor = b.cpu[0] != -1 && b.cpu[0] == b.cpu[1];
        bench_touch(ch.shared, ch.length);

        /* Each stream begins in the input where the one before has
           ended. To hand over length 0 is to wait for the reader.
         */
        b.bytes = b.taken + each;
        b.sent_at = bench_now();
        do {
            check(&ch, channel_claim(&ch, &slot, &length));
            length = bench_input(&b, slot);
            check(&ch, channel_hand_over(&ch, length));
        } while (length > 0);
        bench_sample(&b);
        check(&ch, channel_close(&ch));
    }
    bench_report(&b);
}
