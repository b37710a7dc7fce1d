/* SPDX-License-Identifier: 0BSD */
/* Fails: excl-race.creates */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int
create_or_open(const char *name, size_t length, int *creator)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    *creator = fd != -1;
    if (fd == -1 || ftruncate(fd, (off_t)length) == 0)
        exit(EXIT_SUCCESS);
    return fd;
}
