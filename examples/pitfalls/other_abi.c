/* SPDX-License-Identifier: 0BSD */
/*
 * other_abi.c - a 32-bit process looks for the members elsewhere
 *
 * Usage: other_abi [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * A struct with a long, size_t, time_t, pointer or sem_t is laid
 * out differently in 32-bit and 64-bit processes. Each reads what
 * the other wrote from the wrong places, without an error. The
 * cure is types of fixed width, each at an offset that is a
 * multiple of its size: they are the same for both. A header with
 * a magic number, a version and a length lets a reader refuse what
 * it does not know. Here the reader is the 32-bit build of this
 * file; its object is standard input.
 *
 * Seen in: falkTX/dssi-vst pull request 13
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage,
 * 77 cannot be shown: it takes a 64-bit build, and the 32-bit one.
 * Build: cc -std=c17 other_abi.c -o other_abi
 *        and gcc -std=c17 -m32 other_abi.c -o other_abi_peer
 * See also: stdint.h(0p), sem_init(3), memfd_create(2)
 */
#define _GNU_SOURCE
#include <assert.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: other_abi [-b | -f]\n"
enum { CANNOT_SHOW = 77, LENGTH = 4096, MAGIC = 0x61626931 };

/* The 32-bit build of this file. */
static char peer[4096];

/* A long is as wide as the ABI of the process makes it. */
struct broken {
    long count, total;
};

/* The same for every process. */
struct fixed {
    uint32_t magic;
    uint16_t version, length;
    uint64_t count, total;
};
static_assert(sizeof(struct fixed) == 24, "padding");

static void
broken(void *object, bool reading)
{
    struct broken *s = object;

    if (!reading)
        *s = (struct broken){.count = 3, .total = 14};
    printf("  %s: count %ld, total %ld\n",
           reading ? "reader" : "writer", s->count, s->total);
}

static void
fixed(void *object, bool reading)
{
    struct fixed *s = object;

    if (!reading)
        *s = (struct fixed){MAGIC, 1, sizeof(*s), 3, 14};
    if (s->magic != MAGIC || s->version != 1 ||
        s->length != sizeof(*s))
        errx(EXIT_FAILURE, "standard input: not our struct");
    printf("  %s: count %ju, total %ju\n",
           reading ? "reader" : "writer", (uintmax_t)s->count,
           (uintmax_t)s->total);
}

static void *
map(int fd)
{
    void *addr;

    if (lseek(fd, 0, SEEK_END) != LENGTH)
        errx(CANNOT_SHOW, "not an object of a 64-bit build");
    addr = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED,
                fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: the object");
    return addr;
}

static void
show(const char *title, void (*use)(void *object, bool reading))
{
    int fd, status;
    void *object;
    pid_t pid;

    puts(title);
    fd = memfd_create("other_abi", MFD_CLOEXEC);
    if (fd == -1)
        err(EXIT_FAILURE, "memfd_create: the object");
    if (ftruncate(fd, LENGTH) == -1)
        err(EXIT_FAILURE, "ftruncate: the object");
    object = map(fd);
    use(object, false);

    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        if (dup2(fd, STDIN_FILENO) != -1)
            execlp(peer, peer, use == broken ? "-b" : "-f", NULL);
        err(CANNOT_SHOW, "dup2, execlp: %s", peer);
    }
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0)
        exit(WIFEXITED(status) ? WEXITSTATUS(status)
                               : EXIT_FAILURE);
    if (munmap(object, LENGTH) == -1 || close(fd) == -1)
        err(EXIT_FAILURE, "munmap, close: the object");
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
    snprintf(peer, sizeof(peer), "%s_peer", argv[0]);
    if (way == 'h')
        fputs(USAGE, stdout);
    else if (sizeof(long) == 4)
        (way == 'f' ? fixed : broken)(map(STDIN_FILENO), true);
    else {
        if (way != 'f')
            show("broken: a struct of two longs", broken);
        if (way != 'b')
            show("fixed: fixed-width types, and a header", fixed);
    }
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
