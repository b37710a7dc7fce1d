/* SPDX-License-Identifier: 0BSD */
/* Fails: crash.moves */
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
    int e = pthread_mutex_lock(&a->lock);

    if (e == EOWNERDEAD) {
        balance_set(1, TOTAL - balance_get(0));
        pthread_mutex_consistent(&a->lock);
    } else if (e) {
        errno = e;
        return -1;
    }
    if (m < 0)
        m = -m;
    if (m > balance_get(0))
        m = balance_get(0);
    balance_set(0, balance_get(0) - m);
    balance_set(1, balance_get(1) + m);
    pthread_mutex_unlock(&a->lock);
    return 0;
}
