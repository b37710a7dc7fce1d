/* SPDX-License-Identifier: 0BSD */
/*
 * nothing_reserved.c - ftruncate promises memory that is not there
 *
 * Usage: nothing_reserved [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * ftruncate(2) sets a length but allocates no memory. Each page is
 * allocated when it is first touched; if none is left then, the
 * process gets SIGBUS. In a container the limit is often 64 MiB,
 * Docker's default. Here a process mounts a /dev/shm of its own,
 * of 64 KiB, and its child fills it. The cure is
 * posix_fallocate(3): it allocates the memory at once, or fails.
 * It returns the error and does not set errno.
 *
 * Seen in: pytorch/pytorch issue 5040, moby/moby issue 16164
 * Fault on purpose: SIGBUS, Non-existent physical address
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage,
 * 77 cannot be shown: no namespaces.
 * Build: cc -std=c17 nothing_reserved.c -o nothing_reserved
 * See also: ftruncate(2), posix_fallocate(3), user_namespaces(7)
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: nothing_reserved [-b | -f]\n"
enum { FREE = 64 * 1024, LENGTH = 2 * FREE, CANNOT_SHOW = 77 };

/* For the handler to tell. */
static volatile size_t written;

static int
broken(int fd)
{
    return ftruncate(fd, LENGTH) == -1 ? errno : 0;
}

static int
fixed(int fd)
{
    int error;

    /* A handler may interrupt it, even with SA_RESTART. */
    while ((error = posix_fallocate(fd, 0, LENGTH)) == EINTR)
        continue;
    return error;
}

/* The signal interrupts the store, not stdio, so printf(3) is safe
   here. On return the store is repeated, and this time the signal
   kills the process, without a core file. */
static void
on_sigbus(int sig, siginfo_t *info, void *context)
{
    (void)context;
    signal(sig, SIG_DFL);
    prctl(PR_SET_DUMPABLE, 0);
    printf("  writer: SIGBUS after %zu bytes, %s\n", written,
           info->si_code == BUS_ADRERR ? "BUS_ADRERR" : "other");
}

static void
put(const char *path, const char *format, unsigned int id)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd == -1 || dprintf(fd, format, id) < 0 || close(fd) == -1)
        err(CANNOT_SHOW, "%s", path);
}

static void
mount_tiny_shm(void)
{
    unsigned int uid = getuid(), gid = getgid();

    /* Whoever is not root becomes root of a user namespace. */
    if (unshare(CLONE_NEWNS) == -1) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1)
            err(CANNOT_SHOW, "unshare");
        put("/proc/self/setgroups", "deny", 0);
        put("/proc/self/uid_map", "0 %u 1", uid);
        put("/proc/self/gid_map", "0 %u 1", gid);
    }
    /* What we mount must not be seen by others. */
    if (mount("", "/", "", MS_REC | MS_PRIVATE, NULL) == -1 ||
        mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=64k") == -1)
        err(CANNOT_SHOW, "mount: /dev/shm");
}

static void
show(const char *title, int (*allocate)(int fd))
{
    int error, fd, status;
    struct stat sb;
    volatile char *addr;
    pid_t pid;

    puts(title);
    mount_tiny_shm();
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        fd = shm_open("/demo", O_RDWR | O_CREAT | O_EXCL, 0600);
        if (fd == -1)
            err(EXIT_FAILURE, "shm_open: /demo");
        errno = 0;
        error = allocate(fd);
        if (error != 0 && error != ENOSPC) {
            errno = error;
            err(EXIT_FAILURE, "%s", title);
        }
        printf("  returned: %s, errno: %d\n",
               error == 0 ? "0" : "ENOSPC", errno);
        if (fstat(fd, &sb) == -1)
            err(EXIT_FAILURE, "fstat: /demo");
        printf("  length %ld, memory used %ld\n", (long)sb.st_size,
               (long)sb.st_blocks * 512);
        addr = mmap(NULL, LENGTH, PROT_WRITE, MAP_SHARED, fd, 0);
        if (addr == MAP_FAILED)
            err(EXIT_FAILURE, "mmap: /demo");
        for (; error == 0 && written < LENGTH; written++)
            addr[written] = 'x';
        _exit(EXIT_SUCCESS);
    }
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0 &&
        (!WIFSIGNALED(status) || WTERMSIG(status) != SIGBUS))
        exit(EXIT_FAILURE);
    printf("  writer: %s\n",
           status == 0 ? "exit status 0" : "killed by SIGBUS");
}

int
main(int argc, char *argv[])
{
    int way = getopt(argc, argv, "bfh");
    struct sigaction action = {.sa_sigaction = on_sigbus,
                               .sa_flags = SA_SIGINFO};

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
    if (sigaction(SIGBUS, &action, NULL) == -1)
        err(EXIT_FAILURE, "sigaction");
    if (way == 'b' || way == -1)
        show("broken: ftruncate to twice the free space", broken);
    if (way == 'f' || way == -1)
        show("fixed: posix_fallocate", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
