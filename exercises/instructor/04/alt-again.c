/* SPDX-License-Identifier: 0BSD */
/* Tries the whole of it again until it has worked. */
#include "handshake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns NULL with errno EAGAIN if it is too early. */
static struct handshake *
try(const char *name)
{
    struct handshake *shared = NULL;
    struct stat sb;
    int fd = shm_open(name, O_RDWR, 0);

    if (fd == -1) {
        if (errno == ENOENT)
            errno = EAGAIN;
        return NULL;
    }
    if (fstat(fd, &sb) == 0 &&
        sb.st_size < (off_t)sizeof(*shared)) {
        close(fd);
        errno = EAGAIN;
        return NULL;
    }
    shared = mmap(NULL, (size_t)sb.st_size, PROT_READ | PROT_WRITE,
                  MAP_SHARED, fd, 0);
    close(fd);
    if (shared == MAP_FAILED)
        return NULL;
    if (atomic_load(&shared->ready) == HANDSHAKE_READY)
        return shared;
    munmap(shared, (size_t)sb.st_size);
    errno = EAGAIN;
    return NULL;
}

const struct handshake *
handshake_attach(const char *name)
{
    struct handshake *shared;

    while ((shared = try(name)) == NULL && errno == EAGAIN)
        poll(NULL, 0, 10);
    return shared;
}
