/* SPDX-License-Identifier: 0BSD */
/*
 * copy.c - one process that copies its input in and out
 *
 * Usage: copy [-b BYTES] [-m MESSAGE] <INPUT
 *
 * What a single process would do that needs nobody: read(2) into
 * one buffer, memcpy(3) into another, and look at it there. Two
 * processes are worth their trouble where they are faster than
 * this.
 *
 * See also: pread(2), memcpy(3); read.c, bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <string.h>

int
main(int argc, char *argv[])
{
    char *in, *out;
    size_t length;
    struct bench b;

    bench_options(&b, argc, argv, "", "copy\tworks\t\n");
    in = bench_buffer(b.message);
    out = bench_buffer(b.message);

    bench_start(&b);
    while ((length = bench_input(&b, in)) > 0) {
        memcpy(out, in, length);
        bench_output(&b, out, length);
    }
    bench_report(&b);
}
