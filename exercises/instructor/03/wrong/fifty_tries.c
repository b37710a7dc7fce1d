/* SPDX-License-Identifier: 0BSD */
/* Fails: excl-race.again */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int
create_or_open(const char *n, size_t l, int *c)
{
    for (int i = 0; i < 50; i++) {
        int fd = shm_open(n, O_RDWR | O_CREAT | O_EXCL, 0600);
        if (fd != -1) {
            if (ftruncate(fd, (off_t)l)) {
                int e = errno;
                close(fd);
                shm_unlink(n);
                errno = e;
                return -1;
            }
            *c = 1;
            return fd;
        }
        if (errno != EEXIST)
            return -1;
        fd = shm_open(n, O_RDWR, 0);
        if (fd != -1) {
            *c = 0;
            return fd;
        }
        if (errno != ENOENT)
            return -1;
    }
    return -1;
}
