/* SPDX-License-Identifier: 0BSD */
/* The directory is opened, and no path is put together. */
#define _GNU_SOURCE
#include "shm_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The name of the file, or NULL with errno. */
static const char *
file_of(const char *name)
{
    size_t n;

    name += strspn(name, "/");
    n = strcspn(name, "/");
    if (n == 0 || name[n] == '/' || (n == 1 && name[0] == '.') ||
        (n == 2 && name[0] == '.' && name[1] == '.')) {
        errno = EINVAL;
        return NULL;
    }
    if (n > NAME_MAX) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return name;
}

static int
close_keeping_errno(int fd)
{
    int error = errno, result = close(fd);

    errno = error;
    return result;
}

int
my_shm_open(const char *dir, const char *name, int oflag,
            mode_t mode)
{
    const char *file = file_of(name);
    int at, fd, copy;

    if (file == NULL)
        return -1;
    at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (at == -1)
        return -1;
    fd = openat(at, file, oflag | O_NOFOLLOW,
                mode & (S_IRWXU | S_IRWXG | S_IRWXO));
    close_keeping_errno(at);
    if (fd == -1)
        return -1;

    /* Also gives it the lowest number, which at had. */
    copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    close_keeping_errno(fd);
    return copy;
}

int
my_shm_unlink(const char *dir, const char *name)
{
    const char *file = file_of(name);
    int at, result;

    if (file == NULL && errno == EINVAL)
        errno = ENOENT;
    if (file == NULL)
        return -1;
    at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (at == -1)
        return -1;
    result = unlinkat(at, file, 0);
    close_keeping_errno(at);
    if (result == -1 && errno == EPERM)
        errno = EACCES;
    return result;
}
