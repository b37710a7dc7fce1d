/* SPDX-License-Identifier: 0BSD */
/*
 * handshake.h - exercise 04: attaching at any moment of the start
 */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include <stdatomic.h>
#include <stdint.h>

enum { HANDSHAKE_NUMBERS = 4000, HANDSHAKE_READY = 0x52454459 };

/* What lies in the object. The creator writes all of it. It makes
   the object, gives it its length (not always at once), maps it,
   writes the numbers and their sum, and stores HANDSHAKE_READY
   last, with memory_order_release. Until then nothing here means
   anything. */
struct handshake {
    uint32_t number[HANDSHAKE_NUMBERS];
    uint32_t sum;
    _Atomic uint32_t ready;
};

/* Attaches to the object name, of which another process is just
   about to be the creator: there may be no such object yet. Waits
   until all is ready, however long that takes, and leaves the
   processor to others meanwhile: between two looks it sleeps.

   Returns the address, where at least the reading is allowed. On an
   error that waiting does not mend (EACCES, for example) returns
   NULL and sets errno to that of the call which has failed. */
const struct handshake *handshake_attach(const char *name);

#endif
