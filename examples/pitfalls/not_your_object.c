/* SPDX-License-Identifier: 0BSD */
/*
 * not_your_object.c - EACCES, even for root
 *
 * Usage: not_your_object [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * /dev/shm is sticky and writable for all, and there the kernel
 * protects from traps: O_CREAT on a file that another user has made
 * fails with EACCES, whatever the permissions say and whoever one
 * is, if the sysctl fs.protected_regular is 1 or 2, as on most
 * systems. An O_CREAT that "opens or creates" fails so. The cure is
 * to create with O_EXCL, and to open without O_CREAT; then look at
 * whose object that is.
 *
 * Seen in: CESNET/netopeer2 issue 621, spdk/spdk issue 2483
 *
 * Exit status: 0 both ways shown, 1 a call failed, 2 wrong usage,
 * 77 cannot be shown: not root, or fs.protected_regular is 0.
 * Build: cc -std=c17 not_your_object.c -o not_your_object
 * See also: shm_open(3), proc_sys_fs(5); ../shm_open.c
 */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: not_your_object [-b | -f]\n"
enum { CANNOT_SHOW = 77, NOBODY = 65534 };
static char name[32];

static int
broken(void)
{
    return shm_open(name, O_RDWR | O_CREAT, 0600);
}

static int
fixed(void)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1 && errno == EEXIST)
        fd = shm_open(name, O_RDWR, 0);
    return fd;
}

/* Another user, who lets everybody use the object. */
static _Noreturn void
creator(void)
{
    int fd;

    if (setgid(NOBODY) == -1 || setuid(NOBODY) == -1)
        err(CANNOT_SHOW, "cannot be another user");
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (fchmod(fd, 0666) == -1)
        err(EXIT_FAILURE, "fchmod: %s", name);
    _exit(EXIT_SUCCESS);
}

static void
show(const char *title, int (*open_or_create)(void))
{
    int error, fd, status;
    struct stat sb;
    pid_t pid;

    puts(title);
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0)
        creator();
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0)
        exit(WEXITSTATUS(status));
    printf("  user %d: an object of mode 0666\n", NOBODY);

    fd = open_or_create();
    error = errno;
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    if (fd == -1) {
        printf("  user %d: shm_open: %s\n", 0,
               error == EACCES ? "EACCES" : strerror(error));
        return;
    }
    if (open_or_create == broken)
        errx(CANNOT_SHOW, "fs.protected_regular is 0 here");
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    printf("  user 0: opens the object of user %ju\n",
           (uintmax_t)sb.st_uid);
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);
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
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    snprintf(name, sizeof(name), "/not_your_object.%ld",
             (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: open or create in one call, with O_CREAT",
             broken);
    if (way == 'f' || way == -1)
        show("fixed: create with O_EXCL, or open without O_CREAT",
             fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
