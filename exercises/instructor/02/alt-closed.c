/* SPDX-License-Identifier: 0BSD */
/* Nobody may do anything until all is ready; fchmod(2) comes last.
   The ACL is set by way of /proc. */
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
    int error, fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0);

    if (fd == -1)
        return -1;
    if (ftruncate(fd, (off_t)length) == -1 ||
        fchmod(fd, mode) == -1) {
        error = errno;
        close(fd);
        shm_unlink(name);
        errno = error;
        return -1;
    }
    return fd;
}

int
let_in(int fd, uid_t user)
{
    acl_entry_t entry;
    acl_permset_t perms;
    char path[64];
    acl_t acl;
    int error = 0;

    if (fcntl(fd, F_GETFD) == -1)
        return -1;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    acl = acl_get_file(path, ACL_TYPE_ACCESS);
    if (acl == NULL)
        return -1;
    if (acl_create_entry(&acl, &entry) == -1 ||
        acl_set_tag_type(entry, ACL_USER) == -1 ||
        acl_set_qualifier(entry, &user) == -1 ||
        acl_get_permset(entry, &perms) == -1 ||
        acl_add_perm(perms, ACL_READ | ACL_WRITE) == -1 ||
        acl_calc_mask(&acl) == -1 ||
        acl_set_file(path, ACL_TYPE_ACCESS, acl) == -1)
        error = errno;
    acl_free(acl);
    errno = error;
    return error == 0 ? 0 : -1;
}
