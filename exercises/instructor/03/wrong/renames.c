/* SPDX-License-Identifier: 0BSD */
/* Fails: excl-race.keeps */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Makes it under another name, and then gives it this one. */
int
create_or_open(const char *name, size_t length, int *creator)
{
    char path[300], own[330];
    int fd;

    snprintf(path, sizeof(path), "/dev/shm%s", name);
    snprintf(own, sizeof(own), "%s.%ld", path, (long)getpid());
    fd = open(own, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        return -1;
    if (ftruncate(fd, (off_t)length) == -1 ||
        rename(own, path) == -1) {
        unlink(own);
        close(fd);
        return -1;
    }
    *creator = 1;
    return fd;
}
