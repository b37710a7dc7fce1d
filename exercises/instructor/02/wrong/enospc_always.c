/* SPDX-License-Identifier: 0BSD */
/* Fails: mode-acl.clean */
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
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, mode);

    if (fd == -1)
        return -1;
    if (ftruncate(fd, (off_t)length) == 0 && fchmod(fd, mode) == 0)
        return fd;
    shm_unlink(name);
    close(fd);
    errno = ENOSPC;
    return -1;
}

/* One entry more: this user may read and write. */
static bool
add_user(acl_t *acl, uid_t user)
{
    acl_entry_t entry;
    acl_permset_t perms;

    return acl_create_entry(acl, &entry) == 0 &&
           acl_set_tag_type(entry, ACL_USER) == 0 &&
           acl_set_qualifier(entry, &user) == 0 &&
           acl_get_permset(entry, &perms) == 0 &&
           acl_clear_perms(perms) == 0 &&
           acl_add_perm(perms, ACL_READ) == 0 &&
           acl_add_perm(perms, ACL_WRITE) == 0;
}

int
let_in(int fd, uid_t user)
{
    acl_t acl = acl_get_fd(fd);
    int error, result = -1;

    if (acl == NULL)
        return -1;
    if (add_user(&acl, user) && acl_calc_mask(&acl) == 0)
        result = acl_set_fd(fd, acl);
    error = errno;
    acl_free(acl);
    errno = error;
    return result;
}
