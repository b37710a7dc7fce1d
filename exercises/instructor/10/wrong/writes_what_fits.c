/* SPDX-License-Identifier: 0BSD */
/* Fails: full.refuses */
#define _GNU_SOURCE
#include "full.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int
reserve(const char *name, size_t length)
{
    int error, fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1)
        return -1;
    error = 0;
    for (size_t i = 0; i < length; i++)
        if (pwrite(fd, "", 1, (off_t)i) == -1)
            break;
    if (error == 0)
        return fd;
    shm_unlink(name);
    close(fd);
    errno = error;
    return -1;
}
