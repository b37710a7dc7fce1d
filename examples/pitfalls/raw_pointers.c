/* SPDX-License-Identifier: 0BSD */
/*
 * raw_pointers.c - an address is good in one process only
 *
 * Usage: raw_pointers [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * mmap(2) may give each process a different address for the same
 * object. A pointer that one process stores in it points somewhere
 * else in another: at nothing (SIGSEGV), if you are lucky, or at
 * other data of that process. The same goes for std::string,
 * std::vector and the like. What all have in common is the
 * distance from the start of the object: the cure is to store
 * offsets. (A child of fork(2) has the same addresses, so there
 * the mistake does not show.)
 *
 * Seen in: VILLASframework/node pull request 1019
 * Fault on purpose: SIGSEGV, Access not within mapped region
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 raw_pointers.c -o raw_pointers
 * See also: mmap(2), sigaction(2); ../munmap.c
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: raw_pointers [-b | -f]\n"

/* The writer stores all of it, before there is a reader. */
struct object {
    const char *pointer;
    size_t offset;
    char text[16];
};

static const char *
broken(const struct object *object)
{
    return object->pointer;
}

static const char *
fixed(const struct object *object)
{
    size_t offset = object->offset;

    if (offset >= sizeof(*object))
        errx(EXIT_FAILURE, "offset: %zu", offset);
    return (const char *)object + offset;
}

/* The signal interrupts the load, not stdio, so printf(3) is safe
   here. On return the load is repeated, and this time the signal
   kills the process, without a core file. */
static void
on_sigsegv(int sig, siginfo_t *info, void *context)
{
    (void)context;
    signal(sig, SIG_DFL);
    prctl(PR_SET_DUMPABLE, 0);
    printf("  reader: SIGSEGV, %s\n",
           info->si_code == SEGV_MAPERR ? "SEGV_MAPERR" : "other");
}

static struct object *
attach(int fd)
{
    void *addr = mmap(NULL, sizeof(struct object),
                      PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    return addr;
}

static void
show(const char *title, const char *(*text)(const struct object *))
{
    int fd, status;
    pid_t pid;
    struct object *theirs;

    puts(title);
    fd = memfd_create("raw_pointers", MFD_CLOEXEC);
    if (fd == -1)
        err(EXIT_FAILURE, "memfd_create");
    if (ftruncate(fd, sizeof(*theirs)) == -1)
        err(EXIT_FAILURE, "ftruncate");
    theirs = attach(fd);
    memcpy(theirs->text, "hello", sizeof("hello"));
    theirs->pointer = theirs->text;
    theirs->offset = offsetof(struct object, text);

    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        /* Unlike after fork(2) alone, at another address. */
        struct object *mine = attach(fd);

        if (munmap(theirs, sizeof(*theirs)) == -1)
            err(EXIT_FAILURE, "munmap");
        printf("  reader: the first letter is '%c'\n",
               text(mine)[0]);
        _exit(EXIT_SUCCESS);
    }
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0 &&
        (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSEGV))
        errx(EXIT_FAILURE, "reader: wait status %d", status);
    printf("  reader: %s\n",
           status == 0 ? "exit status 0" : "killed by SIGSEGV");
    if (munmap(theirs, sizeof(*theirs)) == -1 || close(fd) == -1)
        err(EXIT_FAILURE, "munmap, close");
}

int
main(int argc, char *argv[])
{
    int way = getopt(argc, argv, "bfh");
    struct sigaction action = {.sa_sigaction = on_sigsegv,
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
    if (sigaction(SIGSEGV, &action, NULL) == -1)
        err(EXIT_FAILURE, "sigaction");
    if (way == 'b' || way == -1)
        show("broken: the object holds a pointer", broken);
    if (way == 'f' || way == -1)
        show("fixed: the object holds an offset", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
