/* SPDX-License-Identifier: 0BSD */
/*
 * all.c - the checks of all exercises, by number
 */
#include "../check.h"

extern const struct check checks_01[] __attribute__((weak));
extern const struct check checks_02[] __attribute__((weak));
extern const struct check checks_03[] __attribute__((weak));
extern const struct check checks_04[] __attribute__((weak));
extern const struct check checks_05[] __attribute__((weak));
extern const struct check checks_06[] __attribute__((weak));
extern const struct check checks_07[] __attribute__((weak));
extern const struct check checks_08[] __attribute__((weak));
extern const struct check checks_09[] __attribute__((weak));
extern const struct check checks_10[] __attribute__((weak));
extern const struct check checks_11[] __attribute__((weak));
extern const struct check checks_12[] __attribute__((weak));
extern const struct check checks_13[] __attribute__((weak));
extern const struct check checks_14[] __attribute__((weak));

const struct check *const exercises[] = {
    NULL,      checks_01, checks_02, checks_03, checks_04,
    checks_05, checks_06, checks_07, checks_08, checks_09,
    checks_10, checks_11, checks_12, checks_13, checks_14,
};

const int n_exercises = sizeof(exercises) / sizeof(exercises[0]);
