/* SPDX-License-Identifier: 0BSD */
/*
 * killed_creator.c - a creator that is killed leaves its name
 * behind
 *
 * Usage: killed_creator [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * No handler runs on SIGKILL, so the name stays, and with O_EXCL
 * the next start fails, for ever. Without O_EXCL it would take
 * over what a dead process left half done, or a living one still
 * uses. The cure is a lock, which the kernel releases when its
 * last holder is gone: a process that gets the lock, and sees
 * that the object has a length, knows that the creator is dead. A
 * process that ends removes the name first, and only then drops
 * the lock: with close(2) and munmap(2), since on Linux a mapping
 * keeps it, too. (Processes that still use the old object keep
 * it: split_brain.c. A name that is removed as soon as all have
 * opened the object cannot be left behind.)
 *
 * Seen in: ofiwg/libfabric issue 6476
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 killed_creator.c -o killed_creator
 * See also: shm_open(3), fcntl(2) (open file description locks);
 *           split_brain.c, ../../sem-sync/channel.h
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: killed_creator [-b | -f]\n"
static char name[32];

static int
broken(void)
{
    return shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
}

static int
fixed(void)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct stat sb;
    int error, fd;

    while ((fd = shm_open(name, O_RDWR | O_CREAT, 0600)) != -1) {
        if (fcntl(fd, F_OFD_SETLK, &whole) == -1 ||
            fstat(fd, &sb) == -1)
            break;
        errno = EACCES;
        if (sb.st_uid != geteuid())
            break;
        if (sb.st_nlink > 0 && sb.st_size == 0)
            return fd;

        /* The creator is dead. Without a link, the name is gone. */
        if (sb.st_nlink > 0 && shm_unlink(name) == -1)
            break;
        printf("  nobody holds the lock: name removed\n");
        close(fd);
    }
    error = errno;
    if (fd != -1)
        close(fd);
    errno = error;
    return -1;
}

static _Noreturn void
fail(const char *call)
{
    warn("%s: %s", call, name);
    shm_unlink(name);
    exit(EXIT_FAILURE);
}

static int
start(const char *which, int fd)
{
    const char *why = errno == EEXIST ? "EEXIST"
                                      : "EAGAIN, its creator lives";

    if (fd == -1 && errno != EEXIST && errno != EAGAIN)
        fail("shm_open, fcntl, fstat, shm_unlink");
    if (fd != -1 && ftruncate(fd, 4096) == -1)
        fail("ftruncate");
    printf("  %s start: %s\n", which, fd != -1 ? "created" : why);
    return fd;
}

static void
show(const char *title, int (*create)(void))
{
    int fd, status;
    pid_t pid;

    puts(title);
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        fd = create();
        if (fd == -1)
            err(EXIT_FAILURE, "shm_open, fcntl, fstat: %s", name);
        start("first", fd);
        raise(SIGKILL);
    }
    if (waitpid(pid, &status, 0) == -1)
        fail("waitpid");
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        exit(EXIT_FAILURE);
    printf("  first start: killed by SIGKILL\n");

    /* The third comes while the second is running. */
    fd = start("second", create());
    start("third", create());
    if (shm_unlink(name) == -1 || (fd != -1 && close(fd) == -1))
        err(EXIT_FAILURE, "shm_unlink, close: %s", name);
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
    snprintf(name, sizeof(name), "/killed.%ld", (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: O_EXCL, and nothing else", broken);
    if (way == 'f' || way == -1)
        show("fixed: a lock tells whether the creator lives",
             fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
