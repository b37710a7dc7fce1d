/* SPDX-License-Identifier: 0BSD */
/*
 * pause.h - calls that only let time pass
 *
 * Nobody has time to wait for a student's sleep(3): such a call is
 * seen, and is over at once when the process goes on. So a process
 * that sleeps between two looks can be told from one that spins,
 * and its looks can be counted.
 *
 * See also: nanosleep(2), poll(2), select(2), time(7)
 */
#ifndef PAUSE_H
#define PAUSE_H

#include "park.h"

/* Whether this is one: nanosleep(2), or poll(2) and select(2)
   without descriptors. If it would return at once it is none: with
   no time to wait, or one that is not valid. */
bool is_pause(const struct call *call);

/* How long it is to last, in nanoseconds. -1 if it has no end, or
   one that is a point in time. */
long long pause_length(const struct call *call);

/* Whether it waits for others, but only until some time: as
   sem_timedwait(3) does, or semtimedop(2). */
bool is_timed_wait(const struct call *call);

/* Either of them returns as if the time had passed. */
void pause_over(int listener, const struct call *call);

#endif
