/* SPDX-License-Identifier: 0BSD */
/* Fails: shm_open.link */
#define _GNU_SOURCE
#include "shm_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The path of an object, to be freed, or NULL with errno. */
static char *
path_of(const char *dir, const char *name)
{
    char *path;
    size_t n;

    while (*name == '/')
        name++;
    if (*name == '\0' || strchr(name, '/') != NULL ||
        strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        errno = EINVAL;
        return NULL;
    }
    if (strlen(name) > NAME_MAX) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    n = strlen(dir) + 1 + strlen(name) + 1;
    path = malloc(n);
    if (path != NULL) {
        strcpy(path, dir);
        strcat(path, "/");
        strcat(path, name);
    }
    return path;
}

int
my_shm_open(const char *dir, const char *name, int oflag,
            mode_t mode)
{
    char *path = path_of(dir, name);
    int fd, error;

    if (path == NULL)
        return -1;
    char *real = realpath(path, NULL);

    if (real != NULL) {
        free(path);
        path = real;
    }
    fd = open(path, oflag | O_CLOEXEC, mode & 0777);
    error = errno;
    free(path);
    errno = error;
    return fd;
}

int
my_shm_unlink(const char *dir, const char *name)
{
    char *path = path_of(dir, name);
    int result, error;

    if (path == NULL) {
        if (errno == EINVAL)
            errno = ENOENT;
        return -1;
    }
    result = unlink(path);
    error = errno == EPERM ? EACCES : errno;
    free(path);
    errno = error;
    return result;
}
