/* SPDX-License-Identifier: 0BSD */
/* Fails: crash.notices */
#include "crash.h"

#include <errno.h>
#include <semaphore.h>

static sem_t *
sem_of(struct account *account)
{
    return (sem_t *)(void *)account->notes;
}

int
account_init(struct account *account)
{
    return sem_init(sem_of(account), 1, 1);
}

int
account_move(struct account *account, long n)
{
    while (sem_wait(sem_of(account)) == -1)
        if (errno != EINTR)
            return -1;
    balance_set(0, balance_get(0) - n);
    balance_set(1, balance_get(1) + n);
    return sem_post(sem_of(account));
}
