/* SPDX-License-Identifier: 0BSD */
/* Fails: handshake.patient */
#include "handshake.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void
pause_for_a_moment(void)
{
    const struct timespec ms = {.tv_nsec = 1000000};

    nanosleep(&ms, NULL);
}

const struct handshake *
handshake_attach(const char *name)
{
    struct handshake *shared;
    struct stat sb;
    int fd;

    while ((fd = shm_open(name, O_RDONLY, 0)) == -1) {
        if (errno != ENOENT)
            return NULL;
        pause_for_a_moment();
    }
    do {
        if (fstat(fd, &sb) == -1) {
            close(fd);
            return NULL;
        }
        if ((size_t)sb.st_size >= sizeof(*shared))
            break;
        errno = EAGAIN;
        close(fd);
        return NULL;
    } while (1);
    shared = mmap(NULL, sizeof(*shared), PROT_READ, MAP_SHARED, fd,
                  0);
    close(fd);
    if (shared == MAP_FAILED)
        return NULL;
    while (atomic_load_explicit(&shared->ready,
                                memory_order_acquire) !=
           HANDSHAKE_READY)
        pause_for_a_moment();
    return shared;
}
