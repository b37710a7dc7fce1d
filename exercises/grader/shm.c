/* SPDX-License-Identifier: 0BSD */
/*
 * shm.c - what lies in the /dev/shm of a world: see world.h
 *
 * The grader does not live there. It reaches the objects through a
 * file descriptor of the directory.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "world.h"

int
world_open(const char *name, int flags)
{
    return openat(world_shm(), name + strspn(name, "/"),
                  flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

bool
world_create(uid_t user, const char *name, mode_t mode,
             const void *data, size_t n)
{
    bool done;
    int fd;

    world_as(user);
    fd = openat(world_shm(), name + strspn(name, "/"),
                O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    done = fd != -1 && fchmod(fd, mode) == 0 &&
           write(fd, data, n) == (ssize_t)n;
    world_as_grader();
    if (fd != -1)
        close(fd);
    return done;
}

int
world_stat(const char *name, struct stat *sb)
{
    return fstatat(world_shm(), name + strspn(name, "/"), sb,
                   AT_SYMLINK_NOFOLLOW);
}

bool
world_holds(const char *name, const void *data, size_t n)
{
    int fd = world_open(name, O_RDONLY);
    char *buf = malloc(n + 1);
    bool holds = fd != -1 && buf != NULL &&
                 read(fd, buf, n + 1) == (ssize_t)n &&
                 memcmp(buf, data, n) == 0;

    free(buf);
    close(fd);
    return holds;
}

int
world_unlink(const char *name)
{
    return unlinkat(world_shm(), name + strspn(name, "/"), 0);
}

int
world_segments(struct segment segments[], int max)
{
    static char text[1 << 16];
    ssize_t size = pread(world_sysvipc(), text, sizeof(text) - 1,
                         0);
    char *line;
    int n = 0;

    if (size <= 0)
        err(125, "/proc/sysvipc/shm");
    text[size] = '\0';

    /* After a line of headings. */
    for (line = strchr(text, '\n'); line != NULL && line[1] != '\0';
         line = strchr(line + 1, '\n')) {
        struct segment s;

        if (sscanf(line, "%d %d %o %zu %*d %*d %lu", &s.key, &s.id,
                   &s.mode, &s.size, &s.attached) != 5)
            errx(125, "/proc/sysvipc/shm: %s", line);
        if (n < max)
            segments[n] = s;
        n++;
    }
    return n;
}

int
world_left(char *list, size_t size)
{
    int n = 0, fd = openat(world_shm(), ".", O_RDONLY | O_CLOEXEC);
    DIR *dir = fd == -1 ? NULL : fdopendir(fd);
    struct dirent *entry;
    size_t used = 0;

    if (dir == NULL)
        err(125, "/dev/shm");
    list[0] = '\0';
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 ||
            strcmp(entry->d_name, "..") == 0)
            continue;
        if (used < size)
            used += (size_t)snprintf(list + used, size - used,
                                     "%s/%s", n == 0 ? "" : " ",
                                     entry->d_name);
        n++;
    }
    closedir(dir);
    if (world_segments(NULL, 0) > 0) {
        if (used < size)
            snprintf(list + used, size - used,
                     "%sa System V segment", n == 0 ? "" : " ");
        n++;
    }
    return n;
}
