/* SPDX-License-Identifier: 0BSD */
/*
 * trusting_lengths.c - a length changes between check and use
 *
 * Usage: trusting_lengths [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * What lies in shared memory can change at any moment. A reader
 * that checks a length there and then uses it has read it twice (a
 * double fetch). A hostile peer need only change it between the
 * two; here the reader stops to give it the time. The cure is to
 * copy the length once, check the copy and use the copy. Watch the
 * number of bytes copied into a buffer of 65536. Right behind it
 * begins memory that nobody may write, to show the overflow.
 *
 * Seen in: cloud-hypervisor/cloud-hypervisor pull request 7530
 * Fault on purpose: SIGSEGV, Bad permissions for mapped region
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 trusting_lengths.c -o trusting_lengths
 * See also: shm_open(3), mprotect(2); ../../sem-sync/channel.c
 */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: trusting_lengths [-b | -f]\n"
enum { SIZE = 65536, MORE = 2 * SIZE };

/* The peer writes all of it, and nothing makes it wait for us. */
struct shared {
    _Atomic size_t length;
    char data[MORE];
};
static struct shared *shared;

/* The reader's, SIZE bytes long. What follows is no part of it:
   main() makes it read-only, to show an overflow. */
static _Alignas(SIZE) char buffer[MORE];

static size_t
broken(void)
{
    if (shared->length > SIZE)
        return 0;
    /* The scheduler may stop us at any moment, so why not here. */
    kill(getpid(), SIGSTOP);
    memcpy(buffer, shared->data, shared->length);
    return shared->length;
}

static size_t
fixed(void)
{
    size_t length = shared->length;

    if (length > SIZE)
        return 0;
    kill(getpid(), SIGSTOP);
    memcpy(buffer, shared->data, length);
    return length;
}

/* The signal interrupts memcpy(3), not stdio, so printf(3) is safe
   here. On return the store is repeated, and this time the signal
   kills the process, without a core file. */
static void
on_sigsegv(int sig, siginfo_t *info, void *context)
{
    (void)context;
    signal(sig, SIG_DFL);
    prctl(PR_SET_DUMPABLE, 0);
    printf("  reader: SIGSEGV, %s\n",
           info->si_code == SEGV_ACCERR ? "SEGV_ACCERR" : "other");
}

static void
show(const char *title, size_t (*receive)(void))
{
    int status;
    pid_t pid;

    puts(title);
    shared->length = 100;
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        /* Else we would stay stopped if the peer failed. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        printf("  reader: copies %zu bytes\n", receive());
        printf("  reader: then copies %zu bytes\n", receive());
        _exit(EXIT_SUCCESS);
    }

    /* The reader has stopped between its check and its use. */
    if (waitpid(pid, &status, WUNTRACED) == -1)
        err(EXIT_FAILURE, "waitpid");
    printf("  peer: the length is not 100 but 131072 now\n");
    shared->length = sizeof(shared->data);
    if (kill(pid, SIGCONT) == -1)
        err(EXIT_FAILURE, "kill");
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0 &&
        (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSEGV))
        errx(EXIT_FAILURE, "reader: wait status %d", status);
    printf("  reader: %s\n",
           status == 0 ? "exit status 0" : "killed by SIGSEGV");
}

int
main(int argc, char *argv[])
{
    int way = getopt(argc, argv, "bfh");
    struct sigaction action = {.sa_sigaction = on_sigsegv,
                               .sa_flags = SA_SIGINFO};

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
    if (sigaction(SIGSEGV, &action, NULL) == -1)
        err(EXIT_FAILURE, "sigaction");
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    if (mprotect(buffer + SIZE, SIZE, PROT_READ) == -1)
        err(EXIT_FAILURE, "mprotect");
    if (way == 'b' || way == -1)
        show("broken: check the length, then read it again",
             broken);
    if (way == 'f' || way == -1)
        show("fixed: copy the length, check and use the copy",
             fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
