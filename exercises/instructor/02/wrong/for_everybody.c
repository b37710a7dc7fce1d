/* SPDX-License-Identifier: 0BSD */
/* Fails: mode-acl.others */
#define _GNU_SOURCE
#include "mode_acl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
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

/* Whoever user is, he may now. */
int
let_in(int fd, uid_t user)
{
    (void)user;
    return fchmod(fd, 0666);
}
