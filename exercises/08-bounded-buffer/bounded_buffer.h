/* SPDX-License-Identifier: 0BSD */
/*
 * bounded_buffer.h - exercise 08: a ring that many processes fill
 * and many empty
 */
#ifndef BOUNDED_BUFFER_H
#define BOUNDED_BUFFER_H

#include <semaphore.h>

enum { SLOTS = 4 };

/* Lies in memory that all processes share, and is all zero when
   ring_init() gets it. Members are yours to use as you like. */
struct ring {
    sem_t empty, full, mutex;
    unsigned int in, out;
};

/* The slots, numbered from 0 to SLOTS - 1, lie elsewhere. main.c
   has these two, and there is no other way to them. */
void slot_set(unsigned int i, int value);
int slot_get(unsigned int i);

/* Makes the ring ready and empty; it is called once. Returns 0, or
   -1 and sets errno. */
int ring_init(struct ring *ring);

/* Puts a value into the ring; while SLOTS values are in it, sleeps
   until it is woken, and does not look again and again. A signal
   that comes meanwhile changes nothing. Returns 0, or -1 and sets
   errno. */
int ring_put(struct ring *ring, int value);

/* Takes the value that was put in first; while there is none,
   sleeps likewise. Returns 0, or -1 and sets errno. */
int ring_take(struct ring *ring, int *value);

#endif
