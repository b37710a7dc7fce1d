/* SPDX-License-Identifier: 0BSD */
/*
 * check.h - what a check is, and how it ends
 *
 * Each exercise has a list of checks, in a file of checks/. Each of
 * them runs in a process of its own (see grade.c), in a new world,
 * and returns if all was right. Afterwards nothing may be left in
 * the world's /dev/shm.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct check {
    /* A word that names it, and what has been proven if it passes.
     */
    const char *id, *proves;
    /* What goes wrong for real if it fails, and where that stands.
     */
    const char *why, *read;
    void (*run)(void);
    /* Bytes of /dev/shm; 0 is 16 MiB. */
    size_t shm_size;
    /* Whether it takes a second user. */
    bool needs_friend;
};

/* Of each exercise, by its number; the last one has no id. */
extern const struct check *const exercises[];
extern const int n_exercises;

/* End the check: what was seen and what was expected; or that this
   machine cannot judge it, which is a skip. */
void fail(const char *expected, const char *seen, ...)
    __attribute__((noreturn, format(printf, 2, 3)));
void cannot(const char *why) __attribute__((noreturn));

/* Right before fail(), and only then: what goes wrong for real this
   time, and where that stands, if that is something else than what
   the check says. */
void because(const char *why, const char *read);

/* Exits with 125 if result is -1: the kernel has not let the grader
   do that. */
void must(int result, const char *what);

/* What the following depend on. */
void seed_with(uint64_t seed);

/* A number from 0 to n - 1 which depends on the seed alone. */
uint32_t seeded(uint32_t n);

/* A name for an object, such as "/lab.k3x". Another one each time;
   never freed. */
const char *seeded_name(void);

/* One of 200 letters; it fits NAME_MAX, and no buffer that somebody
   takes to be large enough. */
const char *seeded_long_name(void);

/* A word of some letters. */
const char *seeded_word(void);

/* A number as an argument of a program. */
const char *text_of(long n);

#endif
