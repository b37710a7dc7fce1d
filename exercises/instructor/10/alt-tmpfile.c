/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE
#include "full.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The object gets its name last, when it is all there. */
int
reserve(const char *name, size_t length)
{
    char path[PATH_MAX], self[64];
    int error, fd = open("/dev/shm", O_RDWR | O_TMPFILE, 0600);

    if (fd == -1)
        return -1;
    snprintf(path, sizeof(path), "/dev/shm%s", name);
    if (access(path, F_OK) == 0) {
        close(fd);
        errno = EEXIST;
        return -1;
    }
    snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
    while (fallocate(fd, 0, 0, (off_t)length) == -1)
        if (errno != EINTR)
            goto failed;
    if (linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) ==
        0)
        return fd;
failed:
    error = errno;
    close(fd);
    errno = error;
    return -1;
}
