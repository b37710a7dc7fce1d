/* SPDX-License-Identifier: 0BSD */
/*
 * timed.c - measure a command, as the benchmark programs do
 *           themselves
 *
 * Usage: timed BYTES COMMAND [ARG...]
 *
 * Prints one line as they do: how many bytes, as it was told, and
 * how long COMMAND took, from its start to its end, with all the
 * processes that it has waited for.
 *
 * Exit status: 0 done, 1 a call or COMMAND failed, 2 wrong usage.
 *
 * See also: time(1), getrusage(2) (RUSAGE_CHILDREN), execvp(3)
 */
#define _GNU_SOURCE
#include "bench.h"
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: timed BYTES COMMAND [ARG...]\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

int
main(int argc, char *argv[])
{
    int status;
    pid_t pid;
    uint64_t bytes, start, stop;
    struct rusage u;

    if (argc == 2 && strcmp(argv[1], "-h") == 0)
        usage(EXIT_SUCCESS);
    if (argc < 3) {
        warnx("expected BYTES and a COMMAND");
        usage(2);
    }
    bytes = bench_number(argv[1]);

    start = bench_now();
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        warn("%s", argv[2]);
        _exit(127);
    }
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    stop = bench_now();
    if (status != 0)
        errx(EXIT_FAILURE, "%s: wait status %#x", argv[2],
             (unsigned int)status);

    if (getrusage(RUSAGE_CHILDREN, &u) == -1)
        err(EXIT_FAILURE, "getrusage");
    printf("bytes=%" PRIu64 " seconds=%.9f cpu=%.6f switches=%ld\n",
           bytes, (double)(stop - start) / 1e9,
           (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
               (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) /
                   1e6,
           u.ru_nvcsw + u.ru_nivcsw);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
