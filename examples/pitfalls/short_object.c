/* SPDX-License-Identifier: 0BSD */
/*
 * short_object.c - a mapping that is longer than the object
 *
 * Usage: short_object [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * mmap(2) maps as many bytes as it is asked for, whether the
 * object has them or not: the sizeof of a struct that was shorter
 * when the object was made (here: 100 bytes), or a length from
 * somewhere else. From the end of the object to the end of its
 * last page you read zeros; beyond that page you get SIGBUS. (What
 * you write after the end, in the last page, is not seen by
 * read(2), and may reappear when the object grows.) The cure is to
 * map the length that fstat(2) reports, and to check it before you
 * use the object.
 *
 * Seen in: Smithay/smithay issue 834
 * Fault on purpose: SIGBUS, Non-existent physical address
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 short_object.c -o short_object
 * See also: mmap(2), fstat(2); attach_too_early.c
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
#include <unistd.h>

#define USAGE "usage: short_object [-b | -f]\n"
static char name[32];

/* The object was made by an older version, which had no more. */
enum { OLD_LENGTH = 100 };
struct table {
    char entries[OLD_LENGTH];
    char more_entries[1000 * 1000];
};

static size_t
broken(int fd)
{
    (void)fd;
    return sizeof(struct table);
}

static size_t
fixed(int fd)
{
    struct stat sb;

    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    return (size_t)sb.st_size;
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

static _Noreturn void
reader(int fd, size_t length)
{
    const volatile char *addr;

    addr = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);
    printf("  reader: maps %zu bytes\n", length);
    if (length <= OLD_LENGTH)
        printf("  reader: there is no byte 100\n");
    else {
        printf("  reader: byte 100 is %d\n", addr[OLD_LENGTH]);
        printf("  reader: the next page begins with %d\n",
               addr[sysconf(_SC_PAGESIZE)]);
    }
    _exit(EXIT_SUCCESS);
}

static void
show(const char *title, size_t (*length)(int fd))
{
    int fd, status;
    pid_t pid;

    puts(title);
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    if (ftruncate(fd, OLD_LENGTH) == -1)
        err(EXIT_FAILURE, "ftruncate: %s", name);
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0)
        reader(fd, length(fd));
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0 &&
        (!WIFSIGNALED(status) || WTERMSIG(status) != SIGBUS))
        errx(EXIT_FAILURE, "reader: wait status %d", status);
    printf("  reader: %s\n",
           status == 0 ? "exit status 0" : "killed by SIGBUS");
    if (close(fd) == -1)
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
    if (sigaction(SIGBUS, &action, NULL) == -1)
        err(EXIT_FAILURE, "sigaction");
    snprintf(name, sizeof(name), "/short.%ld", (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: map the size of the struct", broken);
    if (way == 'f' || way == -1)
        show("fixed: map as much as fstat says", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
