/* SPDX-License-Identifier: 0BSD */
/*
 * shm_open.h - exercise 13: shm_open(3) and shm_unlink(3), by hand
 */
#ifndef SHM_OPEN_H
#define SHM_OPEN_H

#include <sys/types.h>

/* A libc makes objects as files in /dev/shm. These two do the same
   in any directory, whose path is dir; that may be as long as
   open(2) takes it. (If dir and name together are longer than that,
   it is ENAMETOOLONG, unless you get along with it. Nothing is ever
   cut.) The working directory stays as it was.

   The name of an object is that of its file. Slashes that name
   begins with do not belong to it, be there none, one, or many:
   "x", "/x" and "//x" are the same object. After them there may be
   NAME_MAX (255) bytes.

   There can be no object if nothing comes after them, or another
   slash, or if that is "." or "..": an impossible name. If it has
   more than NAME_MAX bytes, it is too long. */

/* Opens the object name in dir. oflag is as for open(2): O_RDONLY
   or O_RDWR, and any of O_CREAT, O_EXCL and O_TRUNC. If it makes a
   new object, that is empty, and has the low nine bits of mode as
   its permissions, without those which the umask(2) takes away. The
   umask stays, and so do the permissions of an object that exists.
   A symbolic link is not followed: neither one that was always
   there, nor one that somebody puts there this very moment.

   Returns a descriptor, which is close-on-exec; no other one is
   left. On error returns -1 and sets errno: EINVAL for an
   impossible name; ENAMETOOLONG for one that is too long; ELOOP for
   a symbolic link (if it is to be new, EEXIST); or else to that of
   open(2). */
int my_shm_open(const char *dir, const char *name, int oflag,
                mode_t mode);

/* Removes the name of an object from dir; if that is a symbolic
   link, the link.

   Returns 0. No descriptor is left. On error returns -1 and sets
   errno: ENOENT if there is no such object, and for an impossible
   name; ENAMETOOLONG for one that is too long; EACCES if unlink(2)
   says EPERM, as it does in /dev/shm for what belongs to somebody
   else; or else to that of unlink(2), such as EISDIR for a
   directory, which stays. */
int my_shm_unlink(const char *dir, const char *name);

#endif
