/* SPDX-License-Identifier: 0BSD */
#include "crash.h"

#include <errno.h>

int
account_init(struct account *account)
{
    /* TODO: a mutex for processes, which tells when its holder has
       died. */
    (void)account;
    return 0;
}

int
account_move(struct account *account, long n)
{
    /* TODO: lock; repair, if need be; move; unlock. */
    (void)account;
    (void)n;
    return 0;
}
