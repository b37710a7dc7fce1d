/* SPDX-License-Identifier: 0BSD */
/*
 * private_mapping.c - MAP_PRIVATE: nobody else sees what is written
 *
 * Usage: private_mapping [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * With MAP_PRIVATE a process that writes to a page gets a copy of
 * its own (copy on write). Every call succeeds, and the process
 * reads back what it wrote; only the others never see it. Watch
 * what a reader finds in the object.
 *
 * Seen in: Tencent/BqLog issue 25
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 private_mapping.c -o private_mapping
 * See also: mmap(2); ../fork.c, ../mmap.c
 */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: private_mapping [-b | -f]\n"
static char name[32];
enum { LENGTH = 4096 };

static char *
broken(int fd)
{
    return mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE,
                fd, 0);
}

static char *
fixed(int fd)
{
    return mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED,
                fd, 0);
}

static void
show(const char *title, char *(*map)(int fd))
{
    int fd, status;
    char *addr;
    pid_t pid;

    puts(title);
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    if (ftruncate(fd, LENGTH) == -1)
        err(EXIT_FAILURE, "ftruncate: %s", name);

    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        addr = map(fd);
        if (addr == MAP_FAILED)
            err(EXIT_FAILURE, "mmap: %s", name);
        memcpy(addr, "hello", sizeof("hello"));
        printf("  writer: reads back \"%s\"\n", addr);
        _exit(EXIT_SUCCESS);
    }
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0)
        errx(EXIT_FAILURE, "writer: wait status %d", status);
    printf("  writer: exit status 0\n");

    addr = mmap(NULL, LENGTH, PROT_READ, MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);
    printf("  reader: reads \"%.5s\"\n", addr);
    if (munmap(addr, LENGTH) == -1 || close(fd) == -1)
        err(EXIT_FAILURE, "munmap, close: %s", name);
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
    /* Else printf(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    snprintf(name, sizeof(name), "/private_mapping.%ld",
             (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: mmap with MAP_PRIVATE", broken);
    if (way == 'f' || way == -1)
        show("fixed: mmap with MAP_SHARED", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
