/* SPDX-License-Identifier: 0BSD */
/*
 * mmap.c - read or write a POSIX shared memory object by mapping it
 *
 * Usage: mmap [-w] [-o OFFSET] [-l LENGTH] NAME
 *   -w         standard input into the object; without it the
 *              object to standard output
 *   -o OFFSET  where in the object to begin; default 0
 *   -l LENGTH  how many bytes; default up to the end of the object
 *
 * Both numbers may have a suffix K, M or G. The length is the one
 * that fstat(2) tells, never one that a peer claims: a mapping may
 * be longer than its object, but touching it past the end is a
 * SIGBUS. mmap(2) takes multiples of the page size as offset, so
 * the mapping begins at the page that OFFSET lies in. Of an object
 * of length 0 there is nothing to map, and mmap(2) refuses a length
 * of 0 (EINVAL): give it a size with ftruncate first. The mapping
 * keeps the object alive, so the descriptor is closed before the
 * mapping is used. Reading a page that nobody has touched yet
 * allocates it, as writing does. Input longer than the range is an
 * error; what fits has been stored by then.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 mmap.c -o mmap
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: mmap(2), fstat(2), sysconf(3); ftruncate.c, munmap.c,
 *           mprotect.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: mmap [-w] [-o OFFSET] [-l LENGTH] NAME\n",
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

/* read(2) and write(2) work on the mapping itself. If a peer
   shrinks the object meanwhile they fail with EFAULT, where a load
   or a store of our own would raise SIGBUS. */
static void
transfer(bool writing, const char *name, char *addr, size_t length)
{
    char extra;
    ssize_t n;

    for (size_t done = 0; done < length; done += (size_t)n) {
        n = writing
                ? read(STDIN_FILENO, addr + done, length - done)
                : write(STDOUT_FILENO, addr + done, length - done);
        if (n == -1)
            err(EXIT_FAILURE, "%s: %s",
                writing ? "read: stdin" : "write: stdout", name);
        if (n == 0)
            return;
    }
    if (writing && read(STDIN_FILENO, &extra, 1) != 0)
        errx(EXIT_FAILURE, "read: stdin: no end after %zu bytes",
             length);
}

int
main(int argc, char *argv[])
{
    bool writing = false;
    int fd, opt;
    char *addr;
    off_t offset = 0, length = -1, skip, map_length;
    const char *name;
    struct stat sb;

    while ((opt = getopt(argc, argv, "wo:l:h")) != -1)
        if (opt == 'w')
            writing = true;
        else if (opt == 'o')
            offset = parse_size(optarg);
        else if (opt == 'l')
            length = parse_size(optarg);
        else
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

    fd = shm_open(name, writing ? O_RDWR : O_RDONLY, 0);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);

    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    if (length == -1)
        length = sb.st_size - offset;
    if (length < 0 || length > sb.st_size - offset)
        errx(EXIT_FAILURE, "mmap: %s: range ends past %jd", name,
             (intmax_t)sb.st_size);

    /* A mapping begins at a page. A length of 0 stays 0: EINVAL. */
    skip = offset % sysconf(_SC_PAGESIZE);
    map_length = length == 0 ? 0 : skip + length;
    if ((uintmax_t)map_length > SIZE_MAX)
        errx(EXIT_FAILURE, "mmap: %s: too large to map", name);

    addr = mmap(NULL, (size_t)map_length,
                writing ? PROT_READ | PROT_WRITE : PROT_READ,
                MAP_SHARED, fd, offset - skip);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);

    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);

    transfer(writing, name, addr + skip, (size_t)length);

    if (munmap(addr, (size_t)map_length) == -1)
        err(EXIT_FAILURE, "munmap: %s", name);
    exit(EXIT_SUCCESS);
}
