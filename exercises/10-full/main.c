/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around reserve(): see README.md
 *
 * Usage: full NAME LENGTH
 *
 * Reserves the object, and writes all of it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "full.h"
#include "gate.h"

int
main(int argc, char *argv[])
{
    size_t length;
    void *p;
    int fd;

    if (argc != 3)
        errx(2, "usage: full NAME LENGTH");
    length = (size_t)strtoull(argv[2], NULL, 10);
    gate(GATE_BEGIN, 0);
    fd = reserve(argv[1], length);
    gate(GATE_RETURNED, fd);
    if (fd == -1)
        err(EXIT_FAILURE, "reserve: %s", argv[1]);
    p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
             0);
    if (p == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    memset(p, 'x', length);
    gate(GATE_LEAVE, 0);
    printf("%zu bytes are written\n", length);
    exit(EXIT_SUCCESS);
}
