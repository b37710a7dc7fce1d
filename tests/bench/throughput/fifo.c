/* SPDX-License-Identifier: 0BSD */
/*
 * fifo.c - throughput of a FIFO, a pipe that has a name
 *
 * Usage: fifo [-b BYTES] [-m MESSAGE] <INPUT
 *
 * The name lets two processes meet that have no common parent. Once
 * both have opened it, it is a pipe: watch that the figures are
 * those of pipe.c.
 *
 * See also: mkfifo(3), fifo(7); pipe.c, bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    char *buffer, dir[] = "/tmp/bench.XXXXXX", name[32];
    int in, out;
    size_t length;
    ssize_t n;
    struct bench b;

    bench_options(&b, argc, argv, "", "FIFO\tsleeps\t\n");
    buffer = bench_buffer(b.message);

    if (mkdtemp(dir) == NULL)
        err(EXIT_FAILURE, "mkdtemp: %s", dir);
    snprintf(name, sizeof(name), "%s/fifo", dir);
    if (mkfifo(name, 0600) == -1)
        err(EXIT_FAILURE, "mkfifo: %s", name);

    /* An end waits in open(2) for the other one. Only O_NONBLOCK
       lets a single process open both. */
    out = open(name, O_RDONLY | O_NONBLOCK);
    in = open(name, O_WRONLY);
    if (out == -1 || in == -1)
        err(EXIT_FAILURE, "open: %s", name);
    if (fcntl(out, F_SETFL, 0) == -1)
        err(EXIT_FAILURE, "fcntl: %s", name);
    if (unlink(name) == -1 || rmdir(dir) == -1)
        err(EXIT_FAILURE, "unlink: %s", name);

    if (bench_fork(&b)) {
        if (close(out) == -1)
            err(EXIT_FAILURE, "close");
        bench_start(&b);
        while ((length = bench_input(&b, buffer)) > 0)
            bench_write(in, buffer, length);
        if (close(in) == -1)
            err(EXIT_FAILURE, "close");
        bench_leave(&b);
    }

    if (close(in) == -1)
        err(EXIT_FAILURE, "close");
    bench_start(&b);
    while ((n = read(out, buffer, b.message)) > 0)
        bench_output(&b, buffer, (size_t)n);
    if (n == -1)
        err(EXIT_FAILURE, "read");
    bench_report(&b);
}
