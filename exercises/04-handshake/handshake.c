/* SPDX-License-Identifier: 0BSD */
#include "handshake.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const struct handshake *
handshake_attach(const char *name)
{
    /* TODO: three things may not have happened yet. Which? */
    (void)name;
    errno = ENOSYS;
    return NULL;
}
