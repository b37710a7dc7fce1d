/* SPDX-License-Identifier: 0BSD */
/*
 * unix.c - round trip through a Unix domain socket
 *
 * Usage: unix [-r TRIPS]
 *
 * 64 bytes go to the child and come back changed. The way of local
 * servers. One pair of sockets goes both ways; that of type
 * SOCK_SEQPACKET keeps messages apart.
 *
 * See also: socketpair(2), unix(7); bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <err.h>
#include <stdlib.h>
#include <sys/socket.h>

int
main(int argc, char *argv[])
{
    char message[BENCH_PING];
    int fd[2];
    struct bench b;

    bench_options(&b, argc, argv, "", "Unix socket\tsleeps\t\n");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) == -1)
        err(EXIT_FAILURE, "socketpair");

    if (bench_fork(&b)) {
        bench_start(&b);
        while (bench_more(&b)) {
            if (recv(fd[1], message, BENCH_PING, 0) != BENCH_PING)
                err(EXIT_FAILURE, "recv");
            bench_pong(&b, message);
            if (send(fd[1], message, BENCH_PING, 0) != BENCH_PING)
                err(EXIT_FAILURE, "send");
        }
        bench_leave(&b);
    }

    bench_start(&b);
    while (bench_more(&b)) {
        bench_ping(&b, message);
        if (send(fd[0], message, BENCH_PING, 0) != BENCH_PING)
            err(EXIT_FAILURE, "send");
        if (recv(fd[0], message, BENCH_PING, 0) != BENCH_PING)
            err(EXIT_FAILURE, "recv");
        bench_pinged(&b, message);
    }
    bench_report(&b);
}
