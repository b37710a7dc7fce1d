/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE
#include "ro_attach.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const void *
attach_ro(const char *name, size_t *length)
{
    /* TODO: open, ask how long it is, map; and what must be closed
       on each way out? */
    (void)name;
    (void)length;
    errno = ENOSYS;
    return NULL;
}
