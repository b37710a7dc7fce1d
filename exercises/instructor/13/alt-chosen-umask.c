/* SPDX-License-Identifier: 0BSD */
/* The path stands in an array as long as a path may be, and the
   umask is applied by hand. */
#define _GNU_SOURCE
#include "shm_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
path_of(const char *dir, const char *name, char path[PATH_MAX])
{
    while (*name == '/')
        name++;
    if (strlen(name) > NAME_MAX)
        return ENAMETOOLONG;
    if (strcmp(name, "") == 0 || strchr(name, '/') != NULL ||
        strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return EINVAL;
    if (snprintf(path, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
        return ENAMETOOLONG;
    return 0;
}

int
my_shm_open(const char *dir, const char *name, int oflag,
            mode_t mode)
{
    char path[PATH_MAX];
    int fd, error = path_of(dir, name, path);
    mode_t mask;

    if (error != 0) {
        errno = error;
        return -1;
    }
    mask = umask(0);
    fd = open(path, oflag | O_NOFOLLOW | O_NONBLOCK,
              mode & 0777 & ~mask);
    error = errno;
    umask(mask);
    if (fd != -1)
        fcntl(fd, F_SETFD, fcntl(fd, F_GETFD) | FD_CLOEXEC);
    errno = error;
    return fd;
}

int
my_shm_unlink(const char *dir, const char *name)
{
    char path[PATH_MAX];
    int error = path_of(dir, name, path);

    if (error == EINVAL)
        error = ENOENT;
    if (error == 0 && unlink(path) == -1)
        error = errno == EPERM ? EACCES : errno;
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}
