/* SPDX-License-Identifier: 0BSD */
/*
 * not_your_object.c - EACCES, even for root
 *
 * Usage: not_your_object [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * /dev/shm is a sticky, world-writable directory. If the sysctl
 * fs.protected_regular is 1 or 2 (systemd sets it), O_CREAT fails
 * there with EACCES on an existing file that belongs neither to
 * the caller nor to the owner of the directory, root. The
 * permissions of the file do not matter, and even root gets
 * EACCES. So the usual call, which opens or creates, fails. The
 * cure is to create with O_EXCL and, if the object exists, to open
 * it without O_CREAT; then check who owns it before you trust it.
 *
 * Seen in: CESNET/netopeer2 issue 621, spdk/spdk issue 2483
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage,
 * 77 cannot be shown: not root, or fs.protected_regular is 0.
 * Build: cc -std=c17 not_your_object.c -o not_your_object
 * See also: shm_open(3), proc_sys_fs(5) or proc(5); ../shm_open.c
 */
#define _DEFAULT_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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
    int fd;

    do {
        fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
        if (fd != -1 || errno != EEXIST)
            return fd;
        fd = shm_open(name, O_RDWR, 0);
        /* ENOENT: it has been removed between the two. */
    } while (fd == -1 && errno == ENOENT);
    return fd;
}

/* Another user, who lets everybody use the object. */
static _Noreturn void
creator(void)
{
    if (setgroups(0, NULL) == -1 || setgid(NOBODY) == -1 ||
        setuid(NOBODY) == -1)
        err(CANNOT_SHOW, "cannot be another user");
    umask(0);
    if (shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0666) == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
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
    if (waitpid(pid, &status, 0) == -1) {
        warn("waitpid");
        shm_unlink(name);
        exit(EXIT_FAILURE);
    }
    if (status != 0)
        exit(WIFEXITED(status) ? WEXITSTATUS(status)
                               : EXIT_FAILURE);
    printf("  user %d: an object of mode 0666\n", NOBODY);

    fd = open_or_create();
    error = errno;
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    errno = error;
    if (fd == -1 && errno != EACCES)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (fd == -1) {
        printf("  user 0: shm_open: EACCES\n");
        return;
    }
    if (open_or_create == broken)
        errx(CANNOT_SHOW, "fs.protected_regular is 0 here");
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    printf("  user 0: opens it, and sees that it is user %ld's\n",
           (long)sb.st_uid);
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
    /* Else "| head" would end us before we have cleaned up. */
    signal(SIGPIPE, SIG_IGN);
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
