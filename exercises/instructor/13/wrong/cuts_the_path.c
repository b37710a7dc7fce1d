/* SPDX-License-Identifier: 0BSD */
/* Fails: shm_open.long */
#define _GNU_SOURCE
#include "shm_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
my_shm_open(const char *dir, const char *name, int oflag,
            mode_t mode)
{
    char path[PATH_MAX];

    while (*name == '/')
        name++;
    if (*name == '\0' || !strcmp(name, ".") ||
        !strcmp(name, "..") || strchr(name, '/') != NULL) {
        errno = EINVAL;
        return -1;
    }
    if (strlen(name) > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return open(path, oflag | O_NOFOLLOW | O_CLOEXEC, mode & 0777);
}

int
my_shm_unlink(const char *dir, const char *name)
{
    char path[PATH_MAX];

    while (*name == '/')
        name++;
    if (*name == '\0' || !strcmp(name, ".") ||
        !strcmp(name, "..") || strchr(name, '/') != NULL) {
        errno = ENOENT;
        return -1;
    }
    if (strlen(name) > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (unlink(path) == -1) {
        if (errno == EPERM)
            errno = EACCES;
        return -1;
    }
    return 0;
}
