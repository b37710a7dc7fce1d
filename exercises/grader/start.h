/* SPDX-License-Identifier: 0BSD */
/*
 * start.h - how a process becomes the program of an exercise
 *
 * It starts in the world, with limits on all that it could use up,
 * and with its calls held (see park.h). Its standard input and
 * output are /dev/null. The listener for its calls is made by the
 * process itself, so it sends that to the grader, over a socket,
 * and then executes the program: which has neither.
 *
 * See also: getrlimit(2), unix(7), execve(2)
 */
#ifndef START_H
#define START_H

#include <sys/types.h>

/* Starts it as that user, with arguments that end with NULL.
   Returns its process ID, and its listener in *listener: -1 if the
   kernel holds no calls. */
pid_t start(uid_t user, const char **args, int *listener);

#endif
