/* SPDX-License-Identifier: 0BSD */
/*
 * pipe.c - round trip through two pipes
 *
 * Usage: pipe [-r TRIPS]
 *
 * 64 bytes go to the child and come back changed. A pipe goes one
 * way only, so it takes two. Each message wakes up a process that
 * sleeps in read(2): watch what that costs on two processors, and
 * what on one.
 *
 * See also: pipe(2), pipe(7); bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <err.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    char message[BENCH_PING];
    int forth[2], back[2];
    struct bench b;

    bench_options(&b, argc, argv, "", "pipe\tsleeps\t\n");
    if (pipe(forth) == -1 || pipe(back) == -1)
        err(EXIT_FAILURE, "pipe");

    if (bench_fork(&b)) {
        bench_start(&b);
        while (bench_more(&b)) {
            if (read(forth[0], message, BENCH_PING) != BENCH_PING)
                err(EXIT_FAILURE, "read");
            bench_pong(&b, message);
            if (write(back[1], message, BENCH_PING) != BENCH_PING)
                err(EXIT_FAILURE, "write");
        }
        bench_leave(&b);
    }

    bench_start(&b);
    while (bench_more(&b)) {
        bench_ping(&b, message);
        if (write(forth[1], message, BENCH_PING) != BENCH_PING)
            err(EXIT_FAILURE, "write");
        if (read(back[0], message, BENCH_PING) != BENCH_PING)
            err(EXIT_FAILURE, "read");
        bench_pinged(&b, message);
    }
    bench_report(&b);
}
