/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE
#include "unlink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Of the object in /dev/shm, if the host has to remove it. */
static char path[PATH_MAX];

static void
forget(void)
{
    path[0] = '\0';
}

static __attribute__((destructor)) void
clean_up(void)
{
    if (path[0] != '\0')
        unlink(path);
}

struct box *
host_open(const char *name)
{
    struct box *box;
    char file[PATH_MAX];
    int error, fd;

    snprintf(file, sizeof(file), "/dev/shm%s", name);
    fd = open(file,
              O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
              0600);
    if (fd == -1)
        return NULL;
    error = posix_fallocate(fd, 0, sizeof(*box));
    box = mmap(NULL, sizeof(*box), PROT_READ | PROT_WRITE,
               MAP_SHARED, fd, 0);
    if (error == 0 && box == MAP_FAILED)
        error = errno;
    close(fd);
    if (error != 0) {
        unlink(file);
        errno = error;
        return NULL;
    }
    snprintf(path, sizeof(path), "%s", file);
    pthread_atfork(NULL, NULL, forget);
    return box;
}

/* The semaphore is not needed: its first bytes are a flag. */
int
host_wait(struct box *box)
{
    struct timespec pause = {.tv_nsec = 1000000};
    _Atomic int *flag = (_Atomic int *)&box->guest;
    int result;

    while (atomic_load(flag) == 0)
        nanosleep(&pause, NULL);
    result = unlink(path);
    forget();
    return result;
}

struct box *
guest_open(const char *name)
{
    struct box *box;
    int fd = shm_open(name, O_RDWR, 0);

    if (fd == -1)
        return NULL;
    box = mmap(NULL, sizeof(*box), PROT_READ | PROT_WRITE,
               MAP_SHARED, fd, 0);
    close(fd);
    if (box == MAP_FAILED)
        return NULL;
    atomic_store((_Atomic int *)&box->guest, 1);
    return box;
}
