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
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "world.h"

int
world_open(const char *name, int flags)
{
    return openat(world_shm(), name + strspn(name, "/"),
                  flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* What a new object is to be. */
struct object {
    const char *name;
    mode_t mode;
    const void *data;
    size_t n;
};

static void
create(void *data)
{
    const struct object *object = data;
    int fd = openat(world_shm(), object->name,
                    O_WRONLY | O_CREAT | O_EXCL, object->mode);

    _exit(fd == -1 || fchmod(fd, object->mode) == -1 ||
          write(fd, object->data, object->n) != (ssize_t)object->n);
}

bool
world_create(uid_t user, const char *name, mode_t mode,
             const void *data, size_t n)
{
    struct object object = {name + strspn(name, "/"), mode, data,
                            n};
    int status = -1;

    waitpid(world_spawn(user, create, &object), &status, 0);
    return status == 0;
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

static void
count_segments(void *data)
{
    struct shm_info info;

    (void)data;
    if (shmctl(0, SHM_INFO, (struct shmid_ds *)&info) == -1)
        _exit(255);
    _exit(info.used_ids);
}

/* Counted by a process in the world. */
static int
segments(void)
{
    int status = -1;

    waitpid(world_spawn(WORLD_USER, count_segments, NULL), &status,
            0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
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
    if (segments() > 0) {
        if (used < size)
            snprintf(list + used, size - used,
                     "%sa System V segment", n == 0 ? "" : " ");
        n++;
    }
    return n;
}
