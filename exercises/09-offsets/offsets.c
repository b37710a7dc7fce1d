/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE
#include "offsets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* TODO: struct list. What leads to the first text, and where is
   space? A pointer means something in one process only. */

struct list *
list_create(const char *name, size_t size)
{
    (void)name;
    (void)size;
    errno = ENOSYS;
    return NULL;
}

struct list *
list_attach(const char *name)
{
    (void)name;
    errno = ENOSYS;
    return NULL;
}

int
list_push(struct list *list, const char *text)
{
    (void)list;
    (void)text;
    errno = ENOSYS;
    return -1;
}

const char *
list_nth(const struct list *list, size_t n)
{
    (void)list;
    (void)n;
    return NULL;
}
