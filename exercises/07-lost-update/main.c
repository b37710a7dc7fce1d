/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around counter_add(): see README.md
 *
 * Usage: lost_update init NAME
 *        lost_update add NAME N [TIMES]
 *        lost_update show NAME
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gate.h"
#include "lost_update.h"

struct shared {
    struct counter counter;
    volatile long value;
};

static struct shared *shared;

long
value_get(void)
{
    long value = shared->value;

    gate(GATE_INSIDE, value);
    return value;
}

void
value_set(long value)
{
    gate(GATE_LEAVE, value);
    shared->value = value;
}

/* Interrupts what blocks, and does nothing else. */
static void
interrupt(int sig)
{
    gate(GATE_SIGNAL, sig);
}

static void
attach(const char *name, int flags)
{
    int fd = shm_open(name, O_RDWR | flags, 0600);

    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (flags != 0 && ftruncate(fd, sizeof(*shared)) == -1)
        err(EXIT_FAILURE, "ftruncate: %s", name);
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    close(fd);
}

static void
init(void)
{
    int result;

    gate(GATE_BEGIN, 0);
    result = counter_init(&shared->counter);
    gate(GATE_RETURNED, result);
    if (result == -1)
        err(EXIT_FAILURE, "counter_init");
}

static void
add(long n, long times)
{
    struct sigaction act = {.sa_handler = interrupt};

    sigaction(SIGUSR1, &act, NULL);
    gate(GATE_BEGIN, 0);
    for (long i = 0; i < times; i++) {
        int result = counter_add(&shared->counter, n);

        gate(GATE_RETURNED, result);
        if (result == -1)
            err(EXIT_FAILURE, "counter_add");
    }
}

int
main(int argc, char *argv[])
{
    if (argc == 3 && strcmp(argv[1], "init") == 0) {
        attach(argv[2], O_CREAT | O_EXCL);
        init();
    } else if ((argc == 4 || argc == 5) &&
               strcmp(argv[1], "add") == 0) {
        attach(argv[2], 0);
        add(strtol(argv[3], NULL, 10),
            argc == 5 ? strtol(argv[4], NULL, 10) : 1);
    } else if (argc == 3 && strcmp(argv[1], "show") == 0) {
        attach(argv[2], 0);
        printf("%ld\n", shared->value);
    } else {
        errx(2, "usage: lost_update init NAME\n"
                "       lost_update add NAME N [TIMES]\n"
                "       lost_update show NAME");
    }
    exit(EXIT_SUCCESS);
}
