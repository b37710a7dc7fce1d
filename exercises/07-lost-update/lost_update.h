/* SPDX-License-Identifier: 0BSD */
/*
 * lost_update.h - exercise 07: a counter that many processes add to
 */
#ifndef LOST_UPDATE_H
#define LOST_UPDATE_H

#include <semaphore.h>

/* Lies in memory that all processes share, and is all zero when
   counter_init() gets it. The semaphore is yours. */
struct counter {
    sem_t lock;
};

/* The number itself is elsewhere. main.c has these two, and there
   is no other way to it. */
long value_get(void);
void value_set(long value);

/* Makes the counter ready, for processes that are not threads of
   one another; it is called once. Returns 0, or -1 and sets errno.
 */
int counter_init(struct counter *counter);

/* Adds n to the number, as if nobody else did anything in between.
   While another process is at it, this one sleeps until it is
   woken, and does not look again and again. A signal that comes
   meanwhile changes nothing: it sleeps on. Returns 0, or -1 and
   sets errno. */
int counter_add(struct counter *counter, long n);

#endif
