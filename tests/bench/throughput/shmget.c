/* SPDX-License-Identifier: 0BSD */
/*
 * shmget.c - throughput of one buffer, as textbooks have it
 *
 * Usage: shmget [-b BYTES] [-m MESSAGE] <INPUT
 *
 * System V shared memory with one buffer and two System V
 * semaphores, "empty" and "full". No byte is copied by the
 * transport, and yet: the two take turns, one always sleeps while
 * the other works, and each message costs two wake-ups. Watch the
 * context switches.
 *
 * See also: sysvipc(7), shmget(2), semop(2); pair.c, bench.h
 */
#define _XOPEN_SOURCE 700
#include "../bench.h"
#include <err.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

enum { EMPTY, FULL };

static int semaphores = -1;

/* Removing semaphores ends them for everybody at once, so it cannot
   be done in advance. */
static void
remove_semaphores(void)
{
    if (semaphores != -1)
        semctl(semaphores, 0, IPC_RMID);
}

/* Adds 1 to a semaphore, or waits until 1 can be taken away. */
static void
change(unsigned short number, short by)
{
    struct sembuf sop = {.sem_num = number, .sem_op = by};

    if (semop(semaphores, &sop, 1) == -1)
        err(EXIT_FAILURE, "semop");
}

int
main(int argc, char *argv[])
{
    int segment;
    size_t length;
    struct bench b;
    struct buffer {
        /* Written by the producer between empty and full. */
        size_t length;
        _Alignas(64) char data[];
    } * shared;

    bench_options(&b, argc, argv, "", "System V shm\tsleeps\t\n");

    segment = shmget(IPC_PRIVATE, sizeof(*shared) + b.message,
                     0600);
    if (segment == -1)
        err(EXIT_FAILURE, "shmget");
    shared = shmat(segment, NULL, 0);
    if (shared == (void *)-1)
        err(EXIT_FAILURE, "shmat");
    /* It stays as long as somebody has it attached. */
    if (shmctl(segment, IPC_RMID, NULL) == -1)
        err(EXIT_FAILURE, "shmctl");
    bench_cleanup = remove_semaphores;
    semaphores = semget(IPC_PRIVATE, 2, 0600);
    if (semaphores == -1)
        err(EXIT_FAILURE, "semget");
    if (semctl(semaphores, EMPTY, SETVAL, 1) == -1 ||
        semctl(semaphores, FULL, SETVAL, 0) == -1)
        err(EXIT_FAILURE, "semctl");

    if (bench_fork(&b)) {
        bench_touch(shared, sizeof(*shared) + b.message);
        bench_start(&b);
        do {
            change(EMPTY, -1);
            length = bench_input(&b, shared->data);
            shared->length = length;
            change(FULL, 1);
        } while (length > 0);
        bench_leave(&b);
    }

    bench_touch(shared, sizeof(*shared) + b.message);
    bench_start(&b);
    for (;;) {
        change(FULL, -1);
        if (shared->length == 0)
            break;
        bench_output(&b, shared->data, shared->length);
        change(EMPTY, 1);
    }
    bench_report(&b);
}
