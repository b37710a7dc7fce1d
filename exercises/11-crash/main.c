/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around account_move(): see README.md
 *
 * Usage: crash init NAME
 *        crash move NAME N [SECONDS [TIMES]]
 *        crash show NAME
 *
 * With SECONDS it takes its time between the two balances, so that
 * you can kill it there.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crash.h"
#include "gate.h"

struct shared {
    struct account account;
    volatile long balance[BALANCES];
};

static struct shared *shared;
static unsigned int seconds;

static void
check_index(int i)
{
    if (i < 0 || i >= BALANCES)
        errx(EXIT_FAILURE, "there is no balance %d", i);
}

long
balance_get(int i)
{
    check_index(i);
    gate(GATE_ENTER, i);
    return shared->balance[i];
}

void
balance_set(int i, long value)
{
    check_index(i);
    gate(GATE_INSIDE, i);
    shared->balance[i] = value;
    gate(GATE_LEAVE, i);
    if (seconds > 0)
        sleep(seconds);
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

    shared->balance[0] = TOTAL;
    gate(GATE_BEGIN, 0);
    result = account_init(&shared->account);
    gate(GATE_RETURNED, result);
    if (result == -1)
        err(EXIT_FAILURE, "account_init");
}

static void
move(long n, long times)
{
    gate(GATE_BEGIN, 0);
    for (long i = 0; i < times; i++) {
        int result = account_move(&shared->account, n);

        gate(GATE_RETURNED, result);
        if (result == -1)
            err(EXIT_FAILURE, "account_move");
    }
}

int
main(int argc, char *argv[])
{
    if (argc == 3 && strcmp(argv[1], "init") == 0) {
        attach(argv[2], O_CREAT | O_EXCL);
        init();
    } else if (argc >= 4 && argc <= 6 &&
               strcmp(argv[1], "move") == 0) {
        if (argc > 4)
            seconds = (unsigned int)strtoul(argv[4], NULL, 10);
        attach(argv[2], 0);
        move(strtol(argv[3], NULL, 10),
             argc == 6 ? strtol(argv[5], NULL, 10) : 1);
    } else if (argc == 3 && strcmp(argv[1], "show") == 0) {
        attach(argv[2], 0);
        printf("%ld %ld\n", shared->balance[0], shared->balance[1]);
    } else {
        errx(2, "usage: crash init NAME\n"
                "       crash move NAME N [SECONDS [TIMES]]\n"
                "       crash show NAME");
    }
    exit(EXIT_SUCCESS);
}
