/* SPDX-License-Identifier: 0BSD */
/* Fails: excl-race.removed */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int
create_or_open(const char *name, size_t length, int *creator)
{

    int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
    if (fd >= 0) {
        if (ftruncate(fd, (off_t)length) < 0) {
            int e = errno;
            shm_unlink(name);
            close(fd);
            errno = e;
            return -1;
        }
        *creator = 1;
        return fd;
    }
    if (errno != EEXIST)
        return -1;
    *creator = 0;
    return shm_open(name, O_RDWR | O_CREAT, 0600);
}
