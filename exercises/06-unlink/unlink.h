/* SPDX-License-Identifier: 0BSD */
/*
 * unlink.h - exercise 06: how long a name lives, and its object
 */
#ifndef UNLINK_H
#define UNLINK_H

#include <semaphore.h>

/* What lies in the object. The semaphore is yours. */
struct box {
    sem_t guest;
    char text[64];
};

/* The host: creates the object name, with the permissions 0600, and
   maps it. (Copy the name, if you need it later.) If there is one
   already, that is EEXIST, and the object stays as it is.

   Whenever the process later ends by exit(3), and the name is still
   the host's, it is removed. A child which the host has forked may
   end as it likes: that changes nothing. A process is host once.

   Returns the address. On error returns NULL, sets errno to that of
   the call which has failed, and leaves no name behind. */
struct box *host_open(const char *name);

/* The host: waits until a guest has come, however long that takes,
   and sleeps meanwhile. A signal that comes changes nothing. Until
   then the name must be there, so that
   the guest finds it; then it is removed, and the box lives on
   without it. Returns 0; on error -1, and errno is set. */
int host_wait(struct box *box);

/* The guest: maps the object, which host_open() has made before,
   and tells host_wait() that it is there. The name is none of its
   business. Returns the address. On error returns NULL and sets
   errno: ENOENT, if there is no such object. */
struct box *guest_open(const char *name);

#endif
