/* SPDX-License-Identifier: 0BSD */
/*
 * fchmod.c - change the permissions of a POSIX shared memory object
 *
 * Usage: fchmod NAME MODE
 *   MODE  octal, up to four digits
 *
 * Prints the permissions before and after. Watch the umask:
 * shm_open(3) takes its bits away from the mode that it is given,
 * fchmod(2) does not, which makes it the call for an object that
 * others are to use. The new permissions count from the next
 * shm_open(3) on; a process that has the object open keeps the
 * access it has. This program must open the object first: after
 * mode 0 not even its owner can, and chmod(1) on /dev/shm/NAME is
 * the way back.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 fchmod.c -o fchmod
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: fchmod(2), umask(2), inode(7); shm_open.c, fchown.c,
 *           acl.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: fchmod NAME MODE\n",
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

int
main(int argc, char *argv[])
{
    int fd, opt;
    mode_t mode, old_mode;
    const char *name;
    struct stat sb;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 2) {
        warnx("expected NAME and MODE");
        usage(2);
    }
    name = argv[optind];
    mode = parse_mode(argv[optind + 1]);

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    /* Open for reading is enough: it is the owner who may change
       the mode, whatever the descriptor is for. */
    fd = shm_open(name, O_RDONLY, 0);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);

    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    old_mode = sb.st_mode;

    if (fchmod(fd, mode) == -1)
        err(EXIT_FAILURE, "fchmod: %s", name);

    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);

    printf("old permissions: %04o\n",
           (unsigned int)old_mode & 07777);
    printf("new permissions: %04o\n",
           (unsigned int)sb.st_mode & 07777);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
