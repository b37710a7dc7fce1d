/* SPDX-License-Identifier: 0BSD */
/*
 * park.h - holding a process at a system call
 *
 * A process that has called park_here() reports each of the calls
 * that matter to whoever has its listener, before the kernel makes
 * them, and is held until it is told to go on. So the grader
 * decides who of two processes comes first, at each single call;
 * nothing is left to the scheduler. It can answer in the kernel's
 * place, too: with an error, or that a sleep is over at once.
 *
 * The list of calls is in park.c. Not in it are those in which a
 * process waits for another: futex(2) in sem_wait(3) and in
 * mutexes, for example. Who waits is found by state.h. But to wait
 * until some time is in it, as in sem_timedwait(3); and to wake
 * others by futex(2), as sem_post(3) does if somebody waits:
 * actor.c sees to it that they do not go on together.
 *
 * See also: seccomp_unotify(2), seccomp_rule_add(3)
 */
#ifndef PARK_H
#define PARK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A call that is held. */
struct call {
    uint64_t id;
    pid_t pid;
    int nr;
    uint64_t args[6];
};

/* Makes what park_here() needs. Once is enough, before processes
   are started. */
void park_prepare(void);

/* From now on the calls of this process, and of the programs that
   it executes, are held. Returns the listener, or -1 with errno. */
int park_here(void);

/* Waits for a call, at most ms milliseconds. Returns 1 and fills in
   call; 0 if none came; -1 if the processes have ended. */
int park_next(int listener, struct call *call, int ms);

/* The kernel makes the call. */
void park_continue(int listener, const struct call *call);

/* The call is not made. It returns value, or fails with error if
   that is not 0. */
void park_answer(int listener, const struct call *call, long value,
                 int error);

/* Whether it makes a process or a thread. */
bool park_forks(const struct call *call);

/* Whether it wakes others, by futex(2). */
bool park_wakes(const struct call *call);

/* The name of a call, such as "openat". */
const char *park_name(int nr);

#endif
