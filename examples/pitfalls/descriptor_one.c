/* SPDX-License-Identifier: 0BSD */
/*
 * descriptor_one.c - printf writes into shared memory
 *
 * Usage: descriptor_one [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * A new descriptor is the lowest that is free. In a program that
 * was started with standard output closed (">&-", some daemons and
 * cron-like tools), shm_open(3) returns 1, and whatever is printed
 * goes into the object, without an error. If it returns 2, the
 * error messages do. The cure is to make sure at the start that 0,
 * 1 and 2 are open, and to exit if that fails.
 *
 * Seen in: Mithril-mine/libmdbx issue 144
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 descriptor_one.c -o descriptor_one
 * See also: shm_open(3), stdin(3)
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

#define USAGE "usage: descriptor_one [-b | -f]\n"
static char name[32];

/* The program's exit status, when it has not failed. */
enum { RETURNED_ONE = 101, RETURNED_MORE };

static void
broken(void)
{
}

static void
fixed(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd != -1 && fd <= STDERR_FILENO);
    if (fd == -1 || close(fd) == -1)
        err(EXIT_FAILURE, "open, close: /dev/null");
}

/* Ends the program and leaves no object behind. */
static _Noreturn void
fail(const char *call)
{
    warn("%s: %s", call, name);
    shm_unlink(name);
    exit(EXIT_FAILURE);
}

/* Starts without standard output, and prints all the same. */
static _Noreturn void
program(void (*begin)(void))
{
    int fd;

    if (close(STDOUT_FILENO) == -1)
        err(EXIT_FAILURE, "close: stdout");
    begin();
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (pwrite(fd, "precious data", 13, 0) != 13)
        fail("pwrite");
    printf("log line\n");
    _exit(fd == STDOUT_FILENO ? RETURNED_ONE : RETURNED_MORE);
}

static void
show(const char *title, void (*begin)(void))
{
    int fd, status;
    char text[14] = "";
    pid_t pid;

    puts(title);
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0)
        program(begin);
    if (waitpid(pid, &status, 0) == -1)
        fail("waitpid");
    status = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
    if (status != RETURNED_ONE && status != RETURNED_MORE)
        exit(EXIT_FAILURE);
    printf("  program: shm_open returns %s\n",
           status == RETURNED_ONE ? "1" : "more than 2");

    fd = shm_open(name, O_RDONLY, 0);
    if (fd == -1)
        fail("shm_open");
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    errno = EIO;
    if (read(fd, text, sizeof(text) - 1) != sizeof(text) - 1)
        err(EXIT_FAILURE, "read: %s", name);
    /* A newline is shown as |. */
    for (char *p = text; *p != '\0'; p++)
        if (*p == '\n')
            *p = '|';
    printf("  the object holds \"%s\"\n", text);
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
    snprintf(name, sizeof(name), "/descriptor_one.%ld",
             (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: start with standard output closed", broken);
    if (way == 'f' || way == -1)
        show("fixed: first open /dev/null in its place", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
