/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around create_map(): see README.md
 *
 * Usage: create_map create NAME LENGTH TEXT
 *        create_map show NAME LENGTH
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "create_map.h"
#include "gate.h"

static void
create(const char *name, size_t length, const char *text)
{
    char *addr;

    gate(GATE_BEGIN, 0);
    addr = create_map(name, length);
    gate_pointer(GATE_RETURNED, addr);
    if (addr == NULL)
        err(EXIT_FAILURE, "create_map: %s", name);
    for (size_t i = 0; i < length && *text != '\0'; i++)
        addr[i] = *text++;
    gate(GATE_LEAVE, 0);
    printf("%zu bytes\n", length);
}

static void
show(const char *name, size_t length)
{
    int fd = shm_open(name, O_RDONLY, 0);
    char *addr;

    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    addr = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    printf("%.*s\n", (int)strnlen(addr, length), addr);
}

int
main(int argc, char *argv[])
{
    if (argc == 5 && strcmp(argv[1], "create") == 0)
        create(argv[2], strtoul(argv[3], NULL, 10), argv[4]);
    else if (argc == 4 && strcmp(argv[1], "show") == 0)
        show(argv[2], strtoul(argv[3], NULL, 10));
    else
        errx(2, "usage: create_map create NAME LENGTH TEXT\n"
                "       create_map show NAME LENGTH");
    exit(EXIT_SUCCESS);
}
