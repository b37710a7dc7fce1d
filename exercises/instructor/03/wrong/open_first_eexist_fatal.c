/* SPDX-License-Identifier: 0BSD */
/* Fails: excl-race.eexist */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int
create_or_open(const char *name, size_t length, int *creator)
{
    int fd = shm_open(name, O_RDWR, 0);

    *creator = 0;
    if (fd != -1 || errno != ENOENT)
        return fd;
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        return -1;
    if (ftruncate(fd, (off_t)length) == -1) {
        shm_unlink(name);
        close(fd);
        return -1;
    }
    *creator = 1;
    return fd;
}
