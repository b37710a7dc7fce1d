/* SPDX-License-Identifier: 0BSD */
/* Fails: full.clean */
#define _GNU_SOURCE
#include "full.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int
reserve(const char *name, size_t length)
{
    int error, fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    char saved[16] = "";

    if (fd == -1)
        return -1;
    strncpy(saved, name, 15);
    do
        error = posix_fallocate(fd, 0, (off_t)length);
    while (error == EINTR);
    if (error == 0)
        return fd;
    shm_unlink(saved);
    close(fd);
    errno = error;
    return -1;
}
