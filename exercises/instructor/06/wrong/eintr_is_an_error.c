/* SPDX-License-Identifier: 0BSD */
/* Fails: unlink.signal */
#define _GNU_SOURCE
#include "unlink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

static char *nm;
static pid_t owner;

static void
rm(void)
{
    if (nm && owner == getpid())
        shm_unlink(nm);
}

static void fin(void) __attribute__((destructor));

static void
fin(void)
{
    rm();
}

struct box *
host_open(const char *name)
{
    struct box *b = MAP_FAILED;
    int e, fd;
    char *copy = strdup(name);

    if (!copy)
        return NULL;
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1) {
        e = errno;
        free(copy);
        errno = e;
        return NULL;
    }
    if (ftruncate(fd, sizeof *b) == 0)
        b = mmap(0, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED,
                 fd, 0);
    e = errno;
    close(fd);
    if (b == MAP_FAILED) {
        shm_unlink(name);
        free(copy);
        errno = e;
        return NULL;
    }
    if (sem_init(&b->guest, 1, 0)) {
        e = errno;
        munmap(b, sizeof *b);
        shm_unlink(name);
        free(copy);
        errno = e;
        return NULL;
    }
    nm = copy;
    owner = getpid();
    return b;
}

int
host_wait(struct box *box)
{
    if (sem_wait(&box->guest) == -1)
        return -1;
    if (shm_unlink(nm) == -1)
        return -1;
    free(nm);
    nm = NULL;
    return 0;
}

struct box *
guest_open(const char *name)
{
    int fd = shm_open(name, O_RDWR, 0), e;
    struct box *b;

    if (fd == -1)
        return NULL;
    b = mmap(0, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
             0);
    e = errno;
    close(fd);
    errno = e;
    if (b == MAP_FAILED)
        return NULL;
    if (sem_post(&b->guest) == -1) {
        e = errno;
        munmap(b, sizeof *b);
        errno = e;
        return NULL;
    }
    return b;
}
