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

/* Opens the object, creating it if flags say so, and maps its one
   number. */
static int *
attach(int flags, int *fd)
{
    int *number;

    *fd = shm_open(name, O_RDWR | flags, 0600);
    if (*fd == -1 && (flags & O_EXCL) != 0)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (*fd == -1)
        fail("shm_open");
    if ((flags & O_CREAT) != 0 &&
        ftruncate(*fd, sizeof(*number)) == -1)
        fail("ftruncate");
    number = mmap(NULL, sizeof(*number), PROT_READ | PROT_WRITE,
                  MAP_SHARED, *fd, 0);
    if (number == MAP_FAILED)
        fail("mmap");
    return number;
}

static int *
broken(int fd, int *number)
{
    (void)fd;
    return number;
}

static int *
fixed(int fd, int *number)
{
    struct stat mine, named;
    int fresh;

    if (fstat(fd, &mine) == -1)
        fail("fstat");
    if (mine.st_nlink > 0)
        return number;

    number = attach(0, &fresh);
    if (fstat(fresh, &named) == -1)
        fail("fstat");
    printf("  user: links: 0, st_ino under the name: %s\n",
           mine.st_ino == named.st_ino ? "the same" : "another");
    return number;
}

static void
show(const char *title, int *(*look)(int fd, int *number))
{
    int old_fd, new_fd, status;
    int *old_number, *new_number;
    pid_t pid;

    puts(title);
    old_number = attach(O_CREAT | O_EXCL, &old_fd);
    printf("  user: has it mapped\n");
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    new_number = attach(O_CREAT | O_EXCL, &new_fd);
    printf("  another: removed the name and created it anew\n");

    /* The user, with what was mapped when there was one object. */
    pid = fork();
    if (pid == -1)
        fail("fork");
    if (pid == 0) {
        *look(old_fd, old_number) = 42;
        printf("  user: writes 42\n");
        _exit(EXIT_SUCCESS);
    }
    if (waitpid(pid, &status, 0) == -1)
        fail("waitpid");
    if (status != 0) {
        shm_unlink(name);
        exit(EXIT_FAILURE);
    }
    printf("  user: exit status 0\n");
    printf("  another: reads %d\n", *new_number);
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    if (munmap(old_number, sizeof(int)) == -1 ||
        munmap(new_number, sizeof(int)) == -1 ||
        close(old_fd) == -1 || close(new_fd) == -1)
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
    /* Else "| head" would end us before we have cleaned up. */
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    snprintf(name, sizeof(name), "/split_brain.%ld",
             (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: go on with the object already mapped",
             broken);
    if (way == 'f' || way == -1)
        show("fixed: check that the name still leads to it", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
