/* SPDX-License-Identifier: 0BSD */
/*
 * atexit_in_child.c - a child cleans up what its parent still uses
 *
 * Usage: atexit_in_child [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * fork(2) copies the handlers that atexit(3) has registered, and a
 * child that calls exit(3), or returns from main, runs them: here
 * the one that removes the object's name. The parent goes on, but
 * nobody can open the object any more. Destructors of static C++
 * objects, and finalizers in other languages, do the same. The
 * cure: a child ends with _exit(2), after fflush(3) if it has
 * printed something. err(3) calls exit(3), too, so in your own
 * program let the handler do nothing in a process that is not the
 * owner.
 *
 * Seen in: LMCache/LMCache pull request 4917
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 atexit_in_child.c -o atexit_in_child
 * See also: atexit(3), exit(3), _exit(2), fork(2)
 */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: atexit_in_child [-b | -f]\n"
static char name[32];

/* Who has created the object, while it is there. */
static pid_t owner;

static void
broken(void)
{
    exit(EXIT_SUCCESS);
}

static void
fixed(void)
{
    _exit(EXIT_SUCCESS);
}

/* Registered with atexit(3). */
static void
remove_object(void)
{
    int error = errno;

    if (owner != 0 && shm_unlink(name) == 0)
        printf("  %s: removes the name\n",
               getpid() == owner ? "parent" : "child");
    else if (owner != 0 && errno != ENOENT) {
        /* exit(3) must not be called from here. */
        warn("shm_unlink: %s", name);
        _exit(EXIT_FAILURE);
    } else
        errno = error;
    owner = 0;
}

static void
run_child(void (*end)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0)
        end();
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0)
        errx(EXIT_FAILURE, "child: wait status %d", status);
    printf("  child: exit status 0\n");
}

static void
show(const char *title, void (*end)(void))
{
    int fd;

    puts(title);
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    owner = getpid();
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);
    run_child(end);

    fd = shm_open(name, O_RDWR, 0);
    if (fd == -1 && errno != ENOENT)
        err(EXIT_FAILURE, "shm_open: %s", name);
    printf("  parent: shm_open: %s\n",
           fd == -1 ? "ENOENT" : "opened");
    if (fd != -1 && close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);
    remove_object();
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
    snprintf(name, sizeof(name), "/atexit_in_child.%ld",
             (long)getpid());
    if (atexit(remove_object) != 0)
        errx(EXIT_FAILURE, "atexit");
    if (way == 'b' || way == -1)
        show("broken: the child ends by exit", broken);
    if (way == 'f' || way == -1)
        show("fixed: the child ends by _exit", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
