/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int
create_or_open(const char *name, size_t length, int *creator)
{
    /* TODO: one call that creates, or says that somebody has; and
       what if that is gone when you open it? */
    (void)name;
    (void)length;
    (void)creator;
    errno = ENOSYS;
    return -1;
}
