/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE
#include "full.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

/* Zeros take memory, too. */
static bool
write_zeros(int fd, size_t n)
{
    static const char zeros[10000];

    while (n > 0) {
        ssize_t written = write(
            fd, zeros, n < sizeof(zeros) ? n : sizeof(zeros));

        if (written == -1 && errno != EINTR)
            return false;
        if (written > 0)
            n -= (size_t)written;
    }
    return true;
}

int
reserve(const char *name, size_t length)
{
    int error, fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1 || write_zeros(fd, length))
        return fd;
    error = errno;
    close(fd);
    shm_unlink(name);
    errno = error;
    return -1;
}
