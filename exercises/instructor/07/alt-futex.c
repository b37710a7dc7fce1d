/* SPDX-License-Identifier: 0BSD */
/* A lock of one's own over futex(2), where the semaphore would lie:
   0 is free, 1 is taken, 2 is taken and somebody may wait. */
#define _GNU_SOURCE
#include "lost_update.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic unsigned int *
word_of(struct counter *counter)
{
    return (_Atomic unsigned int *)(void *)&counter->lock;
}

int
counter_init(struct counter *counter)
{
    atomic_store(word_of(counter), 0);
    return 0;
}

int
counter_add(struct counter *counter, long n)
{
    _Atomic unsigned int *word = word_of(counter);
    unsigned int seen = 0;

    if (!atomic_compare_exchange_strong(word, &seen, 1))
        while (atomic_exchange(word, 2) != 0)
            syscall(SYS_futex, word, FUTEX_WAIT, 2, NULL, NULL, 0);
    value_set(value_get() + n);
    if (atomic_exchange(word, 0) == 2)
        syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
    return 0;
}
