/* SPDX-License-Identifier: 0BSD */
/*
 * sum.h - a checksum that is faster than the data comes
 *
 * For a stream of bytes: it depends on their order and number, but
 * not on the pieces in which they come. It finds accidents (a byte
 * changed, a message lost, doubled or out of order), not malice.
 *
 * See also: checksum.c
 */
#ifndef SUM_H
#define SUM_H

#include <stddef.h>
#include <stdint.h>

enum { SUM_LANES = 8, SUM_BLOCK = 8 * SUM_LANES };

/* To begin with: all zero. */
struct sum {
    /* Per lane: the sum of its words, and the sum of these sums,
       by which the order counts. */
    uint64_t sum[SUM_LANES], order[SUM_LANES];

    /* Bytes so far; those that do not fill a block yet. */
    uint64_t length;
    unsigned char rest[SUM_BLOCK];
};

/* sum_add() - add the next piece of the stream */
void sum_add(struct sum *s, const void *data, size_t length);

/* sum_value() - the checksum of what was added so far */
uint64_t sum_value(const struct sum *s);

#endif
