/* SPDX-License-Identifier: 0BSD */
/* Fails: lost-update.signal */
#include "lost_update.h"

int
counter_init(struct counter *c)
{
    return sem_init(&c->lock, 1, 1);
}

int
counter_add(struct counter *c, long n)
{
    for (int i = 0; i < 5; i++)
        if (sem_wait(&c->lock) == 0) {
            value_set(value_get() + n);
            return sem_post(&c->lock);
        }
    return -1;
}
