/* SPDX-License-Identifier: 0BSD */
/*
 * close.c - close the descriptor of a POSIX shared memory object
 *
 * Usage: close NAME
 *
 * Watch two things. The mapping of NAME survives close(2), so the
 * descriptor can go as soon as mmap(2) has used it. And the other
 * way round: a descriptor alone, with neither name nor mapping
 * left, keeps the memory of an object, which is how memory gets
 * lost in programs that forget to close. For this the program makes
 * a nameless object of its own; NAME is only read.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 close.c -o close
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: close(2), mmap(2), proc(5); munmap.c, shm_unlink.c,
 *           persistence.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: close NAME\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Prints what the kernel has mapped at addr. */
static void
print_mapping(const char *when, const void *addr)
{
    char line[4096], perms[5];
    int path = 0;
    uintmax_t start, end;
    FILE *maps = fopen("/proc/self/maps", "r");

    if (maps == NULL)
        err(EXIT_FAILURE, "fopen: /proc/self/maps");
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

/* An object that has neither name nor mapping, just a descriptor.
 */
static void
descriptor_alone(void)
{
    int fd;
    char name[32];
    struct stat sb;

    snprintf(name, sizeof(name), "/close.%jd", (intmax_t)getpid());
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);

    /* ftruncate(2) would reserve nothing; this does. The error is
       returned, not left in errno. */
    errno = posix_fallocate(fd, 0, 65536);
    if (errno != 0)
        err(EXIT_FAILURE, "posix_fallocate: %s", name);
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    printf("a descriptor alone, links %ju: keeps %jd bytes\n",
           (uintmax_t)sb.st_nlink, (intmax_t)sb.st_blocks * 512);

    /* The last user goes, and with it the memory. */
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);
}

int
main(int argc, char *argv[])
{
    int fd, opt;
    void *addr;
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

    fd = shm_open(name, O_RDONLY, 0);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    addr = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_SHARED, fd,
                0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);
    print_mapping("mapped", addr);

    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);

    /* The number now means nothing, until an open(2) reuses it. */
    if (fstat(fd, &sb) == 0 || errno != EBADF)
        errx(EXIT_FAILURE, "close: %s: still open", name);
    printf("the descriptor after close: EBADF\n");
    print_mapping("after close", addr);

    if (munmap(addr, (size_t)sb.st_size) == -1)
        err(EXIT_FAILURE, "munmap: %s", name);

    descriptor_alone();

    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
