/* SPDX-License-Identifier: 0BSD */
/*
 * mode_acl.h - exercise 02: who may use an object
 */
#ifndef MODE_ACL_H
#define MODE_ACL_H

#include <stddef.h>
#include <sys/types.h>

/* Creates the object name, length bytes long, with exactly the
   permissions mode (some of the bits 0777), whatever the umask of
   the process is. At no moment does it have more than those. The
   umask is afterwards what it was, after an error as well.

   Returns a descriptor of it, for reading and writing; no other one
   stays open. On error returns -1 and sets errno to that of the
   call which has failed: EEXIST if there is such an object already,
   which stays as it is. Then nothing new is left, no descriptor
   either. */
int create_mode(const char *name, size_t length, mode_t mode);

/* Lets that one user, who does not own the object, read and write
   it, and no more, by an entry in its ACL, or, if the caller is
   root, by giving it to the user. Nobody else may do more than
   before, at no moment, whatever the mode is; for a group, "nobody
   else" is each of its members. (The owner may do less, if it is
   given away.) The object has no ACL before.

   Returns 0. On error returns -1 and sets errno to that of the call
   which has failed, and nobody was let in. The descriptor stays
   open. */
int let_in(int fd, uid_t user);

#endif
