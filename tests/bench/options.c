/* SPDX-License-Identifier: 0BSD */
/*
 * options.c - the command line of all benchmark programs
 *
 * See also: getopt(3), sched_getaffinity(2); bench.h
 */
#define _GNU_SOURCE
#include "bench.h"
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint64_t
bench_number(const char *text)
{
    char *rest;
    uint64_t number = strtoull(text, &rest, 10);
    unsigned int shift = *rest == 'K'   ? 10
                         : *rest == 'M' ? 20
                         : *rest == 'G' ? 30
                                        : 0;

    if (*text < '0' || *text > '9' || rest[shift > 0] != '\0' ||
        number > (uint64_t)INT64_MAX >> shift) {
        warnx("not a number, or too large: %s", text);
        exit(2);
    }
    return number << shift;
}

static _Noreturn void
usage(const char *letters, int status)
{
    fprintf(status == EXIT_SUCCESS ? stdout : stderr,
            "usage: %s [-hix] [-b BYTES] [-m MESSAGE] "
            "[-r TRIPS] [-c CPU[,CPU]]%s%s%s <INPUT\n",
            program_invocation_short_name,
            strchr(letters, 'n') != NULL ? " [-n SLOTS]" : "",
            strchr(letters, 'p') != NULL ? " [-p PIPESIZE]" : "",
            strchr(letters, 'S') != NULL ? " [-S SPINS]" : "");
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

static _Noreturn void
print_about(const char *about)
{
    fputs(about, stdout);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}

void
bench_options(struct bench *b, int argc, char *argv[],
              const char *letters, const char *about)
{
    char all[32];
    int opt;

    *b = (struct bench){.bytes = 64 << 20,
                        .message = 64 << 10,
                        .slots = 8,
                        .trips = 1000,
                        .cpu = {-1, -1}};
    snprintf(all, sizeof(all), "hixb:m:r:c:%s", letters);
    while ((opt = getopt(argc, argv, all)) != -1) {
        switch (opt) {
        case 'b':
            b->bytes = bench_number(optarg);
            break;
        case 'm':
            b->message = (size_t)bench_number(optarg);
            break;
        case 'r':
            b->trips = (unsigned long)bench_number(optarg);
            break;
        case 'n':
            b->slots = (size_t)bench_number(optarg);
            break;
        case 'p':
            b->pipe_size = (size_t)bench_number(optarg);
            break;
        case 'S':
            b->spins = (unsigned long)bench_number(optarg);
            break;
        case 'c':
            b->cpu[0] = (int)bench_number(strsep(&optarg, ","));
            b->cpu[1] = optarg == NULL ? b->cpu[0]
                                       : (int)bench_number(optarg);
            break;
        case 'x':
            b->spoil = true;
            break;
        case 'i':
            print_about(about);
        default:
            usage(letters, opt == 'h' ? EXIT_SUCCESS : 2);
        }
    }
    if (argc != optind || b->message == 0 || b->trips == 0 ||
        b->slots == 0) {
        warnx("expected options, no arguments, and sizes above 0");
        usage(letters, 2);
    }
    if (b->spins > 0)
        bench_need_two(b);
    bench_begin(b);
}

void
bench_not_applicable(const char *reason)
{
    warnx("not applicable: %s", reason);
    exit(BENCH_NOT_APPLICABLE);
}

void
bench_need_two(const struct bench *b)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) == -1)
        err(EXIT_FAILURE, "sched_getaffinity");
    if (CPU_COUNT(&set) < 2 ||
        (b->cpu[0] != -1 && b->cpu[0] == b->cpu[1]))
        bench_not_applicable("spinning needs two processors");
}
