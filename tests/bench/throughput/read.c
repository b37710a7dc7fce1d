/* SPDX-License-Identifier: 0BSD */
/*
 * read.c - the limit: one process that only reads its input
 *
 * Usage: read [-b BYTES] [-m MESSAGE] <INPUT
 *
 * No way can deliver data faster than its producer gets them. While
 * the clock runs nobody looks at the bytes, for in the other
 * programs that is the consumer's work, which a second processor
 * can do at the same time. Afterwards all is read again, and
 * checked.
 *
 * See also: pread(2); copy.c, bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"

int
main(int argc, char *argv[])
{
    char *buffer;
    size_t length;
    struct bench b;

    bench_options(&b, argc, argv, "", "read\tworks\t\n");
    buffer = bench_buffer(b.message);

    bench_start(&b);
    while (bench_input(&b, buffer) > 0)
        continue;
    bench_stop(&b);

    b.taken = 0;
    while ((length = bench_input(&b, buffer)) > 0)
        bench_output(&b, buffer, length);
    bench_report(&b);
}
