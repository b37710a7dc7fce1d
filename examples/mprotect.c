/* SPDX-License-Identifier: 0BSD */
/*
 * mprotect.c - initialize shared memory, then write-protect it
 *
 * Usage: mprotect NAME
 *
 * Writes one byte at the start of the object, as an initializer
 * would, and then takes this mapping's right to write away: a later
 * store is a SIGSEGV, caught in the act instead of spoiling
 * everybody's data. The protection belongs to the mapping, not to
 * the object: other processes go on writing. A mapping made from a
 * read-write descriptor may be made writable again; one made from a
 * read-only descriptor may not: EACCES, from mmap(2) and from
 * mprotect(2). That is no wall against a process that may open the
 * object for writing, by name or through /proc/self/fd: only the
 * permissions are.
 *
 * A child dies on purpose, and the tests expect exactly this.
 * Fault on purpose: SIGSEGV, Bad permissions for mapped region
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 mprotect.c -o mprotect
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: mprotect(2), mmap(2), signal(7); mmap.c, munmap.c,
 *           fchmod.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: mprotect NAME\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Lets a child write to addr and prints what became of it. */
static void
write_in_child(const char *when, volatile char *addr)
{
    int status;
    pid_t pid;

    /* What is in the buffer must not be written by two. */
    if (fflush(stdout) == EOF)
        err(EXIT_FAILURE, "stdout");
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        *addr = '!';
        _exit(EXIT_SUCCESS);
    }
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");

    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV)
        printf("%s: a child that writes is killed by SIGSEGV\n",
               when);
    else if (status == 0)
        printf("%s: a child writes, and we read %c\n", when, *addr);
    else
        errx(EXIT_FAILURE, "child: status %d", status);
}

/* The descriptor decides what a shared mapping may ever be. */
static void
read_only(const char *name, size_t length)
{
    int fd = shm_open(name, O_RDONLY, 0);
    void *addr;

    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);

    addr = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED,
                fd, 0);
    if (addr != MAP_FAILED || errno != EACCES)
        errx(EXIT_FAILURE, "mmap: %s: not EACCES", name);
    printf("read-only descriptor, writable mmap: EACCES\n");

    addr = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);
    if (mprotect(addr, length, PROT_READ | PROT_WRITE) == 0 ||
        errno != EACCES)
        errx(EXIT_FAILURE, "mprotect: %s: not EACCES", name);
    printf("read-only descriptor, mprotect to writable: EACCES\n");

    if (munmap(addr, length) == -1)
        err(EXIT_FAILURE, "munmap: %s", name);
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);
}

int
main(int argc, char *argv[])
{
    int fd, opt;
    char *addr;
    size_t length;
    const char *name;
    struct stat sb;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 1) {
        warnx("expected one NAME");
        usage(2);
    }
    name = argv[optind];

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    fd = shm_open(name, O_RDWR, 0);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    length = (size_t)sb.st_size;
    addr = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED,
                fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);

    /* On a full filesystem a store would be a SIGBUS. */
    if (pwrite(fd, "#", 1, 0) == -1)
        err(EXIT_FAILURE, "pwrite: %s", name);
    printf("initialized: we read %c\n", addr[0]);

    /* The crash that comes needs no core file. */
    if (setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) == -1)
        err(EXIT_FAILURE, "setrlimit");

    /* Done with writing: from here on a stray store is caught. */
    if (mprotect(addr, length, PROT_READ) == -1)
        err(EXIT_FAILURE, "mprotect: %s", name);
    write_in_child("PROT_READ", addr);

    if (mprotect(addr, length, PROT_READ | PROT_WRITE) == -1)
        err(EXIT_FAILURE, "mprotect: %s", name);
    write_in_child("PROT_READ | PROT_WRITE", addr);

    if (munmap(addr, length) == -1)
        err(EXIT_FAILURE, "munmap: %s", name);
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);

    read_only(name, length);

    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
