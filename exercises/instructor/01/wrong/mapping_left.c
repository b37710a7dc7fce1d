/* SPDX-License-Identifier: 0BSD */
/* Fails: create-map.clean */
#include "create_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void *
create_map(const char *name, size_t length)
{
    mode_t old = umask(0);
    int e, fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR,
                         S_IRUSR | S_IWUSR);
    e = errno;
    umask(old);
    errno = e;
    if (fd == -1)
        return NULL;
    void *p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED,
                   fd, 0);
    if (p == MAP_FAILED) {
        e = errno;
        (void)close(fd);
        shm_unlink(name);
        errno = e;
        return NULL;
    }
    if (ftruncate(fd, (off_t)length) != 0) {
        e = errno;
        close(fd);
        shm_unlink(name);
        errno = e;
        return NULL;
    }
    close(fd);
    return p;
}
