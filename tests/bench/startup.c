/* SPDX-License-Identifier: 0BSD */
/*
 * startup.c - what a channel costs before its first byte
 *
 * Usage: startup [-r TRIPS]
 *
 * Again and again two processes make a channel of the default size,
 * meet, end the stream at once and close it. A sample is the life
 * of one, as the writer sees it: to allocate the object's memory,
 * and to wait until the reader, who looks every few milliseconds,
 * has found its name.
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
    void *slot;
    struct bench b;
    struct channel ch;

    bench_options(&b, argc, argv, "", "");
    snprintf(name, sizeof(name), "/bench.%jd", (intmax_t)getpid());

    if (bench_fork(&b)) {
        bench_start(&b);
        for (; bench_more(&b); b.done++) {
            check(&ch, channel_attach(&ch, name, 10));
            check(&ch, channel_claim(&ch, &slot, &length));
            check(&ch, channel_hand_over(&ch, length));
            check(&ch, channel_close(&ch));
        }
        bench_leave(&b);
    }

    bench_start(&b);
    while (bench_more(&b)) {
        b.sent_at = bench_now();
        check(&ch,
              channel_create(&ch, name, 8, (size_t)256 * 1024, 10));
        check(&ch, channel_claim(&ch, &slot, &length));
        check(&ch, channel_hand_over(&ch, 0));
        check(&ch, channel_close(&ch));
        bench_sample(&b);
    }
    bench_report(&b);
}
