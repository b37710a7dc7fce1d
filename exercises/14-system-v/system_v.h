/* SPDX-License-Identifier: 0BSD */
/*
 * system_v.h - exercise 14: a segment that leaves nothing behind
 */
#ifndef SYSTEM_V_H
#define SYSTEM_V_H

#include <stddef.h>
#include <sys/types.h>

/* The host makes a segment of size bytes for key, all zero, with
   the permissions 0600, attaches it, and waits for a guest. That
   has come when a process other than the host is attached
   (shm_nattch counts them); there may be several at once. One that
   has gone again when the host looks is none. Then the host removes
   the segment, so that nobody else comes, and nothing is left when
   those who have it are done.

   To wait, it looks, and sleeps for ten milliseconds before it
   looks again, looks times at most. It sleeps in nanosleep(2),
   clock_nanosleep(2), poll(2) or select(2). If there is no guest
   then, it gives up; with looks 0, at once.

   Returns the address, to be read and written. On error returns
   NULL and sets errno: EEXIST if there is a segment for key
   already, which stays as it is; ETIMEDOUT if it gave up; or else
   to that of the call which has failed. Then nothing new is left:
   no segment, nothing attached. */
void *system_v_host(key_t key, size_t size, int looks);

/* The guest attaches the segment that a host has made for key, and
   stores in *size how many bytes it has, as the kernel says. It
   neither makes nor removes a segment, and does not wait for one.

   Returns the address, to be read and written. On error returns
   NULL and sets errno to that of the call which has failed: ENOENT
   if there is no such segment. Then nothing is attached. */
void *system_v_guest(key_t key, size_t *size);

#endif
