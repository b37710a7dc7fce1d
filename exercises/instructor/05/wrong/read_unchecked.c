/* SPDX-License-Identifier: 0BSD */
/* Fails: ro-attach.clean */
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
    void *addr = MAP_FAILED;
    int error, fd = shm_open(name, O_RDONLY, 0);
    struct ro_header header;
    struct stat sb;

    if (fd == -1)
        return NULL;
    if (read(fd, &header, sizeof(header)) < (ssize_t)sizeof(header))
        errno = EINVAL;
    else if (fstat(fd, &sb) == 0) {
        addr = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_SHARED,
                    fd, 0);
    }
    error = errno;
    close(fd);
    errno = error;
    if (addr == MAP_FAILED)
        return NULL;
    *length = (size_t)sb.st_size;
    return addr;
}
