/* SPDX-License-Identifier: 0BSD */
/* Most find an object: so this looks for one first. */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
create_or_open(const char *name, size_t length, int *creator)
{
    char path[300];
    int error, fd;

    snprintf(path, sizeof(path), "/dev/shm/%s",
             name + (name[0] == '/'));
    do {
        *creator = 0;
        fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (fd == -1 && errno == ENOENT) {
            *creator = 1;
            fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                      0600);
        }
    } while (fd == -1 &&
             errno == (*creator == 1 ? EEXIST : ENOENT));
    if (fd == -1 || *creator == 0)
        return fd;
    error = posix_fallocate(fd, 0, (off_t)length);
    if (error == 0)
        return fd;
    unlink(path);
    close(fd);
    errno = error;
    return -1;
}
