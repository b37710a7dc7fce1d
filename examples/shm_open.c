/* SPDX-License-Identifier: 0BSD */
/*
 * shm_open.c - create or open a POSIX shared memory object
 *
 * Usage: shm_open [-cxrt] [-m MODE] NAME
 *   -c       create the object if there is none (O_CREAT)
 *   -x       with -c: fail if the name exists (O_EXCL)
 *   -r       open for reading only (O_RDONLY instead of O_RDWR)
 *   -t       discard the contents (O_TRUNC)
 *   -m MODE  octal permissions of a new object, less the umask;
 *            default 0600. shm_open(3) speaks of nine bits, POSIX
 *            defines no more, and Linux keeps all twelve
 *
 * Prints what the kernel says about the new descriptor and the
 * object behind it. Watch the permissions under different umasks,
 * and the length: a new object has none until ftruncate(2) gives it
 * one. The object outlives the program; shm_unlink removes it. If
 * the program fails after the call, it removes the object, but only
 * with -cx: without -x it cannot tell whose the object is.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 shm_open.c -o shm_open
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: shm_open(3), fcntl(2), umask(2); ftruncate.c, fstat.c,
 *           fchmod.c, shm_unlink.c, inside/shm_open.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: shm_open [-cxrt] [-m MODE] NAME\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

static mode_t
parse_mode(const char *s)
{
    unsigned long mode = strtoul(s, NULL, 8);

    if (*s == '\0' || s[strspn(s, "01234567")] != '\0' ||
        mode > 07777) {
        warnx("not an octal mode: %s", s);
        usage(2);
    }
    return (mode_t)mode;
}

/* Prints what the kernel says; returns -1 after a warning. */
static int
describe(int fd, const char *name)
{
    int flags, fdflags;
    struct stat sb;

    flags = fcntl(fd, F_GETFL);
    fdflags = fcntl(fd, F_GETFD);
    if (flags == -1 || fdflags == -1) {
        warn("fcntl: %s", name);
        return -1;
    }
    if (fstat(fd, &sb) == -1) {
        warn("fstat: %s", name);
        return -1;
    }

    printf("access mode: %s\n",
           (flags & O_ACCMODE) == O_RDONLY ? "O_RDONLY" : "O_RDWR");
    printf("close-on-exec: %s\n",
           fdflags & FD_CLOEXEC ? "yes" : "no");
    printf("permissions: %04o\n", (unsigned int)sb.st_mode & 07777);
    printf("length: %jd\n", (intmax_t)sb.st_size);
    if (fflush(stdout) == EOF || ferror(stdout)) {
        warn("stdout");
        return -1;
    }
    return 0;
}

int
main(int argc, char *argv[])
{
    int fd, opt, status;
    int access_mode = O_RDWR, oflag = 0;
    mode_t mode = 0600;
    const char *name;

    while ((opt = getopt(argc, argv, "cxrtm:h")) != -1) {
        switch (opt) {
        case 'c':
            oflag |= O_CREAT;
            break;
        case 'x':
            oflag |= O_EXCL;
            break;
        case 'r':
            access_mode = O_RDONLY;
            break;
        case 't':
            oflag |= O_TRUNC;
            break;
        case 'm':
            mode = parse_mode(optarg);
            break;
        default:
            usage(opt == 'h' ? EXIT_SUCCESS : 2);
        }
    }
    if (argc - optind != 1) {
        warnx("expected one NAME");
        usage(2);
    }
    name = argv[optind];

    /* POSIX leaves both undefined. Linux would truncate through a
       read-only descriptor, and ignore O_EXCL without O_CREAT. */
    if (access_mode == O_RDONLY && (oflag & O_TRUNC)) {
        warnx("-r and -t exclude each other");
        usage(2);
    }
    if ((oflag & O_EXCL) && !(oflag & O_CREAT)) {
        warnx("-x needs -c");
        usage(2);
    }

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    fd = shm_open(name, access_mode | oflag, mode);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);

    status = describe(fd, name);
    if (close(fd) == -1) {
        warn("close: %s", name);
        status = -1;
    }

    /* Only O_EXCL proves that the object is ours to remove. */
    if (status == -1 && (oflag & O_EXCL) && shm_unlink(name) == -1)
        warn("shm_unlink: %s", name);
    exit(status == -1 ? EXIT_FAILURE : EXIT_SUCCESS);
}
