/* SPDX-License-Identifier: 0BSD */
/*
 * report.h - what is printed of a check
 *
 * What a check has said are lines: what was seen, what was
 * expected, why that matters, and where to read about it. The last
 * two may be missing: then those of the check itself hold.
 */
#ifndef REPORT_H
#define REPORT_H

#include "check.h"

/* For programs: verdict, id, and the first of those lines. */
void report_line(const char *verdict, const struct check *check,
                 const char *said);

/* A line for people, and more if it is longer than their screen;
   none if there is nothing to say. */
void report_field(const char *label, const char *text);

/* All of it, for people. Cuts said into lines; passed has the
   checks that went before. */
void report_failure(const struct check *check, const char *passed,
                    char *said);

#endif
