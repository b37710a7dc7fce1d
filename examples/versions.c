/* SPDX-License-Identifier: 0BSD */
/*
 * versions.c - does this system have POSIX shared memory, and which
 *
 * Usage: versions
 *
 * Asks at run time what POSIX lets a program ask: sysconf(3) tells
 * which version of an option is there (200809 is POSIX.1-2008, -1
 * means no). Linux has had POSIX shared memory since 2.4, glibc
 * since 2.2. The last line tells whether programs must be linked
 * with -lrt, as shm_overview(7) says: glibc moved shm_open(3) from
 * librt to libc in 2.34, and musl has had it in libc always; -lrt
 * does no harm on either.
 *
 * Exit status: 0 there is POSIX shared memory, 1 there is not or a
 * call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 versions.c -o versions
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: sysconf(3), confstr(3), uname(2), posixoptions(7);
 *           shm_open.c
 */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: versions\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

static long
ask(const char *what, int name)
{
    long value;

    /* -1 is both "no such thing" and "error"; errno tells. */
    errno = 0;
    value = sysconf(name);
    if (value == -1 && errno != 0)
        err(EXIT_FAILURE, "sysconf: %s", what);
    printf("%s: %ld\n", what, value);
    return value;
}

/* glibc tells its version at run time; other libcs may have none to
   tell. */
static void
print_libc(void)
{
#ifdef _CS_GNU_LIBC_VERSION
    char libc[64];
    size_t length = confstr(_CS_GNU_LIBC_VERSION, libc,
                            sizeof(libc));

    if (length > 0 && length <= sizeof(libc)) {
        printf("libc: %s\n", libc);
        return;
    }
#endif
    printf("libc: not glibc\n");
}

/* What the headers said when this was compiled decides. */
static bool
needs_lrt(void)
{
#ifdef __GLIBC__
    return __GLIBC__ == 2 && __GLIBC_MINOR__ < 34;
#else
    return false;
#endif
}

int
main(int argc, char *argv[])
{
    int opt;
    long version;
    struct utsname system;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 0) {
        warnx("expected no arguments");
        usage(2);
    }

    version = ask("shared memory objects",
                  _SC_SHARED_MEMORY_OBJECTS);
    ask("memory mapped files", _SC_MAPPED_FILES);
    ask("semaphores", _SC_SEMAPHORES);
    ask("POSIX version", _SC_VERSION);
    ask("page size", _SC_PAGESIZE);

    if (uname(&system) == -1)
        err(EXIT_FAILURE, "uname");
    printf("kernel: %s %s\n", system.sysname, system.release);
    print_libc();
    printf("link with -lrt: %s\n",
           needs_lrt() ? "yes" : "not needed");

    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(version > 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}
