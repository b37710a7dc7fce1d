/* SPDX-License-Identifier: 0BSD */
/*
 * attach_too_early.c - an object is mapped before it has a length
 *
 * Usage: attach_too_early [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * shm_open(3) creates an object of length 0, and ftruncate(2) sets
 * its length. Between the two calls others can already open it.
 * mmap(2) succeeds even then, but the first access raises SIGBUS.
 * The cure is to wait until fstat(2) reports the length, but not
 * for ever, since the creator may be dead. (The length does not
 * tell whether the contents are ready: see lost_post.c.)
 *
 * Seen in: pmodels/mpich pull request 7435
 * Fault on purpose: SIGBUS, Non-existent physical address
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 attach_too_early.c -o attach_too_early
 * See also: shm_open(3), ftruncate(2), mmap(2), sigaction(2)
 */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define USAGE "usage: attach_too_early [-b | -f]\n"
enum { LENGTH = 4096 };
static char name[32];

/* This pipe ends when the reader sees it is early, or is dead. */
static int seen[2];

static void
broken(int fd)
{
    (void)fd;
}

static void
fixed(int fd)
{
    struct stat sb;

    for (int ms = 0; ms < 30000; ms++) {
        if (fstat(fd, &sb) == -1)
            err(EXIT_FAILURE, "fstat: %s", name);
        if (sb.st_size >= LENGTH)
            return;
        if (ms == 0 && close(seen[1]) == -1)
            err(EXIT_FAILURE, "close: pipe");
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    errx(EXIT_FAILURE, "%s: no length in 30 s", name);
}

/* The signal interrupts the load, not stdio, so printf(3) is safe
   here. On return the load is repeated, and this time the signal
   kills the process, without a core file. */
static void
on_sigbus(int sig, siginfo_t *info, void *context)
{
    (void)context;
    signal(sig, SIG_DFL);
    prctl(PR_SET_DUMPABLE, 0);
    printf("  reader: SIGBUS, %s\n",
           info->si_code == BUS_ADRERR ? "BUS_ADRERR" : "other");
}

static void
show(const char *title, void (*before_mmap)(int fd))
{
    int fd, status;
    const volatile char *addr;
    pid_t pid;

    puts(title);
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    if (pipe(seen) == -1)
        err(EXIT_FAILURE, "pipe");
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        before_mmap(fd);
        addr = mmap(NULL, LENGTH, PROT_READ, MAP_SHARED, fd, 0);
        if (addr == MAP_FAILED)
            err(EXIT_FAILURE, "mmap: %s", name);
        printf("  reader: mmap succeeds\n");
        printf("  reader: reads %d\n", addr[0]);
        _exit(EXIT_SUCCESS);
    }

    if (close(seen[1]) == -1 || read(seen[0], &(char){0}, 1) == -1)
        err(EXIT_FAILURE, "close, read: pipe");
    printf("  creator: ftruncate\n");
    if (ftruncate(fd, LENGTH) == -1)
        err(EXIT_FAILURE, "ftruncate: %s", name);
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0 &&
        (!WIFSIGNALED(status) || WTERMSIG(status) != SIGBUS))
        errx(EXIT_FAILURE, "reader: wait status %d", status);
    printf("  reader: %s\n",
           status == 0 ? "exit status 0" : "killed by SIGBUS");
    if (close(fd) == -1 || close(seen[0]) == -1)
        err(EXIT_FAILURE, "close: %s", name);
}

int
main(int argc, char *argv[])
{
    int way = getopt(argc, argv, "bfh");
    struct sigaction action = {.sa_sigaction = on_sigbus,
                               .sa_flags = SA_SIGINFO};

    if (way == '?' || optind < argc) {
        if (way != '?')
            warnx("expected no arguments");
        fputs(USAGE, stderr);
        exit(2);
    }
    /* Else printf(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    snprintf(name, sizeof(name), "/early.%ld", (long)getpid());
    if (sigaction(SIGBUS, &action, NULL) == -1)
        err(EXIT_FAILURE, "sigaction");
    if (way == 'b' || way == -1)
        show("broken: map at once", broken);
    if (way == 'f' || way == -1)
        show("fixed: wait for the length", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
