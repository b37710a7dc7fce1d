/* SPDX-License-Identifier: 0BSD */
/*
 * ftruncate.c - set the size of a POSIX shared memory object
 *
 * Usage: ftruncate NAME SIZE
 *   SIZE  bytes; the suffixes K, M and G multiply by 1024, 1024^2
 *         and 1024^3
 *
 * Prints the size before and after, and the memory that the object
 * has really got. Growing adds zeros, shrinking discards what was
 * there. Watch the memory: it stays 0 however far the object grows,
 * since a page is allocated when it is first touched. An object may
 * therefore be larger than the filesystem it is in, and the lack
 * shows later, as a SIGBUS; posix_fallocate(3) asks for the memory
 * at once.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 ftruncate.c -o ftruncate
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: ftruncate(2), posix_fallocate(3); shm_open.c, mmap.c,
 *           fstat.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <ctype.h>
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
    fputs("usage: ftruncate NAME SIZE\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Bytes: decimal digits and at most one of the suffixes K, M, G. */
static off_t
parse_size(const char *s)
{
    char *end;
    int shift;
    int64_t n;

    errno = 0;
    n = strtoll(s, &end, 10);
    shift = *end == 'K'   ? 10
            : *end == 'M' ? 20
            : *end == 'G' ? 30
                          : 0;
    if (shift > 0)
        end++;
    if (!isdigit((unsigned char)*s) || *end != '\0' ||
        errno == ERANGE || n > INT64_MAX >> shift) {
        warnx("not a size: %s", s);
        usage(2);
    }
    return n << shift;
}

int
main(int argc, char *argv[])
{
    int fd, opt;
    off_t size, old_size;
    const char *name;
    struct stat sb;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 2) {
        warnx("expected NAME and SIZE");
        usage(2);
    }
    name = argv[optind];
    size = parse_size(argv[optind + 1]);

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    /* ftruncate(2) wants a descriptor that may write. */
    fd = shm_open(name, O_RDWR, 0);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);

    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    old_size = sb.st_size;

    /* The new size holds at once, for every process. A process that
       touches a mapped page wholly beyond the new end gets SIGBUS;
       the rest of the last page stays accessible. */
    if (ftruncate(fd, size) == -1)
        err(EXIT_FAILURE, "ftruncate: %s", name);

    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);

    /* st_blocks counts units of 512 bytes, not pages. */
    printf("old size: %jd\n", (intmax_t)old_size);
    printf("new size: %jd\n", (intmax_t)sb.st_size);
    printf("memory used: %jd\n", (intmax_t)sb.st_blocks * 512);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
