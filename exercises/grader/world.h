/* SPDX-License-Identifier: 0BSD */
/*
 * world.h - a place of its own for the processes of one check
 *
 * New user, mount, PID, IPC and network namespaces: nobody else's
 * objects, processes, files or network are there, and all that is
 * left behind goes with it. /dev/shm is an empty tmpfs of the size
 * that the check wants. The first process in it belongs to the
 * grader and does nothing; when it ends, the kernel kills the rest.
 *
 * See also: namespaces(7), user_namespaces(7), pivot_root(2)
 */
#ifndef WORLD_H
#define WORLD_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* The users in it. Root is only there if root runs the grader, and
   so is the friend. */
enum { WORLD_ROOT = 0, WORLD_USER = 1000, WORLD_FRIEND = 1001 };

/* The program that is to run there, as /lab, and a file descriptor
   of it. */
void world_program(const char *path);

/* Makes the world, whose /dev/shm has shm_size bytes. Prints one
   line and exits with 125 if the kernel does not let us. */
void world_begin(size_t shm_size);

/* Whether there is more than one user. */
bool world_has_friend(void);

/* Enters it; but its processes are only those that are started
   afterwards. Returns -1 and sets errno as setns(2) does. */
int world_enter(void);

/* Starts a process there, as that user, which calls become(data),
   and ends with what that returns. Until it has ended, or called
   execve(2), we wait, and our memory is its own. It is our child.
   Returns its process ID here. */
pid_t world_spawn(uid_t user, int (*become)(void *), void *data);

/* A file descriptor of its /dev/shm. */
int world_shm(void);

/* A file descriptor of its /proc/sysvipc/shm. */
int world_sysvipc(void);

/* Until world_as_grader(), files are opened, made and removed as
   that user would: setfsuid(2). In the world's /dev/shm files can
   only be made so. */
void world_as(uid_t user);
void world_as_grader(void);

/* What lies in its /dev/shm: opens, looks at, removes the object
   NAME (with a slash, as for shm_open(3)). Nothing is followed and
   nothing is waited for. Return -1 and set errno as open(2) does.
 */
int world_open(const char *name, int flags);
int world_stat(const char *name, struct stat *sb);
int world_unlink(const char *name);

/* Creates the object NAME, with n bytes of data in it, as that
   user. Returns false if there is one already, or another error. */
bool world_create(uid_t user, const char *name, mode_t mode,
                  const void *data, size_t n);

/* Whether the object NAME has these n bytes, and no more. */
bool world_holds(const char *name, const void *data, size_t n);

/* A System V segment, as proc(5) has it in /proc/sysvipc/shm. */
struct segment {
    key_t key;
    int id;
    unsigned int mode;
    size_t size;
    unsigned long attached;
};

/* Tells of up to max segments of the world, without attaching any.
   Returns how many there are. */
int world_segments(struct segment segments[], int max);

/* Writes the names of all that is left there, objects and System V
   segments, into list, separated by spaces. Returns how many. */
int world_left(char *list, size_t size);

/* Removes it, and all that lives there. */
void world_end(void);

#endif
