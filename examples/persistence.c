/* SPDX-License-Identifier: 0BSD */
/*
 * persistence.c - how long a POSIX shared memory object lives
 *
 * Usage: persistence
 *
 * Objects have kernel persistence: an object lives until the system
 * goes down, or until its name is removed and nobody uses it any
 * more. Watch what a user is: shm_overview(7) speaks of mappings
 * only, but an open descriptor keeps the memory as well. The memory
 * is measured as what the filesystem has less of, so another
 * program that allocates or frees there at the same moment is
 * measured with it; and a tmpfs without a limit (size=0) has no
 * free space to tell, so every number is 0 there.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 persistence.c -o persistence
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: shm_unlink(3), statvfs(3), tmpfs(5); shm_unlink.c,
 *           close.c, dev_shm.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LENGTH = 1024 * 1024 };

static char name[32];

static _Noreturn void
usage(int status)
{
    fputs("usage: persistence\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Ends the program and leaves no object behind. */
static _Noreturn void
fail(const char *call)
{
    warn("%s: %s", call, name);
    shm_unlink(name);
    exit(EXIT_FAILURE);
}

/* Bytes that the objects' filesystem can still give away. */
static intmax_t
free_memory(void)
{
    struct statvfs fs;

    if (statvfs("/dev/shm", &fs) == -1)
        fail("statvfs: /dev/shm");
    return (intmax_t)fs.f_bfree * (intmax_t)fs.f_frsize;
}

/* Runs in a child, which ends before the object is looked at. */
static void
create(void)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    /* The error is returned, not left in errno. */
    errno = posix_fallocate(fd, 0, LENGTH);
    if (errno != 0)
        fail("posix_fallocate");
    /* One that is cut short sets no errno. */
    errno = ENOSPC;
    if (write(fd, "hello", 5) != 5)
        fail("write");
    _exit(EXIT_SUCCESS);
}

static void
experiment(bool close_first)
{
    int fd, status;
    char *addr;
    intmax_t before = free_memory();
    pid_t pid;

    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0)
        create();
    if (waitpid(pid, &status, 0) == -1)
        fail("waitpid");
    if (WIFSIGNALED(status)) {
        errno = EINTR;
        fail("creator killed");
    }
    if (status != 0)
        exit(EXIT_FAILURE);

    fd = shm_open(name, O_RDONLY, 0);
    if (fd == -1)
        fail("shm_open");
    addr = mmap(NULL, LENGTH, PROT_READ, MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        fail("mmap");
    printf("creator exited: the object still says %.5s\n", addr);

    if (shm_unlink(name) == -1)
        fail("shm_unlink");
    if (shm_open(name, O_RDONLY, 0) != -1 || errno != ENOENT)
        errx(EXIT_FAILURE, "shm_open: %s: not ENOENT", name);
    printf("name removed: shm_open fails with ENOENT\n");
    printf("a process that has it mapped reads: %.5s\n", addr);

    for (int step = 0; step < 2; step++) {
        bool closing = (step == 0) == close_first;

        if (closing && close(fd) == -1)
            fail("close");
        if (!closing && munmap(addr, LENGTH) == -1)
            fail("munmap");
        printf("after %s: %jd bytes in use\n",
               closing ? "close" : "munmap",
               before - free_memory());
    }
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
}

int
main(int argc, char *argv[])
{
    int opt;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 0) {
        warnx("expected no arguments");
        usage(2);
    }

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    snprintf(name, sizeof(name), "/persistence.%jd",
             (intmax_t)getpid());
    experiment(true);
    experiment(false);
    exit(EXIT_SUCCESS);
}
