/* SPDX-License-Identifier: 0BSD */
/*
 * offsets.h - exercise 09: a linked list that works at any address
 */
#ifndef OFFSETS_H
#define OFFSETS_H

#include <stddef.h>

/* What an object begins with. Its members are up to you. All that
   belongs to the list lies in the object. */
struct list;

/* Creates the object name, with the permissions 0600 and so many
   bytes (at least 4096), and an empty list in it. Returns the
   address at which it is mapped. On error returns NULL and sets
   errno to that of the call which has failed: EEXIST, if there is
   such an object already. */
struct list *list_create(const char *name, size_t size);

/* Maps the object, of whatever size, in another process: at an
   address where nothing else is. Returns that address. On error
   returns NULL and sets errno to that of the call which has failed.
 */
struct list *list_attach(const char *name);

/* Puts a copy of the text, with its null byte, at the end of the
   list. It takes at most 32 bytes more than these, the list itself
   at most 256. Returns 0. If there is not enough space left,
   returns -1 and sets errno to ENOSPC, and the list is as it was.

   One process at a time uses a list: you need no lock. But it may
   be another one each time, and each may use more than one list. */
int list_push(struct list *list, const char *text);

/* The address of text n, from 0, in the mapping of the process that
   asks. NULL, if there are not so many. */
const char *list_nth(const struct list *list, size_t n);

#endif
