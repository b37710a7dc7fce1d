/* SPDX-License-Identifier: 0BSD */
/*
 * input.c - run a command with a file of random bytes as its input
 *
 * Usage: input BYTES COMMAND [ARG...]
 *
 * The file is in memory and has no name (memfd_create(2)): nothing
 * waits for a disk, nothing is left behind, and /dev/shm is free
 * for what is to be measured. All its pages exist before COMMAND
 * runs. COMMAND may also open it anew, at its start, as /dev/stdin.
 * The bytes are the same every time and look like random ones, so
 * that no two messages are alike.
 *
 * Exit status: that of COMMAND; 1 a call failed, 2 wrong usage.
 *
 * See also: memfd_create(2), tmpfs(5), execvp(3)
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "bench.h"
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Written at a time, in bytes. */
enum { PIECE = 1024 * 1024, WORDS = PIECE / 8 };

static _Noreturn void
usage(int status)
{
    fputs("usage: input BYTES COMMAND [ARG...]\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

int
main(int argc, char *argv[])
{
    int fd;
    ssize_t n;
    size_t length;
    static uint64_t word[WORDS];
    uint64_t bytes, x = 1;

    if (argc == 2 && strcmp(argv[1], "-h") == 0)
        usage(EXIT_SUCCESS);
    if (argc < 3) {
        warnx("expected BYTES and a COMMAND");
        usage(2);
    }
    bytes = bench_number(argv[1]);

    fd = memfd_create("input", 0);
    if (fd == -1)
        err(EXIT_FAILURE, "memfd_create");
    for (uint64_t done = 0; done < bytes; done += (uint64_t)n) {
        for (size_t i = 0; i < WORDS; i++) {
            /* Marsaglia's xorshift, with period 2^64 - 1. */
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            word[i] = x;
        }
        length = bytes - done < PIECE ? (size_t)(bytes - done)
                                      : (size_t)PIECE;
        n = write(fd, word, length);
        if (n == -1)
            err(EXIT_FAILURE, "write: memfd");
    }

    if (lseek(fd, 0, SEEK_SET) == -1)
        err(EXIT_FAILURE, "lseek: memfd");
    if (dup2(fd, STDIN_FILENO) == -1)
        err(EXIT_FAILURE, "dup2");
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: memfd");
    execvp(argv[2], argv + 2);
    err(EXIT_FAILURE, "%s", argv[2]);
}
