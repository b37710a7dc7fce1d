/* SPDX-License-Identifier: 0BSD */
/* Fails: excl-race.clean */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int
give_length(const char *name, int fd, size_t length)
{
    int error;

    if (ftruncate(fd, (off_t)length) == 0)
        return fd;
    error = errno;
    shm_unlink(name);
    errno = error;
    return -1;
}

int
create_or_open(const char *name, size_t length, int *creator)
{
    for (;;) {
        int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

        if (fd != -1) {
            fd = give_length(name, fd, length);
            if (fd != -1)
                *creator = 1;
            return fd;
        }
        if (errno != EEXIST)
            return -1;

        /* It may be gone by now. */
        fd = shm_open(name, O_RDWR, 0);
        if (fd != -1)
            *creator = 0;
        if (fd != -1 || errno != ENOENT)
            return fd;
    }
}
