/* SPDX-License-Identifier: 0BSD */
/* Fails: full.signal */
#define _GNU_SOURCE
#include "full.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int
reserve(const char *name, size_t length)
{
    int error, fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1)
        return -1;
    error = posix_fallocate(fd, 0, (off_t)length);
    if (error == EINTR)
        error = posix_fallocate(fd, 0, (off_t)length);
    if (error == 0)
        return fd;
    shm_unlink(name);
    close(fd);
    errno = error;
    return -1;
}
