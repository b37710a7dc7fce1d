/* SPDX-License-Identifier: 0BSD */
/*
 * msg.c - throughput of a System V message queue
 *
 * Usage: msg [-b BYTES] [-m MESSAGE] <INPUT
 *
 * The older one. What fits into a queue (MSGMNB) is 16 KiB in all,
 * what fits into a message (MSGMAX) 8 KiB, by default.
 *
 * See also: sysvipc(7), msgget(2), msgop(2); mq.c, bench.h
 */
#define _XOPEN_SOURCE 700
#include "../bench.h"
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>

static int id = -1;

/* Removing a queue ends it for everybody at once, so it cannot be
   done in advance. */
static void
remove_queue(void)
{
    if (id != -1)
        msgctl(id, IPC_RMID, NULL);
}

int
main(int argc, char *argv[])
{
    size_t length;
    ssize_t n;
    struct bench b;
    struct message {
        long type;
        char data[];
    } * m;

    bench_options(&b, argc, argv, "", "System V queue\tsleeps\t\n");
    m = bench_buffer(sizeof(*m) + b.message);
    m->type = 1;

    bench_cleanup = remove_queue;
    id = msgget(IPC_PRIVATE, 0600);
    if (id == -1)
        err(EXIT_FAILURE, "msgget");

    /* The kernel refuses what is too long for any queue. */
    if (msgsnd(id, m, b.message, IPC_NOWAIT) == -1) {
        if (errno == EINVAL)
            bench_not_applicable("MSGMAX is less");
        err(EXIT_FAILURE, "msgsnd");
    }
    if (msgrcv(id, m, b.message, 0, 0) == -1)
        err(EXIT_FAILURE, "msgrcv");

    if (bench_fork(&b)) {
        bench_start(&b);
        while ((length = bench_input(&b, m->data)) > 0)
            if (msgsnd(id, m, length, 0) == -1)
                err(EXIT_FAILURE, "msgsnd");
        /* A queue has no end; an empty message says so. */
        if (msgsnd(id, m, 0, 0) == -1)
            err(EXIT_FAILURE, "msgsnd");
        bench_leave(&b);
    }

    bench_start(&b);
    while ((n = msgrcv(id, m, b.message, 0, 0)) > 0)
        bench_output(&b, m->data, (size_t)n);
    if (n == -1)
        err(EXIT_FAILURE, "msgrcv");
    bench_report(&b);
}
