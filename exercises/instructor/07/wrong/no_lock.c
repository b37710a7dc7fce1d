/* SPDX-License-Identifier: 0BSD */
/* Fails: lost-update.exclusive */
#include "lost_update.h"

#include <errno.h>

int
counter_init(struct counter *counter)
{
    return sem_init(&counter->lock, 1, 1);
}

int
counter_add(struct counter *counter, long n)
{
    (void)counter;
    value_set(value_get() + n);
    return 0;
}
