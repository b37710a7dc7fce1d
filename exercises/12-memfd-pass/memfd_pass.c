/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE
#include "memfd_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int
make_sealed(const void *data, size_t n)
{
    /* TODO: memfd_create, fill it, seal it; and what if the seals
       are refused? */
    (void)data;
    (void)n;
    errno = ENOSYS;
    return -1;
}

int
send_fd(int sock, int fd)
{
    /* TODO: one byte, and the descriptor as control data */
    (void)sock;
    (void)fd;
    errno = ENOSYS;
    return -1;
}

int
receive_fd(int sock)
{
    /* TODO: and what if something else comes? */
    (void)sock;
    errno = ENOSYS;
    return -1;
}

const void *
map_sealed(int fd, size_t *n)
{
    /* TODO: trust nobody; then map it */
    (void)fd;
    (void)n;
    errno = ENOSYS;
    return NULL;
}
