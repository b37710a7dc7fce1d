/* SPDX-License-Identifier: 0BSD */
/* Fails: offsets.read */
#define _GNU_SOURCE
#include "offsets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct node {
    struct node *next;
    char text[];
};

struct list {
    size_t size, used;
    void *address;
    struct node *first, *last;
};

static struct node *
node_at(struct list *list, size_t offset)
{
    return (struct node *)((char *)list + offset);
}

static struct list *
map(int fd, size_t size)
{
    struct list *list = mmap(NULL, size, PROT_READ | PROT_WRITE,
                             MAP_SHARED, fd, 0);

    close(fd);
    return list == MAP_FAILED ? NULL : list;
}

struct list *
list_create(const char *name, size_t size)
{
    struct list *list = NULL;
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1)
        return NULL;
    if (ftruncate(fd, (off_t)size) == -1)
        close(fd);
    else
        list = map(fd, size);
    if (list == NULL) {
        int error = errno;

        shm_unlink(name);
        errno = error;
        return NULL;
    }
    list->size = size;
    list->address = list;
    list->used = sizeof(*list);
    return list;
}

static struct list *
map_where_it_was(int fd, size_t size)
{
    struct list header = {0}, *list = NULL;

    if (pread(fd, &header, sizeof(header), 0) == sizeof(header))
        list = mmap(header.address, size, PROT_READ | PROT_WRITE,
                    MAP_SHARED, fd, 0);
    close(fd);
    return list == MAP_FAILED ? NULL : list;
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
    return map_where_it_was(fd, (size_t)sb.st_size);
}

int
list_push(struct list *list, const char *text)
{
    size_t n = sizeof(struct node) + strlen(text) + 1;
    size_t new = list->used;

    n = (n + alignof(struct node) - 1) / alignof(struct node) *
        alignof(struct node);
    if (n > list->size - list->used) {
        errno = ENOSPC;
        return -1;
    }
    node_at(list, new)->next = NULL;
    strcpy(node_at(list, new)->text, text);
    if (list->last == NULL)
        list->first = node_at(list, new);
    else
        list->last->next = node_at(list, new);
    list->last = node_at(list, new);
    list->used += n;
    return 0;
}

const char *
list_nth(const struct list *list, size_t n)
{
    const struct node *node = list->first;

    while (n > 0 && node != NULL) {
        node = node->next;
        n--;
    }
    return node == NULL ? NULL : node->text;
}
