/* SPDX-License-Identifier: 0BSD */
/* Fails: create-map.clean */
#include "create_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

void *
create_map(const char *name, size_t length)
{
    int error, fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    void *addr = MAP_FAILED;

    if (fd == -1)
        return NULL;
    if (ftruncate(fd, (off_t)length) == 0)
        addr = mmap(NULL, length, PROT_READ | PROT_WRITE,
                    MAP_SHARED, fd, 0);
    error = errno;
    close(fd);
    if (addr == MAP_FAILED)
        shm_unlink(name);
    errno = error;
    return addr;
}
