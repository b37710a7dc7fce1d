/* SPDX-License-Identifier: 0BSD */
/* Fails: mode-acl.friend */
#define _GNU_SOURCE
#include "mode_acl.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/acl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int
create_mode(const char *name, size_t length, mode_t mode)
{
    int error, fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, mode);

    if (fd == -1)
        return -1;
    if (ftruncate(fd, (off_t)length) == 0 && fchmod(fd, mode) == 0)
        return fd;
    error = errno;
    shm_unlink(name);
    close(fd);
    errno = error;
    return -1;
}

/* The owner of an object of mode 0440 may not write it. */
int
let_in(int fd, uid_t user)
{
    return fchown(fd, user, (gid_t)-1);
}
