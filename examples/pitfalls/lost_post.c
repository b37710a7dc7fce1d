/* SPDX-License-Identifier: 0BSD */
/*
 * lost_post.c - a semaphore is posted before it is initialized
 *
 * Usage: lost_post [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * An object has its length before it has its contents: the creator
 * calls sem_init(3) after ftruncate(2). A peer that is faster
 * posts a semaphore that is still all zeros. That is undefined,
 * and seems to work; but then sem_init sets the value to 0, and
 * the post is lost. Now each waits for the other (here both give
 * up after 0.2 s). The cure is a ready word: the creator stores it
 * last, with release order, and the peer waits for it, with
 * acquire order.
 *
 * Seen in: dmtcp/dmtcp pull request 722
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 lost_post.c -o lost_post -pthread
 * See also: sem_init(3), sem_timedwait(3); attach_too_early.c
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define USAGE "usage: lost_post [-b | -f]\n"

/* Shared. The peer posts hello and waits for reply, the creator the
   other way round; it stores ready when both can be used. */
struct shared {
    sem_t hello, reply;
    atomic_bool ready;
};
static struct shared *shm;

/* For a byte of the peer: it has come early, or has posted. */
static int told[2];

/* Both are what the peer does before it posts. */
static void
broken(void)
{
}

static void
fixed(void)
{
    for (int ms = 0; ms < 30000; ms++) {
        if (atomic_load_explicit(&shm->ready, memory_order_acquire))
            return;
        if (ms == 0 && write(told[1], "", 1) != 1)
            err(EXIT_FAILURE, "write: pipe");
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    errx(EXIT_FAILURE, "not ready after 30 s");
}

/* Waits for a post, at most ms milliseconds. */
static const char *
await(sem_t *sem, long ms)
{
    struct timespec deadline;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_nsec += ms % 1000 * 1000000;
    deadline.tv_sec += ms / 1000 + deadline.tv_nsec / 1000000000;
    deadline.tv_nsec %= 1000000000;
    if (sem_timedwait(sem, &deadline) == 0)
        return "posted";
    if (errno != ETIMEDOUT)
        err(EXIT_FAILURE, "sem_timedwait");
    return "ETIMEDOUT";
}

static void
show(const char *title, void (*before_post)(void), long ms)
{
    int status;
    const char *hello;
    pid_t pid;

    puts(title);
    /* As a new object: shared with a child, and full of zeros. */
    shm = mmap(NULL, sizeof(*shm), PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shm == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    if (pipe(told) == -1)
        err(EXIT_FAILURE, "pipe");
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        before_post();
        if (sem_post(&shm->hello) == -1)
            err(EXIT_FAILURE, "sem_post");
        if (write(told[1], "", 1) != 1)
            err(EXIT_FAILURE, "write: pipe");
        printf("  peer: reply: %s\n", await(&shm->reply, ms));
        _exit(EXIT_SUCCESS);
    }

    if (close(told[1]) == -1 || read(told[0], &(char){0}, 1) == -1)
        err(EXIT_FAILURE, "close, read: pipe");
    if (sem_init(&shm->hello, 1, 0) == -1 ||
        sem_init(&shm->reply, 1, 0) == -1)
        err(EXIT_FAILURE, "sem_init");
    atomic_store_explicit(&shm->ready, true, memory_order_release);
    hello = await(&shm->hello, ms);
    if (strcmp(hello, "posted") == 0 && sem_post(&shm->reply) == -1)
        err(EXIT_FAILURE, "sem_post");
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0)
        errx(EXIT_FAILURE, "peer: wait status %d", status);
    printf("  peer: exit status 0\n");
    printf("  creator: hello: %s\n", hello);
    if (munmap(shm, sizeof(*shm)) == -1 || close(told[0]) == -1)
        err(EXIT_FAILURE, "munmap, close: pipe");
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
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    if (way == 'b' || way == -1)
        show("broken: post at once", broken, 200);
    if (way == 'f' || way == -1)
        show("fixed: wait for the ready word", fixed, 10000);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
