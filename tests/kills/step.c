/* SPDX-License-Identifier: 0BSD */
/*
 * step.c - run a command to an exact point, and signal it there
 *
 * Usage: step SIGNAL CALL STEPS COMMAND [ARG...] 3>REPORT
 *        step SIGNAL 0 USECS COMMAND [ARG...] 3>REPORT
 *        step 0 0 0 COMMAND [ARG...] 3>SURVEY
 *
 * The point lies at a system call, counted from execve(2) on. With
 * STEPS -1 the kernel has been asked and has not begun, with 0 it
 * is about to return, with N the program has come N instructions
 * further; but if it asks the kernel again before, it is there.
 * SIGKILL acts at once, others when a call that has begun is over.
 * CALL 0 is no such point, but a time, in microseconds. From there
 * on the command runs alone. The report says:
 *
 *   at PID CALL STEPS NUMBER TAKEN LAST OFFSET
 *   signal N, or status N
 *
 * The first line comes with the signal (if that is SIGSTOP, as soon
 * as the command has stopped), or not at all: the point was not
 * reached. NUMBER is the call's. TAKEN bytes had come from standard
 * input, LAST with the last read(2), -1 if there was none. OFFSET
 * is the instruction's in the program's file, 0 in a library. The
 * second line tells how it ended.
 *
 * The survey has a line for each call instead, its NUMBER and how
 * many instructions there are before the next one. Those of
 * start-up, before the first fcntl(2), are not counted.
 *
 * See also: ptrace(2); kills.t
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPORT = 3 };

#ifdef SYS_fcntl64
enum { FCNTL = SYS_fcntl64 };
#else
enum { FCNTL = SYS_fcntl };
#endif

/* The command, as waitpid(2) last saw it. */
static pid_t pid;
static int status;

/* How far it has come: calls, the last of them as it was asked for,
   and the instructions since then, -1 before it has returned. And
   what it has read. */
static int calls, steps;
static struct __ptrace_syscall_info asked;
static long taken, last = -1;

static struct __ptrace_syscall_info
ask(void)
{
    struct __ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) ==
        -1)
        err(EXIT_FAILURE, "PTRACE_GET_SYSCALL_INFO");
    return info;
}

static unsigned long
instruction(void)
{
    return (unsigned long)ask().instruction_pointer;
}

/* Whether the next instruction asks the kernel. To step over it
   would be to step over the whole call. */
static bool
before_call(void)
{
    long word = ptrace(PTRACE_PEEKTEXT, pid, instruction(), NULL);

#if defined(__x86_64__) || defined(__i386__)
    /* syscall; sysenter; int 0x80 */
    word &= 0xffff;
    return word == 0x050f || word == 0x340f || word == 0x80cd;
#elif defined(__aarch64__)
    return (word & 0xffffffff) == 0xd4000001;
#else
#error "How does a program ask the kernel here?"
#endif
}

/* Lets it run to its next system call, or return from one, or by
   one instruction. Returns false if it has ended. */
static bool
run(bool step)
{
    static int sig;
    struct __ptrace_syscall_info info;

    if (ptrace(step ? PTRACE_SINGLESTEP : PTRACE_SYSCALL, pid, NULL,
               sig) == -1 ||
        waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "ptrace");
    if (!WIFSTOPPED(status))
        return false;
    sig = 0;
    if (WSTOPSIG(status) == SIGTRAP) {
        steps++;
    } else if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
        /* A signal of somebody else is passed on. */
        sig = WSTOPSIG(status);
    } else if ((info = ask()).op == PTRACE_SYSCALL_INFO_ENTRY) {
        asked = info;
        calls++;
        steps = -1;
    } else {
        steps = 0;
        if (asked.entry.nr == SYS_read &&
            asked.entry.args[0] == STDIN_FILENO &&
            info.exit.rval >= 0)
            taken += last = (long)info.exit.rval;
    }
    return true;
}

/* In a build for gcov(1) who waits for a lock is about to write the
   counters. They must not be spoiled. */
static bool
writes_counters(void)
{
    return asked.entry.nr == FCNTL &&
           asked.entry.args[1] == F_SETLKW;
}

static void
survey(void)
{
    bool step = false;
    int call = 0, gap = 0, number = 0;

    while (run(step && steps >= 0 && !before_call()) &&
           !writes_counters()) {
        if (calls > call && call > 0)
            dprintf(REPORT, "%d %d\n", number, gap);
        call = calls;
        gap = steps;
        number = (int)asked.entry.nr;
        step = step || number == FCNTL;
    }
    dprintf(REPORT, "%d 0\n", number);
}

/* Where it is in the program's file. The file is mapped first, its
   code at the second line if not at the first. */
static unsigned long
offset(void)
{
    char path[64];
    unsigned long start = 0, end = 0;
    unsigned long ip = instruction();
    FILE *maps;

    snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
    maps = fopen(path, "r");
    if (maps == NULL)
        err(EXIT_FAILURE, "%s", path);
    if (fscanf(maps, "%lx%*[^\n] %*x-%lx", &start, &end) != 2)
        errx(EXIT_FAILURE, "%s: not understood", path);
    fclose(maps);
    return ip >= start && ip < end ? ip - start : 0;
}

/* Runs to the point and sends the signal, unless it ends before. */
static void
strike(int sig, int call, int step)
{
    const struct timespec t = {.tv_sec = step / 1000000,
                               .tv_nsec = step % 1000000 * 1000L};
    unsigned long where = 0;

    if (call == 0) {
        ptrace(PTRACE_DETACH, pid, NULL, NULL);
        nanosleep(&t, NULL);
    } else {
        do {
            if (!run(calls == call && steps >= 0 &&
                     !before_call()) ||
                writes_counters())
                return;
        } while (calls < call || (calls == call && steps < step));
        where = offset();
    }
    kill(pid, sig);
    if (sig == SIGSTOP) {
        ptrace(PTRACE_DETACH, pid, NULL, NULL);
        if (waitpid(pid, &status, WUNTRACED) == -1)
            err(EXIT_FAILURE, "waitpid");
        if (!WIFSTOPPED(status))
            return;
    }
    dprintf(REPORT, "at %d %d %d %d %ld %ld %#lx\n", (int)pid,
            calls, steps, (int)asked.entry.nr, taken, last, where);
}

static int
integer(const char *s)
{
    char *end;
    long n = strtol(s, &end, 10);

    if (end == s || *end != '\0')
        errx(2, "not a number: %s", s);
    return (int)n;
}

int
main(int argc, char *argv[])
{
    int sig, call, step;

    if (argc < 5) {
        fputs("usage: step SIGNAL CALL STEPS COMMAND [ARG...]\n",
              stderr);
        exit(2);
    }
    sig = integer(argv[1]);
    call = integer(argv[2]);
    step = integer(argv[3]);
    if (fcntl(REPORT, F_SETFD, FD_CLOEXEC) == -1)
        err(EXIT_FAILURE, "descriptor %d", REPORT);
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        /* It goes with us, in whatever way. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 ||
            ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1)
            err(EXIT_FAILURE, "ptrace");
        execv(argv[4], argv + 4);
        err(EXIT_FAILURE, "%s", argv[4]);
    }

    /* After execve(2) it stops by itself. */
    if (waitpid(pid, &status, 0) == -1 || !WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, pid, NULL,
               PTRACE_O_TRACESYSGOOD) == -1)
        errx(EXIT_FAILURE, "%s cannot be traced", argv[4]);
    if (sig == 0)
        survey();
    else
        strike(sig, call, step);

    /* Let it go, unless it has ended or been let go before. */
    if (WIFSTOPPED(status)) {
        ptrace(PTRACE_DETACH, pid, NULL, NULL);
        if (waitpid(pid, &status, 0) == -1)
            err(EXIT_FAILURE, "waitpid");
    }
    if (WIFSIGNALED(status))
        dprintf(REPORT, "signal %d\n", WTERMSIG(status));
    else
        dprintf(REPORT, "status %d\n", WEXITSTATUS(status));
    exit(EXIT_SUCCESS);
}
