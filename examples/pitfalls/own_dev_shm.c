/* SPDX-License-Identifier: 0BSD */
/*
 * own_dev_shm.c - a name leads nowhere in another mount namespace
 *
 * Usage: own_dev_shm [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * Names are looked up in /dev/shm. A container, a sandbox or a
 * chroot(2) has a /dev/shm of its own, or none: shm_open(3) fails
 * with ENOENT for a name that exists outside. Where there is no
 * /dev/shm, O_CREAT fails with ENOENT, too. (A new IPC namespace
 * alone makes no difference: it isolates System V IPC objects and
 * POSIX message queues.) The cure is a descriptor, which refers to
 * the object everywhere. Here a child inherits it; unrelated
 * processes pass it over a UNIX domain socket (SCM_RIGHTS).
 *
 * Seen in: moby/moby issue 12046, rear/rear issue 2114
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage,
 * 77 cannot be shown: no namespaces.
 * Build: cc -std=c17 own_dev_shm.c -o own_dev_shm
 * See also: mount_namespaces(7), ipc_namespaces(7), unix(7);
 *           ../memfd_create.c
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: own_dev_shm [-b | -f]\n"
enum { CANNOT_SHOW = 77 };
static char name[32];

static int
broken(int inherited)
{
    (void)inherited;
    return shm_open(name, O_RDONLY, 0);
}

static int
fixed(int inherited)
{
    return inherited;
}

static void
reader(const char *where, int (*get)(int inherited), int inherited)
{
    char text[7] = "";
    int fd = get(inherited);

    if (fd == -1 && errno != ENOENT)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (fd == -1) {
        printf("  %s: ENOENT\n", where);
        return;
    }
    errno = EIO;
    if (pread(fd, text, sizeof(text) - 1, 0) != sizeof(text) - 1)
        err(EXIT_FAILURE, "pread: %s", name);
    printf("  %s: reads \"%s\"\n", where, text);
}

/* Goes from one kind of namespace to the next. */
static _Noreturn void
wander(int (*get)(int inherited), int fd)
{
    /* Root needs no user namespace. */
    int user = geteuid() == 0 ? 0 : CLONE_NEWUSER;

    reader("here", get, fd);
    if (unshare(user | CLONE_NEWIPC) == -1)
        err(CANNOT_SHOW, "unshare");
    reader("in another IPC namespace", get, fd);

    /* What we mount must not be seen by others. */
    if (unshare(CLONE_NEWNS) == -1 ||
        mount("", "/", "", MS_REC | MS_PRIVATE, NULL) == -1)
        err(CANNOT_SHOW, "unshare, mount");
    if (mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL) == -1)
        err(CANNOT_SHOW, "mount: /dev/shm");
    reader("with another /dev/shm", get, fd);
    if (mount("tmpfs", "/dev", "tmpfs", 0, NULL) == -1)
        err(CANNOT_SHOW, "mount: /dev");
    reader("without /dev/shm", get, fd);
    _exit(EXIT_SUCCESS);
}

static void
show(const char *title, int (*get)(int inherited))
{
    int fd, status = -1;
    pid_t pid = -1;

    puts(title);
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    errno = ENOSPC;
    if (write(fd, "hello", 6) == 6)
        pid = fork();
    if (pid == 0)
        wander(get, fd);
    if (pid == -1 || waitpid(pid, &status, 0) == -1)
        warn("write, fork, waitpid: %s", name);
    if (shm_unlink(name) == -1 || close(fd) == -1)
        err(EXIT_FAILURE, "shm_unlink, close: %s", name);
    if (status != 0)
        exit(WIFEXITED(status) ? WEXITSTATUS(status)
                               : EXIT_FAILURE);
    printf("  reader: exit status 0\n");
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
    snprintf(name, sizeof(name), "/own_dev_shm.%ld",
             (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: open the name", broken);
    if (way == 'f' || way == -1)
        show("fixed: use a descriptor", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
