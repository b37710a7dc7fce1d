/* SPDX-License-Identifier: 0BSD */
/* Fails: lost-update.exclusive */
#include "lost_update.h"

#include <errno.h>

#include <stdlib.h>

static struct counter *mine;

static void
bye(void)
{
    sem_post(&mine->lock);
}

int
counter_init(struct counter *c)
{
    return sem_init(&c->lock, 1, 1);
}

int
counter_add(struct counter *c, long n)
{
    if (!mine) {
        mine = c;
        atexit(bye);
    }
    while (sem_wait(&c->lock) == -1)
        if (errno != EINTR)
            return -1;
    value_set(value_get() + n);
    return sem_post(&c->lock);
}
