/* SPDX-License-Identifier: 0BSD */
/* All is done before it has a name; and an ACL from text. */
#define _GNU_SOURCE
#include "mode_acl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

int
create_mode(const char *name, size_t length, mode_t mode)
{
    char path[300], self[64];
    int error, fd;

    snprintf(path, sizeof(path), "/dev/shm/%s",
             name + (name[0] == '/'));
    fd = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
    if (ftruncate(fd, (off_t)length) == 0 &&
        fchmod(fd, mode) == 0 &&
        linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) ==
            0)
        return fd;
    error = errno;
    close(fd);
    errno = error;
    return -1;
}

int
let_in(int fd, uid_t user)
{
    acl_t acl = acl_get_fd(fd);
    char *had, *text = NULL;
    int error, result = -1;

    if (acl == NULL)
        return -1;
    had = acl_to_text(acl, NULL);
    acl_free(acl);
    if (had == NULL)
        return -1;
    if (asprintf(&text, "%suser:%u:rw,mask::rw", had, user) == -1)
        text = NULL;
    acl_free(had);
    if (text == NULL)
        return -1;
    acl = acl_from_text(text);
    free(text);
    if (acl == NULL)
        return -1;
    result = acl_set_fd(fd, acl);
    error = errno;
    acl_free(acl);
    errno = error;
    return result;
}
