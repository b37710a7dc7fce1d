/* SPDX-License-Identifier: 0BSD */
#include "create_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

void *
create_map(const char *name, size_t length)
{
    /* TODO: shm_open, ftruncate, mmap; and what if one fails? */
    (void)name;
    (void)length;
    errno = ENOSYS;
    return NULL;
}
