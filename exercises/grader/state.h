/* SPDX-License-Identifier: 0BSD */
/*
 * state.h - whether a process runs, or waits, and for what
 *
 * That somebody sleeps is a fact that the kernel tells; no time-out
 * is needed to find it out. Of a process with threads or children,
 * it is one only if all of them do.
 *
 * See also: proc(5), clock_getcpuclockid(3)
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* Opens /proc/PID/FILE to be read, or returns NULL. */
FILE *open_proc(pid_t pid, const char *file);

enum state { RUNS, SLEEPS, STOPPED, DEAD };

/* What it is doing. If it sleeps in a system call, nr is its
   number, else -1. */
enum state state_of(pid_t pid, long *nr);

/* Whether one of its threads, or of its children and theirs, runs;
   or has just ended, if that call waits for that. */
bool others_move(pid_t pid, long nr);

/* How many these are. */
int others_count(pid_t pid);

/* Kills them, but its threads. */
void others_kill(pid_t pid);

/* Whether that is the call in which sem_wait(3), mutexes and
   condition variables wait. */
bool state_is_futex(long nr);

/* Seconds of processor time that it has used. */
double state_cpu(pid_t pid);

/* Waits until it does not run: it sleeps, or is held. Or until it
   has used that many seconds of processor time more. */
void state_settle(pid_t pid, double cpu_max);

/* Whether it wakes by itself from what it sleeps in, within 50
   milliseconds of real time. */
bool state_stirs(pid_t pid);

#endif
