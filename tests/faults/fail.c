/* SPDX-License-Identifier: 0BSD */
/*
 * fail.c - makes one call of a library function fail
 *
 * strace(1) makes system calls fail, but not what libc does without
 * one: sem_post(3), pthread_mutex_lock(3), malloc(3). And it counts
 * the calls of each process alike, so that a child cannot be meant
 * alone. So this library is preloaded (ld.so(8)) and stands between
 * a program and its libraries. What it does is told by
 *
 *   FAULT  "PROCESS FUNCTION NTH ERROR": that process's call number
 *          NTH of FUNCTION sets errno to ERROR and fails, and is
 *          never made. If ERROR is 0 it is made, for half as many
 *          bytes: a short read(2) or write(2). Process 1 is the
 *          program, 1.2 its second child.
 *   CALLS  a file. Without FAULT each call is noted there, as
 *          "PROCESS FUNCTION"; with it, only the one that fails.
 *          When exit(3) is called, open descriptors are noted, too.
 *
 * Which functions there are stands in functions.h, made by faults.t
 * out of functions.tsv: lines such as FAILS(close, MINUS_ONE).
 *
 * See also: dlsym(3), pthread_atfork(3)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a function returns when it fails. */
#define MINUS_ONE (errno = error, -1)
#define ZERO (errno = error, 0)
#define ERROR error

/* In the calling conventions of 64-bit systems each integer and
   each pointer takes the place of a long, and who is given too many
   does not look at the rest. So this stands for any function whose
   arguments are no more than these. */
typedef long function(long, long, long, long, long, long, long,
                      long);

/* Which process this is, and how many children it has had. */
static char process[64] = "1";
static unsigned int children;

/* How often each function was called; a child begins anew. */
struct count {
    unsigned int calls;
    struct count *next;
};
static struct count *counts;

/* What FAULT says. */
static char victim[64], what[64];
static unsigned int nth;
static int error_number = -1;

static const char *file;

/* The descriptors that were open when the program began. */
static bool inherited[64];

/* The program has ended; what follows is gcov's. */
static bool over;

enum { NO_FAULT = -1 };

/* Makes system calls that do not come back here. */
static void
note(const char *name)
{
    char line[192];
    int fd, error = errno;
    int n = snprintf(line, sizeof(line), "%s %s\n", process, name);

    fd = (int)syscall(SYS_openat, AT_FDCWD, file,
                      O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd == -1 || syscall(SYS_write, fd, line, n) != n)
        syscall(SYS_exit_group, 99);
    syscall(SYS_close, fd);
    errno = error;
}

/* Called by each function first. Returns the number of the error
   that it is to fail with, 0 for a short transfer, or NO_FAULT. */
static int
fault(const char *name, struct count *count, long argument)
{
    const char *path;

    if (file == NULL || over)
        return NO_FAULT;
    memcpy(&path, &argument, sizeof(path));
    if ((strcmp(name, "open") == 0 ||
         strcmp(name, "open64") == 0) &&
        strstr(path, ".gcda") != NULL) {
        over = true;
        return NO_FAULT;
    }
    if (count->calls++ == 0) {
        count->next = counts;
        counts = count;
    }
    if (error_number == NO_FAULT) {
        note(name);
        return NO_FAULT;
    }
    if (count->calls != nth || strcmp(name, what) != 0 ||
        strcmp(process, victim) != 0)
        return NO_FAULT;
    note(name);
    return error_number;
}

#define FAILS(name, failure)                                       \
    long on_##name(long, long, long, long, long, long, long,       \
                   long) __asm__(#name);                           \
    long on_##name(long a, long b, long c, long d, long e, long f, \
                   long g, long h)                                 \
    {                                                              \
        static struct count count;                                 \
        static function *next;                                     \
        int error = fault(#name, &count, a);                       \
                                                                   \
        if (next == NULL)                                          \
            *(void **)&next = dlsym(RTLD_NEXT, #name);             \
        if (error > 0)                                             \
            return failure;                                        \
        if (error == 0)                                            \
            c = (c + 1) / 2;                                       \
        return next(a, b, c, d, e, f, g, h);                       \
    }
#include "functions.h"

/* Nobody has a name here: to find one, libc loads libraries and
   asks daemons, and what fails there is their own affair. */
#define FINDS_NOBODY(name)      \
    void *name(void);           \
                                \
    void *name(void)            \
    {                           \
        return errno = 0, NULL; \
    }
FINDS_NOBODY(getpwnam)
FINDS_NOBODY(getpwuid)
FINDS_NOBODY(getgrnam)
FINDS_NOBODY(getgrgid)

/* Ends the counting before gcov begins to write, and notes what was
   not closed. */
void
exit(int status)
{
    void (*next)(int) = NULL;

    for (int fd = 0; fd < 64 && file != NULL; fd++)
        if (!inherited[fd] && syscall(SYS_fcntl, fd, F_GETFD) != -1)
            note("exit, with a descriptor left open");
    over = true;
    *(void **)&next = dlsym(RTLD_NEXT, "exit");
    next(status);
    abort();
}

static void
before_fork(void)
{
    children++;
}

static void
in_child(void)
{
    size_t length = strlen(process);

    snprintf(process + length, sizeof(process) - length, ".%u",
             children);
    children = 0;
    for (; counts != NULL; counts = counts->next)
        counts->calls = 0;
}

/* Programs that this one starts are not meant. */
__attribute__((constructor)) static void
begin(void)
{
    const char *s = getenv("FAULT");

    if (s != NULL && sscanf(s, "%63s %63s %u %d", victim, what,
                            &nth, &error_number) != 4)
        syscall(SYS_exit_group, 99);
    pthread_atfork(before_fork, NULL, in_child);
    file = getenv("CALLS");
    for (int fd = 0; fd < 64 && file != NULL; fd++)
        inherited[fd] = syscall(SYS_fcntl, fd, F_GETFD) != -1;
    unsetenv("LD_PRELOAD");
}
