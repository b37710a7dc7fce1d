/* SPDX-License-Identifier: 0BSD */
/*
 * fork.c - what fork(2) and execve(2) do to mappings
 *
 * Usage: fork
 *
 * Maps one object twice, MAP_SHARED and MAP_PRIVATE, and forks. The
 * child inherits both mappings, at the same addresses, and writes
 * to each. Watch what the parent sees: the shared write at once,
 * the private one never, for the child wrote to a copy of its own.
 * Then a second child calls execve(2), and both mappings are gone:
 * the new program is a grep(1) that searches its own
 * /proc/self/maps.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 fork.c -o fork
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: fork(2), execve(2), mmap(2), proc(5); mmap.c,
 *           memfd_create.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LENGTH = 4096 };

static _Noreturn void
usage(int status)
{
    fputs("usage: fork\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Waits for the child and returns its exit status. */
static int
wait_for(pid_t pid)
{
    int status;

    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (!WIFEXITED(status))
        errx(EXIT_FAILURE, "child: wait status %#x",
             (unsigned int)status);
    return WEXITSTATUS(status);
}

/* Replaces a forked child by grep(1), which ends with 0 when it
   finds name among the mappings of the process that it is, with 1
   if not. */
static void
search_after_exec(const char *name)
{
    int found;
    pid_t pid;
    char *const environment[] = {NULL};

    if (fflush(stdout) == EOF)
        err(EXIT_FAILURE, "stdout");
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        execle("/bin/grep", "grep", "-q", name, "/proc/self/maps",
               (char *)NULL, environment);
        warn("execle: /bin/grep");
        _exit(127);
    }

    found = wait_for(pid);
    if (found > 1)
        errx(EXIT_FAILURE, "grep: status %d", found);
    printf("after execve, mapped: %s\n", found == 0 ? "yes" : "no");
}

int
main(int argc, char *argv[])
{
    int fd, opt;
    char *private, *shared, name[32];
    pid_t pid;

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

    /* Parent and child share by inheritance, so the name can go at
       once, and nothing is left behind whatever happens. */
    snprintf(name, sizeof(name), "/fork.%jd", (intmax_t)getpid());
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    if (ftruncate(fd, LENGTH) == -1)
        err(EXIT_FAILURE, "ftruncate: %s", name);

    shared = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED,
                  fd, 0);
    private = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE, fd, 0);
    if (shared == MAP_FAILED || private == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);
    /* On a full filesystem a store would be a SIGBUS. */
    if (pwrite(fd, "p", 1, 0) == -1)
        err(EXIT_FAILURE, "pwrite: %s", name);
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);
    private[0] = 'p';

    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        /* The same addresses lead to the same object here. */
        shared[0] = 'c';
        private[0] = 'c';
        _exit(EXIT_SUCCESS);
    }
    if (wait_for(pid) != EXIT_SUCCESS)
        errx(EXIT_FAILURE, "child: failed");

    /* waitpid(2) orders the child's stores before our loads. */
    printf("MAP_SHARED: the child wrote c, the parent reads %c\n",
           shared[0]);
    printf("MAP_PRIVATE: the child wrote c, the parent reads %c\n",
           private[0]);
    search_after_exec(name);

    if (munmap(shared, LENGTH) == -1 ||
        munmap(private, LENGTH) == -1)
        err(EXIT_FAILURE, "munmap: %s", name);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
