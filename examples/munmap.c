/* SPDX-License-Identifier: 0BSD */
/*
 * munmap.c - unmap a POSIX shared memory object
 *
 * Usage: munmap NAME
 *
 * Maps the object, unmaps it, and asks the kernel before and after
 * what lies at the address. Watch two things: the object stays as
 * it was, since munmap(2) ends this process's view and no more; and
 * the address is worth nothing afterwards, which a child finds out
 * for us by reading it. Elsewhere that may go worse: the next
 * mmap(2) may get the same address, and then a stale pointer reads
 * and writes something else without a signal.
 *
 * The child dies on purpose, and the tests expect exactly this.
 * Fault on purpose: SIGSEGV, Access not within mapped region
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 munmap.c -o munmap
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: munmap(2), proc(5), signal(7); mmap.c, close.c,
 *           mprotect.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
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
    fputs("usage: munmap NAME\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Prints what the kernel has mapped at addr, and closes maps. */
static void
print_mapping(FILE *maps, const char *when, const void *addr)
{
    char line[4096], perms[5];
    int path = 0;
    uintmax_t start, end;

    while (fgets(line, sizeof(line), maps) != NULL) {
        if (sscanf(line, "%jx-%jx %4s %*s %*s %*s %n", &start, &end,
                   perms, &path) == 3 &&
            start <= (uintptr_t)addr && (uintptr_t)addr < end)
            break;
        path = 0;
    }
    if (ferror(maps) || fclose(maps) == EOF)
        err(EXIT_FAILURE, "read: /proc/self/maps");

    if (path == 0)
        printf("%s: nothing is mapped there\n", when);
    else
        printf("%s: %s %s", when, perms, line + path);
}

/* Lets a child read at addr and prints what became of it. */
static void
touch_in_child(const volatile char *addr)
{
    int status;
    pid_t pid;

    if (fflush(stdout) == EOF)
        err(EXIT_FAILURE, "stdout");
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        (void)*addr;
        _exit(EXIT_SUCCESS);
    }
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");

    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV)
        printf("a child that reads there: killed by SIGSEGV\n");
    else
        errx(EXIT_FAILURE, "child: status %d", status);
}

int
main(int argc, char *argv[])
{
    int fd, opt;
    void *addr;
    const char *name;
    struct stat sb;
    FILE *before, *after;

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

    /* Both are opened now, since memory that fopen(3) takes later
       might come to lie at the very address that is unmapped. */
    before = fopen("/proc/self/maps", "r");
    after = fopen("/proc/self/maps", "r");
    if (before == NULL || after == NULL)
        err(EXIT_FAILURE, "fopen: /proc/self/maps");

    fd = shm_open(name, O_RDONLY, 0);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);

    addr = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_SHARED, fd,
                0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);
    print_mapping(before, "mapped", addr);

    if (munmap(addr, (size_t)sb.st_size) == -1)
        err(EXIT_FAILURE, "munmap: %s", name);
    print_mapping(after, "after munmap", addr);

    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    printf("the object: %jd bytes, as before\n",
           (intmax_t)sb.st_size);

    /* The crash that comes needs no core file. */
    if (setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) == -1)
        err(EXIT_FAILURE, "setrlimit");
    touch_in_child(addr);

    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
