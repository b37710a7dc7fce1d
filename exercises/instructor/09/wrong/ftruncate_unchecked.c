/* SPDX-License-Identifier: 0BSD */
/* Fails: offsets.fails */
#define _GNU_SOURCE
#include "offsets.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct node {
    size_t next;
    char text[];
};

struct list {
    size_t head, tail;
    size_t used, size;
};

struct list *
list_create(const char *name, size_t size)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    struct list *l;

    if (fd == -1)
        return NULL;
    ftruncate(fd, size);
    l = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (l == MAP_FAILED)
        return NULL;
    l->head = l->tail = 0;
    l->used = sizeof(*l);
    l->size = size;
    return l;
}

struct list *
list_attach(const char *name)
{
    int fd = shm_open(name, O_RDWR, 0600);
    struct list *l;

    if (fd == -1)
        return NULL;
    struct stat sb;
    fstat(fd, &sb);
    l = mmap(NULL, sb.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
             fd, 0);
    if (l == MAP_FAILED)
        return NULL;
    return l;
}

int
list_push(struct list *l, const char *text)
{
    size_t need = sizeof(struct node) + strlen(text) + 1;
    struct node *n;

    if (l->used + need > l->size) {
        errno = ENOSPC;
        return -1;
    }
    n = (struct node *)((char *)l + l->used);
    n->next = 0;
    strcpy(n->text, text);
    if (l->tail)
        ((struct node *)((char *)l + l->tail))->next = l->used;
    else
        l->head = l->used;
    l->tail = l->used;
    l->used += need;
    return 0;
}

const char *
list_nth(const struct list *l, size_t n)
{
    size_t o = l->head;

    while (o && n--)
        o = ((struct node *)((char *)l + o))->next;
    return o ? ((struct node *)((char *)l + o))->text : NULL;
}
