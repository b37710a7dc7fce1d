/* SPDX-License-Identifier: 0BSD */
/* The others wait until the object has its length, or is gone. */
#define _GNU_SOURCE
#include "excl_race.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int
create(const char *name, size_t length)
{
    int error, fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1 || ftruncate(fd, (off_t)length) == 0)
        return fd;
    error = errno;
    shm_unlink(name);
    close(fd);
    errno = error;
    return -1;
}

/* Nobody may ever give it one, so the patience has an end. */
static void
wait_for_length(int fd)
{
    const struct timespec ms = {0, 1000000};
    struct stat sb;

    for (int i = 0; i < 1000; i++) {
        if (fstat(fd, &sb) == -1 || sb.st_size > 0 ||
            sb.st_nlink == 0)
            return;
        nanosleep(&ms, NULL);
    }
}

int
create_or_open(const char *name, size_t length, int *creator)
{
    for (;;) {
        int fd = create(name, length);

        if (fd != -1) {
            *creator = 1;
            return fd;
        }
        if (errno != EEXIST)
            return -1;
        fd = shm_open(name, O_RDWR, 0);
        if (fd != -1) {
            wait_for_length(fd);
            *creator = 0;
            return fd;
        }
        if (errno != ENOENT)
            return -1;
        sched_yield();
    }
}
