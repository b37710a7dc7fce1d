/* SPDX-License-Identifier: 0BSD */
/* Fails: mode-acl.others */
#define _GNU_SOURCE
#include "mode_acl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

/* Writes a whole ACL, and does not care what the group had. */
int
let_in(int fd, uid_t user)
{
    char text[100];
    acl_t acl;
    int result;

    snprintf(text, sizeof(text), "u::rw,g::rw,o::-,u:%u:rw,m::rw",
             user);
    acl = acl_from_text(text);
    if (acl == NULL)
        return -1;
    result = acl_set_fd(fd, acl);
    acl_free(acl);
    return result;
}
