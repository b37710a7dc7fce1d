/* SPDX-License-Identifier: 0BSD */
/*
 * stale_semaphore.c - the initial value of sem_open is ignored
 *
 * Usage: stale_semaphore [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * sem_open(3) sets the value of a semaphore only if it creates it.
 * One that is there already keeps what it has, and if its last
 * user was killed between sem_wait and sem_post, its value is 0:
 * every later run waits for ever (here it only tries: EAGAIN). The
 * cure is O_EXCL, and to remove the name at once, so that none is
 * left behind. From then on only this run and its children share
 * the semaphore. EEXIST does not tell whether the other one is
 * stale or in use: to let only one run work at a time, take a lock
 * (killed_creator.c). (A semaphore made by sem_init(3) inside an
 * object goes with the object.)
 *
 * Seen in: H-uru/Plasma pull request 1603
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 stale_semaphore.c -o stale_semaphore -pthread
 * See also: sem_open(3), sem_unlink(3); dead_holder.c,
 *           killed_creator.c
 */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: stale_semaphore [-b | -f]\n"
static char name[32];

static sem_t *
broken(void)
{
    return sem_open(name, O_CREAT, 0600, 1);
}

static sem_t *
fixed(void)
{
    sem_t *sem;

    /* Two runs may remove each other's name: each gets its own. */
    while ((sem = sem_open(name, O_CREAT | O_EXCL, 0600, 1)) ==
               SEM_FAILED &&
           errno == EEXIST) {
        printf("  EEXIST: the old name is removed\n");
        if (sem_unlink(name) == -1 && errno != ENOENT)
            err(EXIT_FAILURE, "sem_unlink: %s", name);
    }
    /* Those who share it are forked after this. */
    if (sem != SEM_FAILED && sem_unlink(name) == -1 &&
        errno != ENOENT)
        err(EXIT_FAILURE, "sem_unlink: %s", name);
    return sem;
}

/* One run of a program that wants the semaphore for itself. */
static _Noreturn void
run(const char *which, sem_t *(*open_semaphore)(void))
{
    int value;
    sem_t *sem = open_semaphore();

    if (sem == SEM_FAILED)
        err(EXIT_FAILURE, "sem_open: %s", name);
    if (sem_getvalue(sem, &value) == -1)
        err(EXIT_FAILURE, "sem_getvalue: %s", name);
    printf("  %s run: wants the value 1, finds %d\n", which, value);
    if (sem_trywait(sem) == 0) {
        printf("  %s run: sem_trywait succeeds\n", which);
        raise(SIGKILL);
    }
    if (errno != EAGAIN)
        err(EXIT_FAILURE, "sem_trywait: %s", name);
    printf("  %s run: sem_trywait: EAGAIN\n", which);
    _exit(EXIT_SUCCESS);
}

/* The first run has left the semaphore behind. */
static _Noreturn void
fail(const char *call)
{
    warn("%s: %s", call, name);
    sem_unlink(name);
    exit(EXIT_FAILURE);
}

static void
show(const char *title, sem_t *(*open_semaphore)(void))
{
    static const char *const which[] = {"earlier", "next", "last"};
    int status;
    pid_t pid;

    puts(title);
    for (int i = 0; i < 3; i++) {
        pid = fork();
        if (pid == -1)
            fail("fork");
        /* The earlier run always takes the broken way. */
        if (pid == 0)
            run(which[i], i == 0 ? broken : open_semaphore);
        if (waitpid(pid, &status, 0) == -1)
            fail("waitpid");
        if (status != 0 &&
            (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)) {
            sem_unlink(name);
            errx(EXIT_FAILURE, "run: wait status %d", status);
        }
        printf("  %s run: %s\n", which[i],
               status == 0 ? "exit status 0" : "killed by SIGKILL");
    }
    if (open_semaphore == broken && sem_unlink(name) == -1)
        err(EXIT_FAILURE, "sem_unlink: %s", name);
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
    snprintf(name, sizeof(name), "/stale_semaphore.%ld",
             (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: sem_open(O_CREAT), and the name stays",
             broken);
    if (way == 'f' || way == -1)
        show("fixed: O_EXCL, and the name goes at once", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
