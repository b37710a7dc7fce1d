/* SPDX-License-Identifier: 0BSD */
/* Fails: excl-race.one */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Asks whether it is there, and then believes that for ever. */
int
create_or_open(const char *name, size_t length, int *creator)
{
    char path[300];
    int fd;

    snprintf(path, sizeof(path), "/dev/shm%s", name);
    *creator = access(path, F_OK) == -1;
    fd = open(path, O_RDWR | (*creator == 1 ? O_CREAT : 0), 0600);
    if (fd == -1)
        return -1;
    if (*creator == 1 && ftruncate(fd, (off_t)length) == -1) {
        unlink(path);
        close(fd);
        return -1;
    }
    return fd;
}
