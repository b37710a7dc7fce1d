/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around handshake_attach(): see README.md
 *
 * Usage: handshake create NAME NUMBER [SECONDS]
 *        handshake attach NAME
 *
 * The creator takes its time: SECONDS between two steps.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gate.h"
#include "handshake.h"

static unsigned int seconds;

static void
step(const char *done)
{
    if (seconds > 0) {
        puts(done);
        fflush(stdout);
        sleep(seconds);
    }
    gate(GATE_INSIDE, 0);
}

static void
create(const char *name, uint32_t first)
{
    struct handshake *shared;
    int fd;

    gate(GATE_BEGIN, 0);
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    step("created");
    if (ftruncate(fd, 100) == -1)
        err(EXIT_FAILURE, "ftruncate: %s", name);
    step("has a length, of 100");
    if (ftruncate(fd, sizeof(*shared)) == -1)
        err(EXIT_FAILURE, "ftruncate: %s", name);
    step("has its length");
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    close(fd);

    /* What has not been said to mean anything may be anything. */
    atomic_store(&shared->ready, 1);
    step("mapped");
    for (int i = 0; i < HANDSHAKE_NUMBERS; i++) {
        shared->number[i] = first + (uint32_t)i;
        shared->sum += shared->number[i];
        if (i == HANDSHAKE_NUMBERS / 2)
            step("half of the numbers are there");
    }
    step("all numbers are there");
    atomic_store_explicit(&shared->ready, HANDSHAKE_READY,
                          memory_order_release);
    gate(GATE_LEAVE, 0);
    puts("ready");
}

static void
attach(const char *name)
{
    const struct handshake *shared;

    gate(GATE_BEGIN, 0);
    shared = handshake_attach(name);
    gate_pointer(GATE_RETURNED, shared);
    if (shared == NULL)
        err(EXIT_FAILURE, "handshake_attach: %s", name);
    printf("the first number is %u, the sum %u\n",
           shared->number[0], shared->sum);
}

int
main(int argc, char *argv[])
{
    if ((argc == 4 || argc == 5) &&
        strcmp(argv[1], "create") == 0) {
        if (argc == 5)
            seconds = (unsigned int)strtoul(argv[4], NULL, 10);
        create(argv[2], (uint32_t)strtoul(argv[3], NULL, 10));
    } else if (argc == 3 && strcmp(argv[1], "attach") == 0) {
        attach(argv[2]);
    } else {
        errx(2, "usage: handshake create NAME NUMBER [SECONDS]\n"
                "       handshake attach NAME");
    }
    exit(EXIT_SUCCESS);
}
