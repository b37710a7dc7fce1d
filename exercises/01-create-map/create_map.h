/* SPDX-License-Identifier: 0BSD */
/*
 * create_map.h - exercise 01: create, size, map
 */
#ifndef CREATE_MAP_H
#define CREATE_MAP_H

#include <stddef.h>

/* Creates the object name, length bytes long, all zero, with the
   permissions 0600, and maps it, to be read and written; what is
   written is in the object, for every process that maps it. No
   descriptor stays open.

   Returns its address. On error returns NULL and sets errno to that
   of the call which has failed: EEXIST if there is such an object
   already, which stays as it is. Then nothing new is left. */
void *create_map(const char *name, size_t length);

#endif
