/* SPDX-License-Identifier: 0BSD */
/*
 * wrong_clock.c - a deadline on the wrong clock has long passed
 *
 * Usage: wrong_clock [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * sem_timedwait(3) takes a point in time of CLOCK_REALTIME, which
 * counts from 1970. CLOCK_MONOTONIC counts from about the start of
 * the system, so "in a minute" by that clock was decades ago, and
 * the wait ends at once: a timeout that nobody waited for. (And in
 * a loop, a processor that is busy for nothing.) CLOCK_REALTIME is
 * right, until somebody sets it; sem_clockwait(), of POSIX.1-2024
 * and glibc 2.30, takes either clock. (The broken way asks for a
 * minute and returns at once; the fixed ways wait for 0.2 s.)
 *
 * Seen in: roc-streaming/roc-toolkit issue 795
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage,
 * 77 cannot be shown: no sem_clockwait in this libc.
 * Build: cc -std=c17 wrong_clock.c -o wrong_clock -pthread
 * See also: sem_wait(3), clock_gettime(2)
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define USAGE "usage: wrong_clock [-b | -f]\n"
enum { CANNOT_SHOW = 77 };

/* In shared memory, and nobody ever posts it. */
static sem_t *sem;

static struct timespec
from_now(clockid_t clock, long ms)
{
    struct timespec t;

    clock_gettime(clock, &t);
    t.tv_nsec += ms % 1000 * 1000000;
    t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static int
broken(long ms)
{
    struct timespec deadline = from_now(CLOCK_MONOTONIC, ms);

    return sem_timedwait(sem, &deadline);
}

static int
fixed(long ms)
{
    struct timespec deadline = from_now(CLOCK_REALTIME, ms);

    return sem_timedwait(sem, &deadline);
}

static int
fixed_monotonic(long ms)
{
#if _POSIX_VERSION >= 202405L || __GLIBC__ > 2 || \
    (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 30)
    struct timespec deadline = from_now(CLOCK_MONOTONIC, ms);

    return sem_clockwait(sem, CLOCK_MONOTONIC, &deadline);
#else
    (void)ms;
    errx(CANNOT_SHOW, "sem_clockwait: not in this libc");
#endif
}

static void
show(const char *title, int (*wait_for_post)(long ms), long ms)
{
    int status;
    long waited;
    struct timespec now, start = from_now(CLOCK_MONOTONIC, 0);
    pid_t pid;

    puts(title);
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        if (wait_for_post(ms) != -1 || errno != ETIMEDOUT)
            err(EXIT_FAILURE, "sem_timedwait, sem_clockwait");
        now = from_now(CLOCK_MONOTONIC, 0);
        waited = (now.tv_sec - start.tv_sec) * 1000 +
                 (now.tv_nsec - start.tv_nsec) / 1000000;
        printf("  waiter: ETIMEDOUT %s %ld ms\n",
               waited < ms ? "before" : "after", ms);
        _exit(EXIT_SUCCESS);
    }
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0)
        exit(WIFEXITED(status) ? WEXITSTATUS(status)
                               : EXIT_FAILURE);
    printf("  waiter: exit status 0\n");
}

int
main(int argc, char *argv[])
{
    int way = getopt(argc, argv, "bfh");

    if (way == '?' || optind < argc) {
        if (way != '?')
            warnx("expected no arguments");
        fputs(USAGE, stderr);
        exit(2);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    sem = mmap(NULL, sizeof(*sem), PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sem == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    if (sem_init(sem, 1, 0) == -1)
        err(EXIT_FAILURE, "sem_init");
    if (way == 'b' || way == -1)
        show("broken: sem_timedwait, a CLOCK_MONOTONIC deadline",
             broken, 60000);
    if (way == 'f' || way == -1) {
        show("fixed: sem_timedwait, a CLOCK_REALTIME deadline",
             fixed, 200);
        show("fixed: sem_clockwait, a CLOCK_MONOTONIC deadline",
             fixed_monotonic, 200);
    }
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
