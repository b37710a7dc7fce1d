/* SPDX-License-Identifier: 0BSD */
/*
 * full.h - exercise 10: memory that is there, or an error
 */
#ifndef FULL_H
#define FULL_H

#include <stddef.h>

/* Creates the object name, with the permissions 0600 and exactly so
   many bytes (at least 1), and all memory for them: whatever others
   take later, each byte can be written.

   Returns a descriptor of it, for reading and writing. On error
   returns -1, sets errno to that of the call which has failed, and
   nothing is left, neither the object nor a descriptor: ENOSPC, if
   there is not enough memory in /dev/shm; EEXIST, if there is such
   an object already, which then stays as it is. That a signal comes
   in between is no error. */
int reserve(const char *name, size_t length);

#endif
