/* SPDX-License-Identifier: 0BSD */
/*
 * pause.c - see pause.h
 */
#define _GNU_SOURCE
#include "pause.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#include "watch.h"

static const long long MS = 1000000, SECOND = 1000000000;

/* What the kernel would make of a call's time. */
struct pause {
    /* How many nanoseconds; -1 for ever. */
    long long length;
    /* Until then instead, by that clock. */
    bool is_until;
    clockid_t clock;
    /* Where it writes what is left, if it does so. */
    uint64_t left;
};

/* Reads two long integers, of which the second one counts in units
   of so many nanoseconds. Without an address, for ever. */
static bool
read_time(const struct call *call, uint64_t address, long long unit,
          struct pause *pause)
{
    long t[2];

    pause->length = -1;
    if (address == 0)
        return true;
    if (!watch_memory(call->pid, address, t, sizeof(t)) ||
        t[0] < 0 || t[1] < 0 || (unit == 1 && t[1] >= SECOND))
        return false;
    pause->length = t[0] * SECOND + t[1] * unit;
    return true;
}

/* Returns false if it is none, or not valid. */
static bool
find(const struct call *call, struct pause *pause)
{
    const uint64_t *args = call->args;

    memset(pause, 0, sizeof(*pause));
    switch (call->nr) {
    case SYS_clock_nanosleep:
        pause->clock = (clockid_t)args[0];
        pause->is_until = (args[1] & TIMER_ABSTIME) != 0;
        return args[2] != 0 && read_time(call, args[2], 1, pause);
#ifdef SYS_nanosleep
    case SYS_nanosleep:
        return args[0] != 0 && read_time(call, args[0], 1, pause);
#endif
#ifdef SYS_poll
    case SYS_poll:
        pause->length = (int)args[2] < 0 ? -1 : (int)args[2] * MS;
        return args[1] == 0;
#endif
    case SYS_ppoll:
        pause->left = args[2];
        return args[1] == 0 && read_time(call, args[2], 1, pause);
#ifdef SYS_select
    case SYS_select:
        pause->left = args[4];
        return args[0] == 0 &&
               read_time(call, args[4], 1000, pause);
#endif
    case SYS_pselect6:
        pause->left = args[4];
        return args[0] == 0 && read_time(call, args[4], 1, pause);
    default:
        return false;
    }
}

bool
is_pause(const struct call *call)
{
    struct pause pause;
    struct timespec now;

    if (!find(call, &pause) || pause.length == 0)
        return false;
    if (!pause.is_until || clock_gettime(pause.clock, &now) == -1)
        return true;
    return pause.length > now.tv_sec * SECOND + now.tv_nsec;
}

long long
pause_length(const struct call *call)
{
    struct pause pause;

    return !find(call, &pause) || pause.is_until ? -1
                                                 : pause.length;
}

bool
is_timed_wait(const struct call *call)
{
    return (call->nr == SYS_futex && !park_wakes(call)) ||
           call->nr == SYS_semtimedop;
}

void
pause_over(int listener, const struct call *call)
{
    struct pause pause;
    long zero[2] = {0, 0};
    struct iovec here = {zero, sizeof(zero)};
    struct iovec there = {NULL, sizeof(zero)};

    if (find(call, &pause) && pause.left != 0) {
        memcpy(&there.iov_base, &pause.left, sizeof(pause.left));
        (void)process_vm_writev(call->pid, &here, 1, &there, 1, 0);
    }
    park_answer(listener, call, 0,
                call->nr == SYS_futex        ? ETIMEDOUT
                : call->nr == SYS_semtimedop ? EAGAIN
                                             : 0);
}
