/* SPDX-License-Identifier: 0BSD */
/* Fails: ro-attach.descriptor */
#define _GNU_SOURCE
#include "ro_attach.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Looks at the header first, and forgets about that mapping. */
const void *
attach_ro(const char *name, size_t *length)
{
    int fd = shm_open(name, O_RDONLY, 0);
    const struct ro_header *header;
    void *addr;
    struct stat sb;

    if (fd == -1 || fstat(fd, &sb) == -1)
        return NULL;
    header = mmap(NULL, sizeof(*header), PROT_READ, MAP_SHARED, fd,
                  0);
    if (header == MAP_FAILED ||
        (size_t)sb.st_size < sizeof(*header)) {
        errno = EINVAL;
        return NULL;
    }
    addr = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_SHARED, fd,
                0);
    close(fd);
    if (addr == MAP_FAILED)
        return NULL;
    *length = (size_t)sb.st_size;
    return addr;
}
