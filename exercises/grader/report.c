/* SPDX-License-Identifier: 0BSD */
/*
 * report.c - see report.h
 */
#define _GNU_SOURCE
#include "report.h"

#include <stdio.h>
#include <string.h>

/* What people's screens have, and where the text begins there. */
enum { COLUMNS = 80, LEFT = 12 };

void
report_line(const char *verdict, const struct check *check,
            const char *said)
{
    printf("%s\t%s\t%.*s\n", verdict, check->id,
           (int)strcspn(said, "\n"), said);
}

void
report_field(const char *label, const char *text)
{
    int column = LEFT;

    if (*text == '\0')
        return;
    printf("  %-8s ", label);
    while (*text != '\0') {
        int n = (int)strcspn(text, " ");

        if (column > LEFT && column + 1 + n > COLUMNS) {
            printf("\n           ");
            column = LEFT;
        }
        column += printf(" %.*s", n, text);
        text += n;
        text += strspn(text, " ");
    }
    putchar('\n');
}

/* The next line of what a check has said, or if there is no more,
   that. */
static const char *
next_line(char **said, const char *otherwise)
{
    return *said == NULL ? otherwise : strsep(said, "\n");
}

void
report_failure(const struct check *check, const char *passed,
               char *said)
{
    report_field("passed", passed);
    report_field("check", check->id);
    report_field("seen", next_line(&said, ""));
    report_field("expected", next_line(&said, ""));
    report_field("why", next_line(&said, check->why));
    report_field("read", next_line(&said, check->read));
}
