/* SPDX-License-Identifier: 0BSD */
/* Sleeps by waiting for what nobody posts. */
#include "handshake.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void
nap(void)
{
    sem_t s;
    struct timespec t;

    sem_init(&s, 0, 0);
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_nsec += 20000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_nsec -= 1000000000;
        t.tv_sec++;
    }
    while (sem_timedwait(&s, &t) == -1 && errno == EINTR)
        continue;
    sem_destroy(&s);
}

const struct handshake *
handshake_attach(const char *name)
{
    struct handshake *h;
    struct stat sb;
    int fd;

    while ((fd = shm_open(name, O_RDONLY, 0)) == -1) {
        if (errno != ENOENT)
            return NULL;
        nap();
    }
    for (;;) {
        if (fstat(fd, &sb) == -1) {
            close(fd);
            return NULL;
        }
        if ((size_t)sb.st_size >= sizeof(*h))
            break;
        nap();
    }
    h = mmap(NULL, sizeof(*h), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (h == MAP_FAILED)
        return NULL;
    while (atomic_load_explicit(&h->ready, memory_order_acquire) !=
           HANDSHAKE_READY)
        nap();
    return h;
}
