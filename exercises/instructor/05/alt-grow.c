/* SPDX-License-Identifier: 0BSD */
/* Maps the header, and lets that mapping grow to the length that
   statx(2) tells. */
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
    const size_t first = sizeof(struct ro_header);
    int error = 0, fd = shm_open(name, O_RDONLY, 0);
    void *addr = MAP_FAILED, *header = MAP_FAILED;
    struct statx sx;

    if (fd == -1)
        return NULL;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_SIZE, &sx) == -1)
        error = errno;
    else if (sx.stx_size < first)
        error = EINVAL;
    if (error == 0) {
        header = mmap(NULL, first, PROT_READ, MAP_SHARED, fd, 0);
        if (header == MAP_FAILED)
            error = errno;
    }
    close(fd);
    if (error == 0) {
        addr = mremap(header, first, sx.stx_size, MREMAP_MAYMOVE);
        if (addr == MAP_FAILED) {
            error = errno;
            munmap(header, first);
        }
    }
    if (error != 0) {
        errno = error;
        return NULL;
    }
    *length = sx.stx_size;
    return addr;
}
