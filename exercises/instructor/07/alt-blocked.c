/* SPDX-License-Identifier: 0BSD */
/* Lets no signal in while it is at it. */
#define _GNU_SOURCE
#include "lost_update.h"

#include <errno.h>
#include <signal.h>

int
counter_init(struct counter *counter)
{
    return sem_init(&counter->lock, 1, 1);
}

int
counter_add(struct counter *counter, long n)
{
    sigset_t all, old;
    int result, error;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    result = sem_wait(&counter->lock);
    if (result == 0) {
        value_set(value_get() + n);
        result = sem_post(&counter->lock);
    }
    error = errno;
    sigprocmask(SIG_SETMASK, &old, NULL);
    errno = error;
    return result;
}
