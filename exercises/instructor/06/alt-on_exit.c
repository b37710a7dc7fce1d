/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE
#include "unlink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The name belongs to the process that has this number. */
static pid_t owner;
static char owned[NAME_MAX + 1];

static void
give_up_name(int status, void *data)
{
    (void)status;
    (void)data;
    if (owner == getpid())
        shm_unlink(owned);
}

static void *
map(const char *name, int flags)
{
    void *p = MAP_FAILED;
    int error, fd = shm_open(name, O_RDWR | flags, 0600);

    if (fd == -1)
        return NULL;
    if (flags == 0 || ftruncate(fd, sizeof(struct box)) == 0)
        p = mmap(NULL, sizeof(struct box), PROT_READ | PROT_WRITE,
                 MAP_SHARED, fd, 0);
    error = errno;
    close(fd);
    if (p == MAP_FAILED && flags != 0)
        shm_unlink(name);
    errno = error;
    return p == MAP_FAILED ? NULL : p;
}

struct box *
host_open(const char *name)
{
    struct box *box = map(name, O_CREAT | O_EXCL);

    if (box == NULL)
        return NULL;
    sem_init(&box->guest, 1, 0);
    strncpy(owned, name, NAME_MAX);
    owner = getpid();
    on_exit(give_up_name, NULL);
    return box;
}

int
host_wait(struct box *box)
{
    while (sem_wait(&box->guest) == -1 && errno == EINTR)
        continue;
    owner = 0;
    return shm_unlink(owned);
}

struct box *
guest_open(const char *name)
{
    struct box *box = map(name, 0);

    if (box != NULL)
        sem_post(&box->guest);
    return box;
}
