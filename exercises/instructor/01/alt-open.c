/* SPDX-License-Identifier: 0BSD */
/* The filesystem's calls, and memory that is reserved. */
#define _GNU_SOURCE
#include "create_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void *
create_map(const char *name, size_t length)
{
    char path[300];
    void *addr;
    int fd;

    snprintf(path, sizeof(path), "/dev/shm/%s",
             name[0] == '/' ? name + 1 : name);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd == -1)
        return NULL;
    errno = posix_fallocate(fd, 0, (off_t)length);
    if (errno != 0)
        goto fail;
    addr = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED,
                fd, 0);
    if (addr == MAP_FAILED)
        goto fail;
    close(fd);
    return addr;
fail:;
    int error = errno;
    unlink(path);
    close(fd);
    errno = error;
    return NULL;
}
