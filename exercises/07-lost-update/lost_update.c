/* SPDX-License-Identifier: 0BSD */
#include "lost_update.h"

#include <errno.h>

int
counter_init(struct counter *counter)
{
    /* TODO: which semaphore works between processes? */
    (void)counter;
    return 0;
}

int
counter_add(struct counter *counter, long n)
{
    /* TODO: value_set(value_get() + n), but with nobody in between.
     */
    (void)counter;
    (void)n;
    return 0;
}
