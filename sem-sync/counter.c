/* SPDX-License-Identifier: 0BSD */
/*
 * counter.c - adding to one counter, with and without semaphores
 *
 * Usage: counter [-n PROCESSES] [-m ADDS]
 *   -n PROCESSES  how many processes add; default 4, 1 to 100
 *   -m ADDS       how often each of them adds 1; default 250
 *
 * To add 1 is to load the counter, and to store one more. When
 * another process stores in between, its addition is lost. Usually
 * that happens now and then; here it happens every time, for a
 * token goes round the processes through pipes: on the first lap
 * each of them loads, on the second each stores. A semaphore around
 * the two steps, or an atomic addition, loses nothing, however the
 * processes run.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 counter.c -o counter
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: sem_overview(7), sem_open(3), sem_unlink(3),
 *           sem_wait(3), shm_open(3), pipe(2), prctl(2); channel.h
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_PROCESSES = 100 };

static long processes = 4, adds = 250;

/* In shared memory. Atomic, so that it is loaded and stored whole;
   that alone does not make the two one step. */
static _Atomic long *counter;
static sem_t *sem;

static _Noreturn void
usage(int status)
{
    fputs("usage: counter [-n PROCESSES] [-m ADDS]\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

static long
parse_number(const char *s, long max)
{
    char *end;
    long n;

    errno = 0;
    n = strtol(s, &end, 10);
    if (*s < '0' || *s > '9' || *end != '\0' || errno == ERANGE ||
        n < 1 || n > max) {
        warnx("not a number from 1 to %ld: %s", max, s);
        usage(2);
    }
    return n;
}

/* The ring of pipes: process i takes the token from ring[i]. */
static int ring[MAX_PROCESSES][2];

static void
take_token(long i)
{
    char token;

    if (read(ring[i][0], &token, 1) != 1)
        err(EXIT_FAILURE, "read: pipe");
}

static void
pass_token(long i)
{
    if (write(ring[(i + 1) % processes][1], "", 1) != 1)
        err(EXIT_FAILURE, "write: pipe");
}

/* All load, then all store: of each round, one addition stays. */
static void
add_unsynchronized(long i)
{
    long n;

    take_token(i);
    n = atomic_load(counter);
    pass_token(i);

    take_token(i);
    atomic_store(counter, n + 1);
    pass_token(i);
}

static void
add_with_semaphore(void)
{
    long n;

    while (sem_wait(sem) == -1)
        if (errno != EINTR)
            err(EXIT_FAILURE, "sem_wait");
    n = atomic_load(counter);

    /* Whoever could come in between would do so here. */
    sched_yield();
    atomic_store(counter, n + 1);
    if (sem_post(sem) == -1)
        err(EXIT_FAILURE, "sem_post");
}

enum method { UNSYNCHRONISED, SEMAPHORE, ATOMIC };

static void
experiment(enum method method, const char *title)
{
    int status;
    long got, expected = processes * adds;
    pid_t pid, parent = getpid();

    atomic_store(counter, 0);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    for (long i = 0; i < processes; i++) {
        pid = fork();
        if (pid == -1)
            err(EXIT_FAILURE, "fork");
        if (pid > 0)
            continue;

        /* If one fails so does the parent, and the others must not
           wait for it for ever. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
            err(EXIT_FAILURE, "prctl");
        if (getppid() != parent)
            _exit(EXIT_FAILURE);
        for (long k = 0; k < adds; k++)
            if (method == UNSYNCHRONISED)
                add_unsynchronized(i);
            else if (method == SEMAPHORE)
                add_with_semaphore();
            else
                atomic_fetch_add(counter, 1);
        _exit(EXIT_SUCCESS);
    }

    /* To begin with the first process needs the token. */
    if (method == UNSYNCHRONISED)
        pass_token(processes - 1);
    for (long i = 0; i < processes; i++) {
        if (wait(&status) == -1)
            err(EXIT_FAILURE, "wait");
        if (status != 0)
            errx(EXIT_FAILURE, "child: wait status %#x",
                 (unsigned int)status);
    }
    if (method == UNSYNCHRONISED)
        take_token(0);
    got = atomic_load(counter);
    printf("%s: expected %ld, got %ld, lost %ld\n", title, expected,
           got, expected - got);
}

int
main(int argc, char *argv[])
{
    int fd, opt;
    char name[32];

    while ((opt = getopt(argc, argv, "n:m:h")) != -1)
        if (opt == 'n')
            processes = parse_number(optarg, MAX_PROCESSES);
        else if (opt == 'm')
            adds = parse_number(optarg, 1000000);
        else
            usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 0) {
        warnx("expected no arguments");
        usage(2);
    }

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    /* The children inherit the mapping, the semaphore and the
       pipes: names are not needed for long. */
    snprintf(name, sizeof(name), "/counter.%jd",
             (intmax_t)getpid());
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    errno = posix_fallocate(fd, 0, sizeof(*counter));
    if (errno != 0)
        err(EXIT_FAILURE, "posix_fallocate: %s", name);
    counter = mmap(NULL, sizeof(*counter), PROT_READ | PROT_WRITE,
                   MAP_SHARED, fd, 0);
    if (counter == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);

    /* O_EXCL, else the value of a semaphore that is there counts.
     */
    sem = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
    if (sem == SEM_FAILED)
        err(EXIT_FAILURE, "sem_open: %s", name);
    if (sem_unlink(name) == -1)
        err(EXIT_FAILURE, "sem_unlink: %s", name);
    for (long i = 0; i < processes; i++)
        if (pipe(ring[i]) == -1)
            err(EXIT_FAILURE, "pipe");

    experiment(UNSYNCHRONISED, "without synchronization");
    for (long i = 0; i < processes; i++)
        if (close(ring[i][0]) == -1 || close(ring[i][1]) == -1)
            err(EXIT_FAILURE, "close: pipe");
    experiment(SEMAPHORE, "with a named semaphore");
    experiment(ATOMIC, "with atomic additions");

    if (sem_close(sem) == -1)
        err(EXIT_FAILURE, "sem_close: %s", name);
    if (munmap(counter, sizeof(*counter)) == -1)
        err(EXIT_FAILURE, "munmap: %s", name);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
