/* SPDX-License-Identifier: 0BSD */
/*
 * root.h - the root directory of a world
 *
 * A tmpfs with the system's programs and libraries, bound there and
 * read-only, some devices, /proc, the program as /lab, and an empty
 * /dev/shm, the only place that can be written to. All else, such
 * as homes and passwords, does not exist there.
 *
 * See also: mount(2), mount_setattr(2), pivot_root(2)
 */
#ifndef ROOT_H
#define ROOT_H

#include <stddef.h>

/* Builds it, and makes it the root of this process, which is the
   first in new user, mount and PID namespaces, and of those after
   it. program_fd is the program, shm_size the size of /dev/shm in
   bytes. Prints one line and exits with 125 if that fails. */
void root_make(int program_fd, size_t shm_size);

#endif
