/* SPDX-License-Identifier: 0BSD */
/* Fails: unlink.signal */
#define _GNU_SOURCE
#include "unlink.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char saved[300];
static pid_t host;
static int mine;

static void
cleanup(void)
{
    if (getpid() == host && mine)
        shm_unlink(saved);
}

struct box *
host_open(const char *name)
{
    int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);

    if (fd == -1)
        return NULL;
    if (ftruncate(fd, sizeof(struct box)) == -1) {
        close(fd);
        shm_unlink(name);
        return NULL;
    }
    struct box *b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE,
                         MAP_SHARED, fd, 0);
    close(fd);
    if (b == MAP_FAILED) {
        shm_unlink(name);
        return NULL;
    }
    sem_init(&b->guest, 1, 0);
    strcpy(saved, name);
    host = getpid();
    mine = 1;
    atexit(cleanup);
    return b;
}

int
host_wait(struct box *box)
{
    sem_wait(&box->guest);
    shm_unlink(saved);
    mine = 0;
    return 0;
}

struct box *
guest_open(const char *name)
{
    int fd = shm_open(name, O_RDWR, 0);

    if (fd == -1)
        return NULL;
    struct box *b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE,
                         MAP_SHARED, fd, 0);
    close(fd);
    if (b == MAP_FAILED)
        return NULL;
    sem_post(&b->guest);
    return b;
}
