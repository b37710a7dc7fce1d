/* SPDX-License-Identifier: 0BSD */
/*
 * seed.c - names, sizes and words that depend on one number
 *
 * Nobody can guess them in a program, and yet they are the same
 * again in a replay.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static uint64_t state;

void
seed_with(uint64_t seed)
{
    state = seed;
}

/* splitmix64, by Sebastiano Vigna, who put it into the public
   domain. */
uint32_t
seeded(uint32_t n)
{
    uint64_t z = state += 0x9e3779b97f4a7c15;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (uint32_t)((z ^ (z >> 31)) % n);
}

const char *
seeded_word(void)
{
    char word[9] = "";
    char *copy;
    size_t n = 5 + seeded(4);

    for (size_t i = 0; i < n; i++)
        word[i] = (char)('a' + seeded(26));
    copy = strdup(word);
    if (copy == NULL)
        err(EXIT_FAILURE, "strdup");
    return copy;
}

const char *
seeded_name(void)
{
    char *name;

    if (asprintf(&name, "/lab.%s", seeded_word()) == -1)
        err(EXIT_FAILURE, "asprintf");
    return name;
}

const char *
seeded_long_name(void)
{
    enum { LETTERS = 200 };
    char *name = malloc(1 + LETTERS + 1);

    if (name == NULL)
        err(EXIT_FAILURE, "malloc");
    name[0] = '/';
    for (int i = 1; i <= LETTERS; i++)
        name[i] = (char)('a' + seeded(26));
    name[1 + LETTERS] = '\0';
    return name;
}

const char *
text_of(long n)
{
    char *text;

    if (asprintf(&text, "%ld", n) == -1)
        err(EXIT_FAILURE, "asprintf");
    return text;
}
