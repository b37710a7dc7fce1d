/* SPDX-License-Identifier: 0BSD */
/* The ACL of the name that the descriptor has in /proc. */
#define _GNU_SOURCE
#include "mode_acl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/acl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdio.h>
#include <string.h>

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

int
let_in(int fd, uid_t user)
{
    char path[64];

    acl_t acl;
    acl_entry_t en;
    acl_permset_t p;
    int r = -1, e;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    acl = acl_get_file(path, ACL_TYPE_ACCESS);
    if (acl == NULL)
        return -1;
    if (acl_create_entry(&acl, &en) == 0 &&
        acl_set_tag_type(en, ACL_USER) == 0 &&
        acl_set_qualifier(en, &user) == 0 &&
        acl_get_permset(en, &p) == 0 && acl_clear_perms(p) == 0 &&
        acl_add_perm(p, ACL_READ | ACL_WRITE) == 0 &&
        acl_calc_mask(&acl) == 0)
        r = acl_set_file(path, ACL_TYPE_ACCESS, acl);
    e = errno;
    acl_free(acl);
    errno = e;
    return r;
}
