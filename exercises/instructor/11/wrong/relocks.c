/* SPDX-License-Identifier: 0BSD */
/* Fails: crash.first */
#define _GNU_SOURCE
#include "crash.h"

#include <errno.h>

static int
mk(struct account *a)
{
    pthread_mutexattr_t t;
    pthread_mutexattr_init(&t);
    pthread_mutexattr_setpshared(&t, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&t, PTHREAD_MUTEX_ROBUST);
    return (errno = pthread_mutex_init(&a->lock, &t)) ? -1 : 0;
}

int
account_init(struct account *a)
{
    return mk(a);
}

int
account_move(struct account *a, long m)
{
    volatile long *n = a->notes;
    int e = pthread_mutex_lock(&a->lock), died = 0;
    if (e == EOWNERDEAD) {
        died = 1;
        pthread_mutex_consistent(&a->lock);
        pthread_mutex_unlock(&a->lock);
        e = pthread_mutex_lock(&a->lock);
    }
    if (died && n[0]) {
        balance_set(0, n[1]);
        balance_set(1, n[2]);
    }
    n[0] = 0;
    n[1] = balance_get(0);
    n[2] = balance_get(1);
    n[0] = 1;
    balance_set(0, n[1] - m);
    balance_set(1, n[2] + m);
    n[0] = 0;
    pthread_mutex_unlock(&a->lock);
    return 0;
}
