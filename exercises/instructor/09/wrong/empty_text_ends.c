/* SPDX-License-Identifier: 0BSD */
/* Fails: offsets.list */
#define _GNU_SOURCE
#include "offsets.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct list {
    size_t size;
    char text[];
};

static struct list *
map(int fd, size_t size)
{
    struct list *l = mmap(NULL, size, PROT_READ | PROT_WRITE,
                          MAP_SHARED, fd, 0);
    close(fd);
    return l == MAP_FAILED ? NULL : l;
}

struct list *
list_create(const char *name, size_t size)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    struct list *l;

    if (fd == -1)
        return NULL;
    if (ftruncate(fd, (off_t)size) == -1) {
        close(fd);
        shm_unlink(name);
        return NULL;
    }
    l = map(fd, size);
    if (l != NULL)
        l->size = size;
    return l;
}

struct list *
list_attach(const char *name)
{
    struct stat sb;
    int fd = shm_open(name, O_RDWR, 0);

    if (fd == -1)
        return NULL;
    if (fstat(fd, &sb) == -1) {
        close(fd);
        return NULL;
    }
    return map(fd, (size_t)sb.st_size);
}

int
list_push(struct list *l, const char *text)
{
    char *p = l->text, *end = (char *)l + l->size;
    size_t n = strlen(text) + 1;

    while (*p != '\0')
        p += strlen(p) + 1;
    if (n + 1 > (size_t)(end - p)) {
        errno = ENOSPC;
        return -1;
    }
    memcpy(p, text, n);
    p[n] = '\0';
    return 0;
}

const char *
list_nth(const struct list *l, size_t n)
{
    const char *p = l->text;

    while (n-- > 0 && *p != '\0')
        p += strlen(p) + 1;
    return *p == '\0' ? NULL : p;
}
