/* SPDX-License-Identifier: 0BSD */
/*
 * mq.c - throughput of a POSIX message queue
 *
 * Usage: mq [-b BYTES] [-m MESSAGE] <INPUT
 *
 * Keeps messages apart, and delivers the most urgent one first. How
 * large a message may be, and how many wait, is limited for
 * ordinary users, to 8 KiB and 10 unless the administrator says
 * otherwise; the super-user is held to the same here, for equal
 * figures.
 *
 * See also: mq_overview(7), mq_open(3), mq_send(3); msg.c, bench.h
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

static long
limit(const char *file)
{
    char line[32];
    FILE *fp = fopen(file, "r");

    if (fp == NULL || fgets(line, sizeof(line), fp) == NULL ||
        fclose(fp) == EOF)
        err(EXIT_FAILURE, "%s", file);
    return strtol(line, NULL, 10);
}

int
main(int argc, char *argv[])
{
    char *buffer, name[32];
    mqd_t mq;
    size_t length;
    ssize_t n;
    struct bench b;
    struct mq_attr attr = {0};

    bench_options(&b, argc, argv, "", "POSIX queue\tsleeps\t\n");
    buffer = bench_buffer(b.message);
    attr.mq_maxmsg = limit("/proc/sys/fs/mqueue/msg_max");
    if (attr.mq_maxmsg > 10)
        attr.mq_maxmsg = 10;
    attr.mq_msgsize = (long)b.message;
    if (attr.mq_msgsize > limit("/proc/sys/fs/mqueue/msgsize_max"))
        bench_not_applicable("mqueue/msgsize_max is less");

    /* The queue is inherited, so its name can go at once. */
    snprintf(name, sizeof(name), "/bench.%jd", (intmax_t)getpid());
    mq = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
    if (mq == (mqd_t)-1)
        err(EXIT_FAILURE, "mq_open: %s", name);
    if (mq_unlink(name) == -1)
        err(EXIT_FAILURE, "mq_unlink: %s", name);

    if (bench_fork(&b)) {
        bench_start(&b);
        while ((length = bench_input(&b, buffer)) > 0)
            if (mq_send(mq, buffer, length, 0) == -1)
                err(EXIT_FAILURE, "mq_send");
        /* A queue has no end; an empty message says so. */
        if (mq_send(mq, buffer, 0, 0) == -1)
            err(EXIT_FAILURE, "mq_send");
        bench_leave(&b);
    }

    bench_start(&b);
    while ((n = mq_receive(mq, buffer, b.message, NULL)) > 0)
        bench_output(&b, buffer, (size_t)n);
    if (n == -1)
        err(EXIT_FAILURE, "mq_receive");
    bench_report(&b);
}
