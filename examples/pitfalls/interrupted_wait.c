/* SPDX-License-Identifier: 0BSD */
/*
 * interrupted_wait.c - a signal ends sem_wait, without a post
 *
 * Usage: interrupted_wait [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * If a signal handler that was installed without SA_RESTART
 * interrupts sem_wait(3), it returns -1 with errno EINTR. A caller
 * that does not check takes that for success: it reads data that
 * is not there yet, or enters a critical section while another
 * process is in it. Any library may have installed such a handler.
 * The cure is a loop.
 *
 * Seen in: taosdata/TDengine pull request 3251
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 interrupted_wait.c -o interrupted_wait
 *        (glibc before 2.34: add -pthread)
 * See also: sem_wait(3), signal(7), sigaction(2)
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: interrupted_wait [-b | -f]\n"

/* The writer stores data, then posts filled. */
struct shared {
    sem_t filled;
    int data;
};
static struct shared *shared;

static int
broken(void)
{
    return sem_wait(&shared->filled);
}

static int
fixed(void)
{
    int result;

    do
        result = sem_wait(&shared->filled);
    while (result == -1 && errno == EINTR);
    return result;
}

static void
on_signal(int sig)
{
    (void)sig;
}

/* Returns when the reader sleeps (S), or is dead (Z). */
static void
await_sleep(pid_t pid)
{
    char path[32], state = '?';

    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    while (state != 'S' && state != 'Z') {
        FILE *stat = fopen(path, "r");

        if (stat == NULL ||
            fscanf(stat, "%*d (%*[^)]) %c", &state) != 1 ||
            fclose(stat) == EOF)
            err(EXIT_FAILURE, "read: %s", path);
    }
}

static void
show(const char *title, int (*wait_for_data)(void))
{
    int status, result, data;
    pid_t pid;

    puts(title);
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    if (sem_init(&shared->filled, 1, 0) == -1)
        err(EXIT_FAILURE, "sem_init");
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        /* Ends us if the writer fails. */
        alarm(30);
        result = wait_for_data();
        data = shared->data;
        if (result == -1 && errno != EINTR)
            err(EXIT_FAILURE, "sem_wait");
        printf("  reader: sem_wait returns %s\n",
               result == 0 ? "0" : "-1, EINTR");
        printf("  reader: data is %d\n", data);
        _exit(EXIT_SUCCESS);
    }

    await_sleep(pid);
    printf("  writer: SIGUSR1 to the sleeping reader\n");
    if (kill(pid, SIGUSR1) == -1)
        err(EXIT_FAILURE, "kill");
    await_sleep(pid);
    printf("  writer: data is 42 now, posted\n");
    shared->data = 42;
    if (sem_post(&shared->filled) == -1)
        err(EXIT_FAILURE, "sem_post");
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0)
        errx(EXIT_FAILURE, "reader: wait status %d", status);
    printf("  reader: exit status 0\n");
    if (munmap(shared, sizeof(*shared)) == -1)
        err(EXIT_FAILURE, "munmap");
}

int
main(int argc, char *argv[])
{
    int way = getopt(argc, argv, "bfh");
    struct sigaction action = {.sa_handler = on_signal};

    if (way == '?' || optind < argc) {
        if (way != '?')
            warnx("expected no arguments");
        fputs(USAGE, stderr);
        exit(2);
    }
    /* Else "| head" would end us before we have cleaned up. */
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    if (sigaction(SIGUSR1, &action, NULL) == -1)
        err(EXIT_FAILURE, "sigaction");
    if (way == 'b' || way == -1)
        show("broken: whatever sem_wait returns, go on", broken);
    if (way == 'f' || way == -1)
        show("fixed: call sem_wait again after EINTR", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
