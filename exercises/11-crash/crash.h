/* SPDX-License-Identifier: 0BSD */
/*
 * crash.h - exercise 11: a lock that survives its holder
 */
#ifndef CRASH_H
#define CRASH_H

#include <pthread.h>

enum { BALANCES = 2, TOTAL = 1000 };

/* Lies in memory that all processes share, and is all zero when
   account_init() gets it. The notes are for whatever you want to
   know after a crash. */
struct account {
    pthread_mutex_t lock;
    long notes[8];
};

/* Two balances lie elsewhere, and have TOTAL between them whenever
   nobody is at it. main.c has these two, and there is no other way
   to them. i is 0 or 1. */
long balance_get(int i);
void balance_set(int i, long value);

/* Makes the account ready; it is called once. The balances are
   there already. Returns 0, or -1 and sets errno. */
int account_init(struct account *account);

/* Moves n from balance 0 to balance 1, as if nobody else did
   anything in between; sleeps while another process is at it. n may
   be negative, and so may the balances.

   A process may be killed at any moment, here too. The next one
   notices that, sees to it that the two balances have TOTAL between
   them again, with what the dead one wanted done or not done, and
   then moves its own n. Returns 0, or -1 and sets errno. */
int account_move(struct account *account, long n);

#endif
