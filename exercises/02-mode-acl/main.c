/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around create_mode() and let_in(): see
 * README.md
 *
 * Usage: mode_acl create NAME LENGTH MODE UMASK
 *        mode_acl let_in NAME USER
 *        mode_acl try NAME
 *
 * MODE and UMASK are octal, USER is a number: see id(1).
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "gate.h"
#include "mode_acl.h"

static unsigned int
octal(const char *s)
{
    return (unsigned int)strtoul(s, NULL, 8);
}

static void
create(const char *name, size_t length, mode_t mode)
{
    struct stat sb;
    int fd;

    gate(GATE_BEGIN, 0);
    fd = create_mode(name, length, mode);
    gate(GATE_RETURNED, fd);
    if (fd == -1)
        err(EXIT_FAILURE, "create_mode: %s", name);
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat");
    printf("mode %04o, %lld bytes\n",
           (unsigned int)sb.st_mode & 07777, (long long)sb.st_size);
}

/* Without an object, the descriptor is a bad one. */
static void
let(const char *name, uid_t user)
{
    int result, fd = shm_open(name, O_RDWR, 0);

    if (fd == -1)
        warn("shm_open: %s", name);
    gate(GATE_BEGIN, fd);
    result = let_in(fd, user);
    gate(GATE_RETURNED, result);
    if (result == -1)
        err(EXIT_FAILURE, "let_in: %s", name);
    printf("user %ld was let in\n", (long)user);
}

static void
try(const char *name)
{
    printf("reading: %s\n", shm_open(name, O_RDONLY, 0) == -1
                                ? strerror(errno)
                                : "yes");
    printf("reading and writing: %s\n",
           shm_open(name, O_RDWR, 0) == -1 ? strerror(errno)
                                           : "yes");
}

int
main(int argc, char *argv[])
{
    if (argc == 6 && strcmp(argv[1], "create") == 0) {
        umask(octal(argv[5]));
        create(argv[2], strtoul(argv[3], NULL, 10), octal(argv[4]));
    } else if (argc == 4 && strcmp(argv[1], "let_in") == 0) {
        let(argv[2], (uid_t)strtoul(argv[3], NULL, 10));
    } else if (argc == 3 && strcmp(argv[1], "try") == 0) {
        try(argv[2]);
    } else {
        errx(2, "usage: mode_acl create NAME LENGTH MODE UMASK\n"
                "       mode_acl let_in NAME USER\n"
                "       mode_acl try NAME");
    }
    exit(EXIT_SUCCESS);
}
