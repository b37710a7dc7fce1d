/* SPDX-License-Identifier: 0BSD */
/*
 * unix.c - throughput of a Unix domain stream socket
 *
 * Usage: unix [-b BYTES] [-m MESSAGE] <INPUT
 *
 * Two copies, as with a pipe, but into socket buffers that the
 * kernel allocates for each message and frees after it was read.
 *
 * See also: socketpair(2), unix(7); tcp.c, bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <err.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    char *buffer;
    int fd[2];
    size_t length;
    ssize_t n;
    struct bench b;

    bench_options(&b, argc, argv, "", "Unix socket\tsleeps\t\n");
    buffer = bench_buffer(b.message);

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
        err(EXIT_FAILURE, "socketpair");

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

    if (close(fd[1]) == -1)
        err(EXIT_FAILURE, "close");
    bench_start(&b);
    while ((n = read(fd[0], buffer, b.message)) > 0)
        bench_output(&b, buffer, (size_t)n);
    if (n == -1)
        err(EXIT_FAILURE, "read");
    bench_report(&b);
}
