/* SPDX-License-Identifier: 0BSD */
/* Fails: unlink.guest */
#define _GNU_SOURCE
#include "unlink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the host still has to remove, and who that is. */
static char *to_remove;
static pid_t host;

static int
remove_name(void)
{
    char *name = to_remove;

    if (name == NULL || getpid() != host)
        return 0;
    to_remove = NULL;
    return shm_unlink(name);
}

static void
at_exit(void)
{
    remove_name();
}

static struct box *
map(int fd)
{
    struct box *box = mmap(NULL, sizeof(*box),
                           PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                           0);

    close(fd);
    return box == MAP_FAILED ? NULL : box;
}

struct box *
host_open(const char *name)
{
    struct box *box = NULL;
    int error, fd;

    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        return NULL;
    host = getpid();
    to_remove = strdup(name);
    if (to_remove == NULL) {
        shm_unlink(name);
        close(fd);
        errno = ENOMEM;
        return NULL;
    }
    if (ftruncate(fd, sizeof(*box)) == -1)
        close(fd);
    else
        box = map(fd);
    if (box != NULL && sem_init(&box->guest, 1, 0) == 0 &&
        atexit(at_exit) == 0)
        return box;
    error = errno;
    remove_name();
    errno = error;
    return NULL;
}

int
host_wait(struct box *box)
{
    while (sem_wait(&box->guest) == -1)
        if (errno != EINTR)
            return -1;
    return remove_name();
}

struct box *
guest_open(const char *name)
{
    struct box *box;
    int fd = shm_open(name, O_RDWR, 0);

    if (fd == -1)
        return NULL;
    box = map(fd);
    if (box != NULL && sem_post(&box->guest) == -1)
        return NULL;
    host = getpid();
    to_remove = strdup(name);
    atexit(at_exit);
    return box;
}
