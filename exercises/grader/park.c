/* SPDX-License-Identifier: 0BSD */
/*
 * park.c - see park.h
 *
 * libseccomp translates the list into a filter. It is loaded by
 * seccomp(2) itself, since this libseccomp has no name for
 * SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV. Without that flag a
 * signal would interrupt a call that is held, the kernel would
 * report it a second time, and the calls could not be counted.
 */
#define _GNU_SOURCE
#include "park.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gate.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* Since Linux 6.6. */
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

enum { FILTER_MAX = 4096 };

/* The bits of futex(2)'s operation that say what it is. */
enum { COMMAND = 0x7f };

/* Those that wait, until some time if the fourth argument says so.
 */
static const int waits[] = {FUTEX_WAIT, FUTEX_WAIT_BITSET};

/* Those which an architecture does not have are left out. */
static const int parked[] = {
    GATE_CALL,

    /* Objects, and what is done to them. */
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(creat),
    SCMP_SYS(close),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(ftruncate),
    SCMP_SYS(truncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(msync),
    SCMP_SYS(stat),
    SCMP_SYS(fstat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(umask),
    SCMP_SYS(setxattr),
    SCMP_SYS(fsetxattr),
    SCMP_SYS(fcntl),
    SCMP_SYS(flock),
    SCMP_SYS(lseek),
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(pwrite64),
    SCMP_SYS(memfd_create),
    SCMP_SYS(shmget),
    SCMP_SYS(shmat),
    SCMP_SYS(shmdt),
    SCMP_SYS(shmctl),

    /* More processes. */
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),

    /* Calls that let time pass. */
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(sched_yield),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
};

static struct sock_filter filter[FILTER_MAX];
static struct sock_fprog program = {.filter = filter};

void
park_prepare(void)
{
    int pipefd[2];
    ssize_t n = -1;
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

    if (ctx == NULL || pipe(pipefd) == -1)
        return;

    /* A tree: the kernel tries a filter with each call that there
       is when it is loaded. */
    seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    for (size_t i = 0; i < sizeof(parked) / sizeof(parked[0]); i++)
        if (parked[i] >= 0)
            seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, parked[i], 0);

    /* Of futex(2) only what wakes others: who is held there has let
       go of a lock, and not yet said so; and what waits until some
       time. */
    seccomp_rule_add(
        ctx, SCMP_ACT_NOTIFY, SCMP_SYS(futex), 1,
        SCMP_A1(SCMP_CMP_MASKED_EQ, COMMAND, FUTEX_WAKE));
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
        seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(futex), 2,
                         SCMP_A1(SCMP_CMP_MASKED_EQ, COMMAND,
                                 (uint64_t)waits[i]),
                         SCMP_A3(SCMP_CMP_NE, 0, 0));
    seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(semtimedop), 1,
                     SCMP_A3(SCMP_CMP_NE, 0, 0));
    if (seccomp_export_bpf(ctx, pipefd[1]) == 0)
        n = read(pipefd[0], filter, sizeof(filter));
    close(pipefd[0]);
    close(pipefd[1]);
    seccomp_release(ctx);
    if (n > 0)
        program.len = (unsigned short)((size_t)n /
                                       sizeof(filter[0]));
}

int
park_here(void)
{
    int listener = -1;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        listener = (int)syscall(
            SYS_seccomp, SECCOMP_SET_MODE_FILTER,
            SECCOMP_FILTER_FLAG_NEW_LISTENER |
                SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
            &program);

    /* Grader and program take turns; on one processor that is
       faster. Older kernels do not know this. */
    if (listener != -1)
        (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS,
                    SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
    return listener;
}

int
park_next(int listener, struct call *call, int ms)
{
    struct pollfd pfd = {.fd = listener, .events = POLLIN};
    struct seccomp_notif request;

    for (;;) {
        int n = poll(&pfd, 1, ms);

        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return n;
        if ((pfd.revents & POLLIN) == 0)
            return -1;
        memset(&request, 0, sizeof(request));
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) ==
            0)
            break;

        /* It was killed in between. */
        if (errno != ENOENT && errno != EINTR)
            return -1;
    }
    call->id = request.id;
    call->pid = (pid_t)request.pid;
    call->nr = request.data.nr;
    memcpy(call->args, request.data.args, sizeof(call->args));
    return 1;
}

/* If the process has been killed in between, that is found out by
   who asks for its next call. */
static void
respond(int listener, struct seccomp_notif_resp *response)
{
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response);
}

void
park_continue(int listener, const struct call *call)
{
    struct seccomp_notif_resp response = {
        .id = call->id,
        .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE,
    };

    respond(listener, &response);
}

void
park_answer(int listener, const struct call *call, long value,
            int error)
{
    struct seccomp_notif_resp response = {
        .id = call->id,
        .val = error == 0 ? value : 0,
        .error = -error,
    };

    respond(listener, &response);
}

bool
park_forks(const struct call *call)
{
    switch (call->nr) {
    case SYS_clone:
    case SYS_clone3:
#ifdef SYS_fork
    case SYS_fork:
    case SYS_vfork:
#endif
        return true;
    default:
        return false;
    }
}

bool
park_wakes(const struct call *call)
{
    return call->nr == SYS_futex &&
           (call->args[1] & COMMAND) == FUTEX_WAKE;
}

const char *
park_name(int nr)
{
    static char name[64];
    char *found;

    if (nr == GATE_CALL)
        return "a gate";
    found = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, nr);
    strncpy(name, found == NULL ? "a call" : found,
            sizeof(name) - 1);
    free(found);
    return name;
}
