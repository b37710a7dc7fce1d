/* SPDX-License-Identifier: 0BSD */
/* Fails: crash.repairs */
#include "crash.h"

#include <errno.h>

int
account_init(struct account *account)
{
    pthread_mutexattr_t attr;
    int error = pthread_mutexattr_init(&attr);

    if (error == 0)
        error = pthread_mutexattr_setpshared(
            &attr, PTHREAD_PROCESS_SHARED);
    if (error == 0)
        error = pthread_mutexattr_setrobust(&attr,
                                            PTHREAD_MUTEX_ROBUST);
    if (error == 0)
        error = pthread_mutex_init(&account->lock, &attr);
    pthread_mutexattr_destroy(&attr);
    errno = error;
    return error == 0 ? 0 : -1;
}

int
account_move(struct account *account, long n)
{
    int error = pthread_mutex_lock(&account->lock);

    /* Balance 0 is written first, and both have TOTAL in all. */
    if (error == EOWNERDEAD) {
        error = pthread_mutex_consistent(&account->lock);
    }
    if (error == 0) {
        balance_set(0, balance_get(0) - n);
        balance_set(1, balance_get(1) + n);
        error = pthread_mutex_unlock(&account->lock);
    }
    errno = error;
    return error == 0 ? 0 : -1;
}
