/* SPDX-License-Identifier: 0BSD */
/* An object without a name gets its length first, and then the
   name: link(2) does not replace anything. So nobody sees it
   without. */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Returns 0 if it has got the name. */
static int
create(const char *path, int *fd, size_t length)
{
    char self[64];
    int error;

    *fd = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (*fd == -1)
        return -1;
    snprintf(self, sizeof(self), "/proc/self/fd/%d", *fd);
    if (ftruncate(*fd, (off_t)length) == 0 &&
        linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) ==
            0)
        return 0;
    error = errno;
    close(*fd);
    errno = error;
    return -1;
}

int
create_or_open(const char *name, size_t length, int *creator)
{
    char path[300];
    int fd;

    snprintf(path, sizeof(path), "/dev/shm/%s",
             name + (name[0] == '/'));
    for (;;) {
        fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd != -1) {
            *creator = 0;
            return fd;
        }
        if (errno != ENOENT)
            return -1;
        if (create(path, &fd, length) == 0) {
            *creator = 1;
            return fd;
        }
        if (errno != EEXIST)
            return -1;
    }
}
