/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around the list: see README.md
 *
 * Usage: offsets COMMAND...
 *
 *     create NAME SIZE     a new list
 *     attach NAME          one that is there
 *     other                back to the list before that
 *     push TEXT            puts a text at the end
 *     nth N                text N, from 0
 *     show                 where the list is, and all of it
 *     fill LENGTH          puts texts at the end until it is full
 *     reserve START END    uses these addresses for something else
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gate.h"
#include "offsets.h"

static struct list *list, *other;

static void
use(struct list *it, const char *name)
{
    gate_pointer(GATE_RETURNED, it);
    if (it == NULL)
        err(EXIT_FAILURE, "%s", name);
    other = list;
    list = it;
}

static void
push(const char *text)
{
    int result = list_push(list, text);

    gate(GATE_RETURNED, result);
    if (result == -1)
        err(EXIT_FAILURE, "list_push");
}

static void
nth(size_t n)
{
    const char *text = list_nth(list, n);

    gate_pointer(GATE_RETURNED, text);
    if (text != NULL)
        puts(text);
}

static void
show(void)
{
    const char *text;

    printf("at %p:", (void *)list);
    for (size_t n = 0; (text = list_nth(list, n)) != NULL; n++)
        printf(" %s", text);
    putchar('\n');
}

/* Text n begins with its number, and is filled with letters. */
static void
fill(size_t length)
{
    char *text = malloc(length + 20);
    long n;

    if (text == NULL)
        err(EXIT_FAILURE, "malloc");
    for (n = 0;; n++) {
        memset(text, 'x', length);
        text[snprintf(text, 20, "%ld", n)] = '.';
        text[length] = '\0';
        if (list_push(list, text) == -1)
            break;
    }
    gate(GATE_LEAVE, n);
    printf("%ld texts, and then: %s\n", n, strerror(errno));
    free(text);
}

/* Page by page, as far as they are free. */
static void
reserve(const char *start, const char *end)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uintptr_t stop = strtoull(end, NULL, 0);

    for (uintptr_t p = strtoull(start, NULL, 0); p < stop;
         p += page)
        (void)mmap((void *)p, page, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS |
                       MAP_FIXED_NOREPLACE,
                   -1, 0);
}

int
main(int argc, char *argv[])
{
    gate(GATE_BEGIN, 0);
    for (int i = 1; i < argc; i++) {
        const char *command = argv[i];
        int left = argc - i - 1;

        if (strcmp(command, "create") == 0 && left >= 2) {
            use(list_create(argv[i + 1],
                            strtoull(argv[i + 2], NULL, 0)),
                argv[i + 1]);
            i += 2;
        } else if (strcmp(command, "attach") == 0 && left >= 1) {
            use(list_attach(argv[i + 1]), argv[i + 1]);
            i++;
        } else if (strcmp(command, "reserve") == 0 && left >= 2) {
            reserve(argv[i + 1], argv[i + 2]);
            i += 2;
        } else if (list == NULL) {
            errx(2, "first create or attach a list: %s", command);
        } else if (strcmp(command, "other") == 0 && other != NULL) {
            struct list *it = list;

            list = other;
            other = it;
        } else if (strcmp(command, "push") == 0 && left >= 1) {
            push(argv[++i]);
        } else if (strcmp(command, "nth") == 0 && left >= 1) {
            nth(strtoull(argv[++i], NULL, 10));
        } else if (strcmp(command, "fill") == 0 && left >= 1) {
            fill(strtoull(argv[++i], NULL, 10));
        } else if (strcmp(command, "show") == 0) {
            show();
        } else {
            errx(2, "no such command, or it needs more: %s",
                 command);
        }
    }
    if (argc == 1)
        errx(2,
             "usage: offsets COMMAND..., see the opening comment");
    exit(EXIT_SUCCESS);
}
