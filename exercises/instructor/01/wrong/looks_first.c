/* SPDX-License-Identifier: 0BSD */
/* Fails: create-map.exists */
#include "create_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

void *
create_map(const char *name, size_t length)
{
    int fd = shm_open(name, O_RDONLY, 0);

    if (fd != -1) {
        close(fd);
        errno = EEXIST;
        return NULL;
    }
    fd = shm_open(name, O_CREAT | O_RDWR, 0600);
    if (fd == -1)
        return NULL;
    if (ftruncate(fd, length) == -1) {
        close(fd);
        shm_unlink(name);
        return NULL;
    }
    void *p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED,
                   fd, 0);
    close(fd);
    if (p == MAP_FAILED) {
        shm_unlink(name);
        return NULL;
    }
    return p;
}
