/* SPDX-License-Identifier: 0BSD */
/*
 * tcp.c - throughput of TCP on the loopback interface
 *
 * Usage: tcp [-b BYTES] [-m MESSAGE] <INPUT
 *
 * What programs use that may one day run on two machines. The data
 * pass through the whole protocol, acknowledgements included,
 * though they never leave the machine.
 *
 * See also: tcp(7), ip(7), connect(2), accept(2); unix.c, bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
    char *buffer;
    int in, listener, out;
    size_t length;
    socklen_t addrlen;
    ssize_t n;
    struct bench b;
    struct sockaddr_in addr = {.sin_family = AF_INET};

    bench_options(&b, argc, argv, "", "TCP loopback\tsleeps\t\n");
    buffer = bench_buffer(b.message);

    /* Port 0 lets the kernel choose one that is free. */
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    addrlen = sizeof(addr);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener == -1)
        err(EXIT_FAILURE, "socket");
    if (bind(listener, (struct sockaddr *)&addr, addrlen) == -1)
        err(EXIT_FAILURE, "bind");
    if (listen(listener, 1) == -1)
        err(EXIT_FAILURE, "listen");
    if (getsockname(listener, (struct sockaddr *)&addr, &addrlen) ==
        -1)
        err(EXIT_FAILURE, "getsockname");

    /* The kernel completes the connection before accept(2). */
    in = socket(AF_INET, SOCK_STREAM, 0);
    if (in == -1)
        err(EXIT_FAILURE, "socket");
    if (connect(in, (struct sockaddr *)&addr, addrlen) == -1)
        err(EXIT_FAILURE, "connect");
    out = accept(listener, NULL, NULL);
    if (out == -1)
        err(EXIT_FAILURE, "accept");

    if (bench_fork(&b)) {
        bench_start(&b);
        while ((length = bench_input(&b, buffer)) > 0)
            bench_write(in, buffer, length);
        if (shutdown(in, SHUT_WR) == -1)
            err(EXIT_FAILURE, "shutdown");
        bench_leave(&b);
    }

    bench_start(&b);
    while ((n = read(out, buffer, b.message)) > 0)
        bench_output(&b, buffer, (size_t)n);
    if (n == -1)
        err(EXIT_FAILURE, "read");
    bench_report(&b);
}
