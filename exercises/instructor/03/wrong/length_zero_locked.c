/* SPDX-License-Identifier: 0BSD */
/* Fails: excl-race.empty */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int
create_or_open(const char *name, size_t length, int *creator)
{
    int fd = shm_open(name, O_RDWR | O_CREAT, 0600);
    struct stat sb;

    if (fd == -1 || flock(fd, LOCK_EX) == -1 ||
        fstat(fd, &sb) == -1)
        return -1;
    *creator = sb.st_size == 0;
    if (*creator == 1 && ftruncate(fd, (off_t)length) == -1) {
        shm_unlink(name);
        close(fd);
        return -1;
    }
    flock(fd, LOCK_UN);
    return fd;
}
