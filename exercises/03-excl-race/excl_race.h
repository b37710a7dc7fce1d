/* SPDX-License-Identifier: 0BSD */
/*
 * excl_race.h - exercise 03: many start at once, one creates
 */
#ifndef EXCL_RACE_H
#define EXCL_RACE_H

#include <stddef.h>

/* Opens the object name, and creates it if it is not there. Any
   number of processes may call this at the same time. If the object
   is not there, exactly one of them creates it, with the
   permissions 0600, gives it its length of so many bytes (at least
   1), and is told so: *creator is 1. All others get the same
   object, and *creator is 0. They may return before it has its
   length.

   An object that is there before is opened as it is, and nothing
   about it changes: *creator is 0. Its length may be another one,
   and 0 for ever, if its creator has died in between.

   It is never an error that the object is there, and never that it
   is not there any more, since somebody removes it between two of
   your calls, however often that happens.

   Returns a descriptor of the object, for reading and writing; no
   other one stays open. On error returns -1, sets errno to that of
   the call which has failed. Then an object that it has created
   itself is removed, and no other. */
int create_or_open(const char *name, size_t length, int *creator);

#endif
