/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around create_or_open(): see README.md
 *
 * Usage: excl_race NAME LENGTH
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "excl_race.h"
#include "gate.h"

int
main(int argc, char *argv[])
{
    int creator = -1;
    int fd;

    if (argc != 3)
        errx(2, "usage: excl_race NAME LENGTH");
    gate(GATE_BEGIN, 0);
    fd = create_or_open(argv[1], strtoul(argv[2], NULL, 10),
                        &creator);
    gate(GATE_RETURNED, fd);
    gate(GATE_INSIDE, creator);
    if (fd == -1)
        err(EXIT_FAILURE, "create_or_open: %s", argv[1]);
    puts(creator == 1 ? "I have created it" : "it was there");
    exit(EXIT_SUCCESS);
}
