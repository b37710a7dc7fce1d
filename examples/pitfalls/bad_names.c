/* SPDX-License-Identifier: 0BSD */
/*
 * bad_names.c - what shm_open makes of a name
 *
 * Usage: bad_names [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * A portable name is a slash, and then up to NAME_MAX characters
 * that are not slashes (shm_open(3)). What else is allowed
 * differs. Linux also takes a name without the slash, or with
 * several at the start; FreeBSD refuses a name without it. macOS
 * allows 31 characters, the slash included. On Linux "/sem.NAME"
 * is the memory of the named semaphore "/NAME", which you would
 * overwrite. On glibc "/." opens the directory itself, if
 * read-only, and a name that is far too long may fail with EINVAL,
 * not ENAMETOOLONG. A name that keeps to the strictest of these
 * rules works everywhere.
 *
 * Seen in: squid-cache/squid pull request 1783
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 bad_names.c -o bad_names
 * See also: shm_open(3), sem_overview(7); ../inside/shm_open.c
 */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define USAGE "usage: bad_names [-b | -f]\n"
enum { PORTABLE_MAX = 31 };
static char base[32], too_long[258];

/* Both return a descriptor, or -1 and say why. */
static int
broken(const char *name)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1 && errno != EINVAL && errno != ENAMETOOLONG)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (fd == -1)
        puts(errno == EINVAL ? "EINVAL" : "ENAMETOOLONG");
    return fd;
}

static int
fixed(const char *name)
{
    if (*name != '/')
        puts("refused: does not begin with a slash");
    else if (strchr(name + 1, '/') != NULL)
        puts("refused: has another slash");
    else if (strspn(name + 1, ".") == strlen(name + 1))
        puts("refused: is empty, or a directory");
    else if (strncmp(name, "/sem.", 5) == 0)
        puts("refused: belongs to a semaphore");
    else if (strlen(name) > PORTABLE_MAX)
        puts("refused: is longer than 31 characters");
    else
        return broken(name);
    return -1;
}

static void
show(const char *title, int (*create)(const char *name))
{
    static const struct {
        const char *text, *before, *name;
    } names[] = {
        {"/NAME", "/", base},
        {"NAME", "", base},
        {"//NAME", "//", base},
        {"/sem.NAME", "/sem.", base},
        {"257 characters", "", too_long},
        {"/NAME/", "/NAME/", ""},
        {"/a/b", "/a/b", ""},
        {"/", "/", ""},
        {"(empty)", "", ""},
    };
    char name[sizeof(too_long)];
    int fd;

    puts(title);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(name, sizeof(name), "%s%s", names[i].before,
                 names[i].name);
        printf("  %-15s ", names[i].text);
        fd = create(name);
        if (fd == -1)
            continue;
        if (shm_unlink(name) == -1 || close(fd) == -1)
            err(EXIT_FAILURE, "shm_unlink, close: %s", name);
        puts("created");
    }
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
    snprintf(base, sizeof(base), "bad_names.%ld", (long)getpid());
    memset(too_long, 'x', sizeof(too_long) - 1);
    too_long[0] = '/';
    if (way == 'b' || way == -1)
        show("broken: give the name to shm_open", broken);
    if (way == 'f' || way == -1)
        show("fixed: keep to what every system takes", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
