/* SPDX-License-Identifier: 0BSD */
/*
 * not_pshared.c - locks for threads, used between processes
 *
 * Usage: not_pshared [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * A semaphore initialized with pshared 0, and a mutex whose
 * process-shared attribute is PTHREAD_PROCESS_PRIVATE (the
 * default), are for the threads of one process. In shared memory
 * they seem to work: a process that finds one free gets it. But a
 * process that has to sleep is never woken, because the kernel
 * looks for waiters only in the process that posts or unlocks.
 * Here the waiter gives up (ETIMEDOUT, after 0.2 s) on a semaphore
 * that was posted and a mutex that was unlocked. The cure is
 * pshared 1, and PTHREAD_PROCESS_SHARED.
 *
 * Seen in: ofiwg/libfabric issue 7274
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 not_pshared.c -o not_pshared -pthread
 * See also: sem_init(3), pthread_mutexattr_setpshared(3), futex(2)
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define USAGE "usage: not_pshared [-b | -f]\n"

struct shared {
    sem_t sem;
    pthread_mutex_t mutex;
};
static struct shared *shm;

/* Both initialize the semaphore, and say what the mutex is for. */
static int
broken(void)
{
    if (sem_init(&shm->sem, 0, 0) == -1)
        err(EXIT_FAILURE, "sem_init");
    return PTHREAD_PROCESS_PRIVATE;
}

static int
fixed(void)
{
    if (sem_init(&shm->sem, 1, 0) == -1)
        err(EXIT_FAILURE, "sem_init");
    return PTHREAD_PROCESS_SHARED;
}

/* Waits for the semaphore or mutex, at most ms milliseconds. */
static _Noreturn void
waiter(int mutex, long ms)
{
    int error = 0;
    struct timespec end;

    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_nsec += ms % 1000 * 1000000;
    end.tv_sec += ms / 1000 + end.tv_nsec / 1000000000;
    end.tv_nsec %= 1000000000;
    if (mutex)
        errno = error = pthread_mutex_timedlock(&shm->mutex, &end);
    else if (sem_timedwait(&shm->sem, &end) == -1)
        error = errno;
    if (error != 0 && error != ETIMEDOUT)
        err(EXIT_FAILURE, "sem_timedwait, pthread_mutex_timedlock");
    printf("  waiter: %s: %s\n", mutex ? "mutex" : "semaphore",
           error == 0 ? "woken up" : "ETIMEDOUT");
    _exit(EXIT_SUCCESS);
}

static void
show(const char *title, int (*init)(void))
{
    int status;
    pthread_mutexattr_t attr;

    /* If nobody will wake it, it need not wait for long. */
    long ms = init == broken ? 200 : 30000;

    puts(title);
    shm = mmap(NULL, sizeof(*shm), PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shm == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    if (pthread_mutexattr_init(&attr) != 0 ||
        pthread_mutexattr_setpshared(&attr, init()) != 0 ||
        pthread_mutex_init(&shm->mutex, &attr) != 0 ||
        pthread_mutexattr_destroy(&attr) != 0 ||
        pthread_mutex_lock(&shm->mutex) != 0)
        errx(EXIT_FAILURE, "pthread_mutex_init");

    /* First the semaphore, and then the mutex. */
    for (int mutex = 0; mutex < 2; mutex++) {
        pid_t pid = fork();
        char path[32], state = '?';

        if (pid == -1)
            err(EXIT_FAILURE, "fork");
        if (pid == 0)
            waiter(mutex, ms);

        /* Go on once it sleeps (S), or is dead (Z). */
        snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
        while (state != 'S' && state != 'Z') {
            FILE *stat = fopen(path, "r");

            if (stat == NULL ||
                fscanf(stat, "%*d (%*[^)]) %c", &state) != 1 ||
                fclose(stat) == EOF)
                err(EXIT_FAILURE, "read: %s", path);
        }
        if (mutex ? pthread_mutex_unlock(&shm->mutex) != 0
                  : sem_post(&shm->sem) == -1)
            errx(EXIT_FAILURE, "sem_post, pthread_mutex_unlock");
        if (waitpid(pid, &status, 0) == -1)
            err(EXIT_FAILURE, "waitpid");
        if (status != 0)
            errx(EXIT_FAILURE, "waiter: wait status %d", status);
        printf("  waiter: exit status 0\n");
    }
    if (munmap(shm, sizeof(*shm)) == -1)
        err(EXIT_FAILURE, "munmap");
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
        show("broken: pshared 0, PTHREAD_PROCESS_PRIVATE", broken);
    if (way == 'f' || way == -1)
        show("fixed: pshared 1, PTHREAD_PROCESS_SHARED", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
