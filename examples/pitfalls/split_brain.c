/* SPDX-License-Identifier: 0BSD */
/*
 * split_brain.c - two objects under one name, one after the other
 *
 * Usage: split_brain [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * Somebody removes the name and creates it anew, perhaps to clean
 * up, while others use the object. They keep the old one. Whoever
 * comes later gets the new one. Neither group sees what the other
 * writes, and nobody gets an error. The cure is to look: an object
 * whose name is gone has no link (st_nlink), and the name leads to
 * another inode (st_ino) now. What one has seen may be outdated at
 * once: look each time, or hold a lock meanwhile
 * (killed_creator.c).
 *
 * Seen in: FirebirdSQL/firebird issue 8150
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 split_brain.c -o split_brain
 * See also: shm_unlink(3), fstat(2), inode(7); killed_creator.c
 */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: split_brain [-b | -f]\n"
static char name[32];

/* Ends the program and leaves no object behind. */
static _Noreturn void
fail(const char *call)
{
    warn("%s: %s", call, name);
    shm_unlink(name);
    exit(EXIT_FAILURE);
}

static int
create(void)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (ftruncate(fd, sizeof(int)) == -1)
        fail("ftruncate");
    return fd;
}

/* Both return a descriptor of what the user writes to. */
static int
broken(int fd)
{
    return fd;
}

static int
fixed(int fd)
{
    struct stat mine, named;

    if (fstat(fd, &mine) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    if (mine.st_nlink > 0)
        return fd;

    fd = shm_open(name, O_RDWR, 0);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (fstat(fd, &named) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    printf("  user: links: 0, st_ino under the name: %s\n",
           mine.st_ino == named.st_ino ? "the same" : "another");
    return fd;
}

static void
show(const char *title, int (*look)(int fd))
{
    int old, new, status, number = 0;
    int *addr;
    pid_t pid;

    puts(title);
    old = create();
    printf("  user: has it open\n");
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    new = create();
    printf("  another: removed the name and created it anew\n");

    /* The user, who got a descriptor when there was one object. */
    pid = fork();
    if (pid == -1)
        fail("fork");
    if (pid == 0) {
        addr = mmap(NULL, sizeof(*addr), PROT_READ | PROT_WRITE,
                    MAP_SHARED, look(old), 0);
        if (addr == MAP_FAILED)
            err(EXIT_FAILURE, "mmap: %s", name);
        *addr = 42;
        printf("  user: writes 42\n");
        _exit(EXIT_SUCCESS);
    }
    if (waitpid(pid, &status, 0) == -1)
        fail("waitpid");
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    if (status != 0)
        errx(EXIT_FAILURE, "user: wait status %d", status);
    printf("  user: exit status 0\n");
    if (pread(new, &number, sizeof(number), 0) == -1)
        err(EXIT_FAILURE, "pread: %s", name);
    printf("  another: reads %d\n", number);
    if (close(old) == -1 || close(new) == -1)
        err(EXIT_FAILURE, "close: %s", name);
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
    /* Else "| head" would end us before we have cleaned up. */
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    snprintf(name, sizeof(name), "/split.%ld", (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: go on with the object already open", broken);
    if (way == 'f' || way == -1)
        show("fixed: check that the name still leads to it", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
