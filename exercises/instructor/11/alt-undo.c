/* SPDX-License-Identifier: 0BSD */
/* Notes what was there before, and puts it back. */
#include "crash.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>

enum { VALID, OLD_0, OLD_1 };

int
account_init(struct account *account)
{
    pthread_mutexattr_t attr;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&account->lock, &attr);
    return 0;
}

int
account_move(struct account *account, long n)
{
    volatile long *notes = account->notes;

    if (pthread_mutex_lock(&account->lock) == EOWNERDEAD) {
        pthread_mutex_consistent(&account->lock);
        if (notes[VALID]) {
            balance_set(0, notes[OLD_0]);
            balance_set(1, notes[OLD_1]);
        }
    }
    notes[VALID] = 0;
    atomic_signal_fence(memory_order_seq_cst);
    notes[OLD_0] = balance_get(0);
    notes[OLD_1] = balance_get(1);
    atomic_signal_fence(memory_order_seq_cst);
    notes[VALID] = 1;
    balance_set(1, notes[OLD_1] + n);
    balance_set(0, notes[OLD_0] - n);
    notes[VALID] = 0;
    pthread_mutex_unlock(&account->lock);
    return 0;
}
