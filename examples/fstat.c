/* SPDX-License-Identifier: 0BSD */
/*
 * fstat.c - what the kernel knows about POSIX shared memory objects
 *
 * Usage: fstat NAME...
 *
 * Prints size, permissions, owner and group, which POSIX promises,
 * and two facts that Linux adds because an object is a file in a
 * tmpfs(5): the memory it really uses, and its links, the names it
 * has. Watch the memory grow when somebody writes: size is what was
 * asked for, memory is what was touched. All names are tried; one
 * failure makes the status 1.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 fstat.c -o fstat
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: fstat(2), inode(7), tmpfs(5); ftruncate.c, fchmod.c,
 *           fchown.c, dev_shm.c
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
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: fstat NAME...\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Describes one object; returns -1 after a warning. */
static int
describe(const char *name)
{
    int fd, result;
    struct stat sb;

    /* Reading is enough: fstat(2) needs no permission. */
    fd = shm_open(name, O_RDONLY, 0);
    if (fd == -1) {
        warn("shm_open: %s", name);
        return -1;
    }

    result = fstat(fd, &sb);
    if (result == -1)
        warn("fstat: %s", name);
    if (close(fd) == -1) {
        warn("close: %s", name);
        result = -1;
    }
    if (result == -1)
        return -1;

    printf("%s\n", name);
    printf("  size: %jd\n", (intmax_t)sb.st_size);
    printf("  permissions: %04o\n",
           (unsigned int)sb.st_mode & 07777);
    printf("  owner: %ju\n", (uintmax_t)sb.st_uid);
    printf("  group: %ju\n", (uintmax_t)sb.st_gid);

    /* st_blocks counts units of 512 bytes, not pages. */
    printf("  memory used: %jd\n", (intmax_t)sb.st_blocks * 512);
    printf("  links: %ju\n", (uintmax_t)sb.st_nlink);
    return 0;
}

int
main(int argc, char *argv[])
{
    int opt, status = EXIT_SUCCESS;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (optind == argc) {
        warnx("expected at least one NAME");
        usage(2);
    }

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    for (int i = optind; i < argc; i++)
        if (describe(argv[i]) == -1)
            status = EXIT_FAILURE;

    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}
