/* SPDX-License-Identifier: 0BSD */
/*
 * sum.c - a checksum that is faster than the data comes
 *
 * Fletcher's idea, on 64-bit words: a sum of the words, and a sum
 * of that sum after each word, which weighs every word by its
 * place. Words are dealt to eight lanes in turn, which do not wait
 * for each other: compilers make vector instructions of them, and
 * the reader of a benchmark spends its time on the transport.
 *
 * See also: sum.h, checksum.c
 */
#include "sum.h"
#include <string.h>

/* Adds whole blocks. Sums wrap round, as uint64_t does. */
static void
add_blocks(struct sum *s, const unsigned char *p, size_t blocks)
{
    uint64_t sum[SUM_LANES], order[SUM_LANES], word;

    /* In local variables, that is in registers. */
    memcpy(sum, s->sum, sizeof(sum));
    memcpy(order, s->order, sizeof(order));
    for (size_t i = 0; i < blocks; i++) {
        for (size_t lane = 0; lane < SUM_LANES; lane++) {
            memcpy(&word, p + i * SUM_BLOCK + 8 * lane, 8);
            sum[lane] += word;
            order[lane] += sum[lane];
        }
    }
    memcpy(s->sum, sum, sizeof(sum));
    memcpy(s->order, order, sizeof(order));
}

void
sum_add(struct sum *s, const void *data, size_t length)
{
    const unsigned char *p = data;
    size_t used = s->length % SUM_BLOCK, n = 0;

    s->length += length;
    if (used > 0) {
        n = length < SUM_BLOCK - used ? length : SUM_BLOCK - used;
        memcpy(s->rest + used, p, n);
        if (used + n < SUM_BLOCK)
            return;
        add_blocks(s, s->rest, 1);
    }
    add_blocks(s, p + n, (length - n) / SUM_BLOCK);
    n += (length - n) / SUM_BLOCK * SUM_BLOCK;
    memcpy(s->rest, p + n, length - n);
}

/* Mixes one more number into a value. The multiplier is odd, so no
   two numbers give the same. */
static uint64_t
mix(uint64_t value, uint64_t number)
{
    value = (value ^ number) * UINT64_C(0x9e3779b97f4a7c15);
    return value ^ value >> 29;
}

uint64_t
sum_value(const struct sum *s)
{
    struct sum last = *s;
    size_t used = s->length % SUM_BLOCK;
    uint64_t value = s->length;

    if (used > 0) {
        memset(last.rest + used, 0, SUM_BLOCK - used);
        add_blocks(&last, last.rest, 1);
    }
    for (size_t lane = 0; lane < SUM_LANES; lane++)
        value = mix(mix(value, last.sum[lane]), last.order[lane]);
    return value;
}
