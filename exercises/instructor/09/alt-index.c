/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE
#include "offsets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Texts grow from the end, and what says where they begin from the
   beginning. */
struct list {
    uint32_t size, n, lowest;
    uint32_t start[];
};

struct list *
list_create(const char *name, size_t size)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    struct list *list;

    if (fd == -1)
        return NULL;
    if (ftruncate(fd, (off_t)size) == -1 ||
        (list = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
                     fd, 0)) == MAP_FAILED) {
        close(fd);
        shm_unlink(name);
        return NULL;
    }
    list->size = list->lowest = (uint32_t)size;
    return list;
}

struct list *
list_attach(const char *name)
{
    int fd = shm_open(name, O_RDWR, 0);
    struct list *list;

    if (fd == -1)
        return NULL;
    list = mmap(NULL, (size_t)lseek(fd, 0, SEEK_END),
                PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return list == MAP_FAILED ? NULL : list;
}

int
list_push(struct list *list, const char *text)
{
    size_t n = strlen(text) + 1;
    size_t used = sizeof(*list) + (list->n + 1) * sizeof(uint32_t);

    if (used + n > list->lowest) {
        errno = ENOSPC;
        return -1;
    }
    list->lowest -= (uint32_t)n;
    memcpy((char *)list + list->lowest, text, n);
    list->start[list->n++] = list->lowest;
    return 0;
}

const char *
list_nth(const struct list *list, size_t n)
{
    return n < list->n ? (const char *)list + list->start[n] : NULL;
}
