/* SPDX-License-Identifier: 0BSD */
/*
 * eventfd.c - round trip through shared memory and two eventfds
 *
 * Usage: eventfd [-r TRIPS]
 *
 * 64 bytes in shared memory are changed by the child. Who may touch
 * them is said by two counters in the kernel, which poll(2) can
 * wait for, together with sockets and timers; futexes and
 * semaphores cannot be polled.
 *
 * See also: eventfd(2), poll(2); semaphores.c, bench.h
 */
#define _GNU_SOURCE
#include "../bench.h"
#include <err.h>
#include <stdlib.h>
#include <sys/eventfd.h>

int
main(int argc, char *argv[])
{
    char *message;
    eventfd_t count;
    int forth, back;
    struct bench b;

    bench_options(&b, argc, argv, "", "eventfd\tsleeps\t\n");
    message = bench_shared(BENCH_PING);
    forth = eventfd(0, EFD_CLOEXEC);
    back = eventfd(0, EFD_CLOEXEC);
    if (forth == -1 || back == -1)
        err(EXIT_FAILURE, "eventfd");

    if (bench_fork(&b)) {
        bench_start(&b);
        while (bench_more(&b)) {
            if (eventfd_read(forth, &count) == -1)
                err(EXIT_FAILURE, "eventfd_read");
            bench_pong(&b, message);
            if (eventfd_write(back, 1) == -1)
                err(EXIT_FAILURE, "eventfd_write");
        }
        bench_leave(&b);
    }

    bench_start(&b);
    while (bench_more(&b)) {
        bench_ping(&b, message);
        if (eventfd_write(forth, 1) == -1)
            err(EXIT_FAILURE, "eventfd_write");
        if (eventfd_read(back, &count) == -1)
            err(EXIT_FAILURE, "eventfd_read");
        bench_pinged(&b, message);
    }
    bench_report(&b);
}
