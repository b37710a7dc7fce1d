/* SPDX-License-Identifier: 0BSD */
/*
 * dead_holder.c - a process dies while it holds the lock
 *
 * Usage: dead_holder [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * A semaphore does not know who has taken it: if that process
 * dies, nobody posts, and the others wait for ever (here they give
 * up after 0.2 s). The cure is a robust mutex: the kernel knows
 * who holds it. The next process that locks it gets EOWNERDEAD,
 * and the lock. It repairs what was left half done, and then marks
 * the mutex as consistent.
 *
 * Seen in: boostorg/interprocess issue 65
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 dead_holder.c -o dead_holder -pthread
 * See also: sem_wait(3), pthread_mutexattr_setrobust(3),
 *           pthread_mutex_consistent(3)
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define USAGE "usage: dead_holder [-b | -f]\n"

/* Written by whoever holds the lock. When nobody does, left and
   right are equal. */
struct shared {
    sem_t sem;
    pthread_mutex_t mutex;
    int left, right;
};
static struct shared *shared;

static int
broken(void)
{
    struct timespec deadline;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_nsec += 200000000;
    deadline.tv_sec += deadline.tv_nsec / 1000000000;
    deadline.tv_nsec %= 1000000000;
    return sem_timedwait(&shared->sem, &deadline) == -1 ? errno : 0;
}

static int
fixed(void)
{
    int error = pthread_mutex_lock(&shared->mutex);

    if (error != EOWNERDEAD)
        return error;
    printf("  survivor: EOWNERDEAD, left %d, right %d\n",
           shared->left, shared->right);
    shared->right = shared->left;

    /* Else the unlock would make it ENOTRECOVERABLE for all. */
    return pthread_mutex_consistent(&shared->mutex);
}

static void
say(const char *who, int error)
{
    errno = error;
    if (error != 0 && error != ETIMEDOUT)
        err(EXIT_FAILURE, "sem_timedwait, pthread_mutex: %s", who);
    printf("  %s: %s, left %d, right %d\n", who,
           error == 0 ? "has the lock" : "ETIMEDOUT", shared->left,
           shared->right);
}

static void
show(const char *title, int (*lock)(void))
{
    int error, status;
    pid_t pid;

    puts(title);
    shared->left = shared->right = 0;
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        errno = lock();
        if (errno != 0)
            err(EXIT_FAILURE, "sem_timedwait, pthread_mutex_lock");
        shared->left++;
        printf("  holder: has the lock, and is half done\n");
        raise(SIGKILL);
    }
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        errx(EXIT_FAILURE, "holder: wait status %d", status);
    printf("  holder: killed by SIGKILL\n");

    say("survivor", lock());
    if (lock == broken)
        return;
    error = pthread_mutex_unlock(&shared->mutex);
    say("after unlock", error == 0 ? lock() : error);
}

int
main(int argc, char *argv[])
{
    int way = getopt(argc, argv, "bfh");
    pthread_mutexattr_t attr;

    if (way == '?' || optind < argc) {
        if (way != '?')
            warnx("expected no arguments");
        fputs(USAGE, stderr);
        exit(2);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    if (sem_init(&shared->sem, 1, 1) == -1)
        err(EXIT_FAILURE, "sem_init");
    if (pthread_mutexattr_init(&attr) != 0 ||
        pthread_mutexattr_setpshared(&attr,
                                     PTHREAD_PROCESS_SHARED) != 0 ||
        pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) !=
            0 ||
        pthread_mutex_init(&shared->mutex, &attr) != 0 ||
        pthread_mutexattr_destroy(&attr) != 0)
        errx(EXIT_FAILURE, "pthread_mutex_init");
    if (way == 'b' || way == -1)
        show("broken: a semaphore", broken);
    if (way == 'f' || way == -1)
        show("fixed: a robust mutex", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
