/* SPDX-License-Identifier: 0BSD */
/*
 * pipe.c - throughput of a pipe
 *
 * Usage: pipe [-b BYTES] [-m MESSAGE] [-p PIPESIZE] <INPUT
 *
 * The kernel copies every byte twice, in by write(2) and out by
 * read(2), and the writer sleeps whenever the pipe's buffer is
 * full. That holds 64 KiB, unless F_SETPIPE_SZ makes it larger:
 * watch what this does to the context switches.
 *
 * See also: pipe(2), pipe(7), fcntl(2) (F_SETPIPE_SZ); bench.h
 */
#define _GNU_SOURCE
#include "../bench.h"
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    char *buffer;
    int fd[2];
    size_t length;
    ssize_t n;
    struct bench b;

    bench_options(&b, argc, argv, "p:",
                  "pipe\tsleeps\t\n"
                  "pipe (1 MiB)\tsleeps\t-p 1M\n");
    buffer = bench_buffer(b.message);

    if (pipe(fd) == -1)
        err(EXIT_FAILURE, "pipe");
    if (b.pipe_size > 0 &&
        fcntl(fd[1], F_SETPIPE_SZ, (int)b.pipe_size) == -1)
        err(EXIT_FAILURE, "fcntl: F_SETPIPE_SZ");

    if (bench_fork(&b)) {
        if (close(fd[0]) == -1)
            err(EXIT_FAILURE, "close");
        bench_start(&b);
        while ((length = bench_input(&b, buffer)) > 0)
            bench_write(fd[1], buffer, length);
        if (close(fd[1]) == -1)
            err(EXIT_FAILURE, "close");
        bench_leave(&b);
    }

    /* As long as anyone can write, read(2) does not find the end.
     */
    if (close(fd[1]) == -1)
        err(EXIT_FAILURE, "close");
    bench_start(&b);
    while ((n = read(fd[0], buffer, b.message)) > 0)
        bench_output(&b, buffer, (size_t)n);
    if (n == -1)
        err(EXIT_FAILURE, "read");
    bench_report(&b);
}
