/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around attach_ro(): see README.md
 *
 * Usage: ro_attach create NAME LENGTH MODE TEXT
 *        ro_attach attach NAME...
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gate.h"
#include "ro_attach.h"

/* A header, and after it the text, as far as it fits. */
static void
create(const char *name, size_t length, mode_t mode,
       const char *text)
{
    struct ro_header header = {1, 1};
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, mode);

    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (pwrite(fd, &header, sizeof(header), 0) == -1 ||
        pwrite(fd, text, strlen(text), sizeof(header)) == -1 ||
        ftruncate(fd, (off_t)length) == -1)
        err(EXIT_FAILURE, "%s", name);
    printf("%zu bytes\n", length);
}

static void
attach(const char *name)
{
    size_t length = (size_t)-1;
    const char *addr;

    addr = attach_ro(name, &length);
    gate_pointer(GATE_RETURNED, addr);
    gate(GATE_INSIDE, (long)length);
    if (addr == NULL)
        err(EXIT_FAILURE, "attach_ro: %s", name);
    if (length >= sizeof(struct ro_header)) {
        const char *text = addr + sizeof(struct ro_header);
        size_t most = length - sizeof(struct ro_header);

        printf("%zu bytes: %.*s\n", length,
               (int)strnlen(text, most), text);
    }

    /* The kernel has to refuse this. */
    if (mprotect((void *)(uintptr_t)addr, length,
                 PROT_READ | PROT_WRITE) == -1)
        puts("they cannot be written");
    else
        puts("they can be written!");
    gate(GATE_LEAVE, 0);
}

static void
attach_all(char *names[])
{
    gate(GATE_BEGIN, 0);
    for (int i = 0; names[i] != NULL; i++)
        attach(names[i]);
}

int
main(int argc, char *argv[])
{
    if (argc == 6 && strcmp(argv[1], "create") == 0)
        create(argv[2], strtoul(argv[3], NULL, 10),
               (mode_t)strtoul(argv[4], NULL, 8), argv[5]);
    else if (argc >= 3 && strcmp(argv[1], "attach") == 0)
        attach_all(argv + 2);
    else
        errx(2, "usage: ro_attach create NAME LENGTH MODE TEXT\n"
                "       ro_attach attach NAME...");
    exit(EXIT_SUCCESS);
}
