/* SPDX-License-Identifier: 0BSD */
/*
 * watch.h - what the kernel says about a process
 *
 * Nothing here asks the process: all is read from /proc, or by the
 * right to look into it, while it is held or asleep.
 *
 * See also: state.h, proc(5), process_vm_readv(2)
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* The mapping in which an address lies. */
struct mapping {
    uint64_t start, end;
    bool readable, writable, executable, shared;
    dev_t device;
    ino_t inode;
};

/* Returns false if there is none. */
bool watch_mapping(pid_t pid, uint64_t address,
                   struct mapping *map);

/* How many mappings it has of the object with that inode; and of
   those whose name in /proc/PID/maps contains that text. */
int watch_mappings_of(pid_t pid, const struct stat *sb);
int watch_mappings_named(pid_t pid, const char *text);

/* Copies n bytes of its memory. Returns false if they are not all
   there. */
bool watch_memory(pid_t pid, uint64_t address, void *buf, size_t n);

/* How many descriptors it has; status of one, opened on our side.
 */
int watch_descriptors(pid_t pid);
int watch_open(pid_t pid, int fd, int flags);

/* The flags of its descriptor, as open(2) takes them, O_CLOEXEC
   included. -1 if it is not open. */
int watch_flags(pid_t pid, int fd);

/* Its umask(2). */
mode_t watch_umask(pid_t pid);

#endif
