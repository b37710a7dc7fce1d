/* SPDX-License-Identifier: 0BSD */
/* No umask for a moment; and another owner instead of an ACL. */
#define _GNU_SOURCE
#include "mode_acl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int
create_mode(const char *name, size_t length, mode_t mode)
{
    char path[300];
    int error, fd;
    mode_t mask;

    snprintf(path, sizeof(path), "/dev/shm/%s",
             name + (name[0] == '/'));

    /* Other threads of the process have none either, meanwhile. */
    mask = umask(0);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    umask(mask);
    if (fd == -1)
        return -1;
    error = posix_fallocate(fd, 0, (off_t)length);
    if (error == 0)
        return fd;
    unlink(path);
    close(fd);
    errno = error;
    return -1;
}

int
let_in(int fd, uid_t user)
{
    struct stat sb;

    if (fstat(fd, &sb) == -1)
        return -1;
    if ((sb.st_mode & 0600) != 0600 &&
        fchmod(fd, (sb.st_mode & 0777) | 0600) == -1)
        return -1;
    return fchown(fd, user, (gid_t)-1);
}
