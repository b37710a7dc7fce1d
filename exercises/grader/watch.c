/* SPDX-License-Identifier: 0BSD */
/*
 * watch.c - see watch.h
 */
#define _GNU_SOURCE
#include "watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include "state.h"

/* Calls use() for each mapping until that returns true. */
static bool
find_mapping(pid_t pid,
             bool (*use)(const struct mapping *, const void *),
             const void *data, struct mapping *map)
{
    FILE *file = open_proc(pid, "maps");
    char line[512], perms[5];
    unsigned int major, minor;
    uint64_t inode;
    bool found = false;

    while (!found && file != NULL &&
           fgets(line, sizeof(line), file) != NULL) {
        if (sscanf(line,
                   "%" SCNx64 "-%" SCNx64 " %4s %*s %x:%x %" SCNu64,
                   &map->start, &map->end, perms, &major, &minor,
                   &inode) != 6)
            continue;
        map->readable = perms[0] == 'r';
        map->writable = perms[1] == 'w';
        map->executable = perms[2] == 'x';
        map->shared = perms[3] == 's';
        map->device = makedev(major, minor);
        map->inode = (ino_t)inode;
        found = use(map, data);
    }
    if (file != NULL)
        fclose(file);
    return found;
}

static bool
has_address(const struct mapping *map, const void *data)
{
    uint64_t address = *(const uint64_t *)data;

    return map->start <= address && address < map->end;
}

bool
watch_mapping(pid_t pid, uint64_t address, struct mapping *map)
{
    return find_mapping(pid, has_address, &address, map);
}

struct counting {
    const struct stat *sb;
    int *n;
};

static bool
count_object(const struct mapping *map, const void *data)
{
    const struct counting *counting = data;

    if (map->inode == counting->sb->st_ino &&
        map->device == counting->sb->st_dev)
        ++*counting->n;
    return false;
}

int
watch_mappings_of(pid_t pid, const struct stat *sb)
{
    int n = 0;
    struct counting counting = {sb, &n};
    struct mapping map;

    find_mapping(pid, count_object, &counting, &map);
    return n;
}

int
watch_mappings_named(pid_t pid, const char *text)
{
    FILE *file = open_proc(pid, "maps");
    char line[512];
    int n = 0;

    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        n += strstr(line, text) != NULL;
    if (file != NULL)
        fclose(file);
    return n;
}

bool
watch_memory(pid_t pid, uint64_t address, void *buf, size_t n)
{
    struct iovec local = {buf, n};
    struct iovec remote = {(void *)(uintptr_t)address, n};

    return process_vm_readv(pid, &local, 1, &remote, 1, 0) ==
           (ssize_t)n;
}

int
watch_descriptors(pid_t pid)
{
    char path[64];
    struct dirent *entry;
    DIR *dir;
    int n = 0;

    snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
    dir = opendir(path);
    if (dir == NULL)
        return -1;
    while ((entry = readdir(dir)) != NULL)
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

int
watch_open(pid_t pid, int fd, int flags)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)pid, fd);
    return open(path, flags | O_NONBLOCK | O_CLOEXEC);
}

int
watch_flags(pid_t pid, int fd)
{
    char file[64], line[256];
    unsigned int flags;
    int found = -1;
    FILE *f;

    snprintf(file, sizeof(file), "fdinfo/%d", fd);
    f = open_proc(pid, file);
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (sscanf(line, "flags: %o", &flags) == 1)
            found = (int)flags;
    if (f != NULL)
        fclose(f);
    return found;
}

mode_t
watch_umask(pid_t pid)
{
    FILE *file = open_proc(pid, "status");
    unsigned int mask = 0;
    char line[256];

    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        if (sscanf(line, "Umask: %o", &mask) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return (mode_t)mask;
}
