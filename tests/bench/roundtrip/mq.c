/* SPDX-License-Identifier: 0BSD */
/*
 * mq.c - round trip through two POSIX message queues
 *
 * Usage: mq [-r TRIPS]
 *
 * 64 bytes go to the child and come back changed. A receiver that
 * already waits gets the message handed over directly, so that a
 * queue is not slower than a pipe here.
 *
 * See also: mq_overview(7), mq_send(3), mq_receive(3); bench.h
 */
#define _POSIX_C_SOURCE 200809L
#include "../bench.h"
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The queue is inherited, so its name can go at once. */
static mqd_t
make_queue(void)
{
    char name[32];
    mqd_t mq;
    struct mq_attr attr = {.mq_maxmsg = 1,
                           .mq_msgsize = BENCH_PING};

    snprintf(name, sizeof(name), "/bench.%jd", (intmax_t)getpid());
    mq = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
    if (mq == (mqd_t)-1)
        err(EXIT_FAILURE, "mq_open: %s", name);
    if (mq_unlink(name) == -1)
        err(EXIT_FAILURE, "mq_unlink: %s", name);
    return mq;
}

int
main(int argc, char *argv[])
{
    char message[BENCH_PING];
    mqd_t forth, back;
    struct bench b;

    bench_options(&b, argc, argv, "", "POSIX queue\tsleeps\t\n");
    forth = make_queue();
    back = make_queue();

    if (bench_fork(&b)) {
        bench_start(&b);
        while (bench_more(&b)) {
            if (mq_receive(forth, message, BENCH_PING, NULL) == -1)
                err(EXIT_FAILURE, "mq_receive");
            bench_pong(&b, message);
            if (mq_send(back, message, BENCH_PING, 0) == -1)
                err(EXIT_FAILURE, "mq_send");
        }
        bench_leave(&b);
    }

    bench_start(&b);
    while (bench_more(&b)) {
        bench_ping(&b, message);
        if (mq_send(forth, message, BENCH_PING, 0) == -1)
            err(EXIT_FAILURE, "mq_send");
        if (mq_receive(back, message, BENCH_PING, NULL) == -1)
            err(EXIT_FAILURE, "mq_receive");
        bench_pinged(&b, message);
    }
    bench_report(&b);
}
