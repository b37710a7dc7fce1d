/* SPDX-License-Identifier: 0BSD */
/*
 * checksum.c - the checksum that every benchmark must arrive at
 *
 * Usage: checksum BYTES <INPUT
 *        checksum -t
 *
 * Prints the checksum of so many bytes of standard input, which
 * starts again when it ends. With -t it tests the
 * checksum: whether it is that of a plain loop, whatever the
 * pieces; whether it notices each bit that flips, and messages that
 * change places, are lost or come twice.
 *
 * Exit status: 0 done, 1 a call or the test failed, 2 wrong usage.
 *
 * See also: sum.h
 */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Odd, so that nothing here has the blocks of the benchmarks. */
enum { PIECE = 65537, MESSAGE = 1024 };
enum { TESTED = 10000, WHOLE = TESTED / SUM_BLOCK * SUM_BLOCK };

static _Noreturn void
usage(int status)
{
    fputs("usage: checksum BYTES <INPUT | checksum -t\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

static uint64_t
sum_of(const unsigned char *data, size_t length)
{
    struct sum s = {0};

    sum_add(&s, data, length);
    return sum_value(&s);
}

static void
expect(int ok, const char *what)
{
    if (!ok)
        errx(EXIT_FAILURE, "checksum: %s", what);
}

/* Byte by byte, with nothing to optimize: the words are collected
   in s->rest, and each lane is counted when its word is full. */
static void
add_plainly(struct sum *s, unsigned char byte)
{
    size_t place = (size_t)(s->length++ % SUM_BLOCK);
    uint64_t word;

    s->rest[place] = byte;
    if (place % 8 == 7) {
        memcpy(&word, s->rest + place - 7, 8);
        s->sum[place / 8] += word;
        s->order[place / 8] += s->sum[place / 8];
    }
}

static void
test(void)
{
    static unsigned char data[TESTED], moved[TESTED];
    size_t length, used;
    struct sum plain = {0}, pieces = {0};
    uint64_t right;

    for (size_t i = 0; i < TESTED; i++)
        data[i] = (unsigned char)(i * i / 7 + i / 256);
    right = sum_of(data, TESTED);

    /* Pieces of 0, 1, 2 ... bytes. */
    for (used = 0, length = 0; used + length <= TESTED; length++) {
        sum_add(&pieces, data + used, length);
        used += length;
    }
    sum_add(&pieces, data + used, TESTED - used);
    expect(sum_value(&pieces) == right, "depends on the pieces");

    /* Up to the last block, which sum_value() fills up. */
    for (size_t i = 0; i < WHOLE; i++)
        add_plainly(&plain, data[i]);
    expect(sum_value(&plain) == sum_of(data, WHOLE),
           "is not that of a plain loop");

    for (size_t i = 0; i < 8 * (size_t)TESTED; i++) {
        data[i / 8] ^= (unsigned char)(1 << i % 8);
        expect(sum_of(data, TESTED) != right, "misses a bit");
        data[i / 8] ^= (unsigned char)(1 << i % 8);
    }

    for (size_t i = MESSAGE; i + MESSAGE <= TESTED; i += MESSAGE) {
        memcpy(moved, data, TESTED);
        memcpy(moved, data + i, MESSAGE);
        expect(sum_of(moved, TESTED) != right,
               "misses a message that came twice");
        memcpy(moved + i, data, MESSAGE);
        expect(sum_of(moved, TESTED) != right,
               "misses that two changed places");
    }
    expect(sum_of(data, TESTED - MESSAGE) != right &&
               sum_of(data + MESSAGE, TESTED - MESSAGE) != right,
           "misses that one is lost");

    memset(data, 0, TESTED);
    for (size_t i = 0; i < TESTED; i++)
        expect(sum_of(data, i) != sum_of(data, i + 1),
               "misses a zero");
}

int
main(int argc, char *argv[])
{
    static char buffer[PIECE];
    size_t length;
    struct bench b = {.message = PIECE};

    if (argc == 2 && strcmp(argv[1], "-h") == 0)
        usage(EXIT_SUCCESS);
    if (argc != 2) {
        warnx("expected BYTES or -t");
        usage(2);
    }
    if (strcmp(argv[1], "-t") == 0) {
        test();
        puts("the checksum is right");
    } else {
        b.bytes = bench_number(argv[1]);
        while ((length = bench_input(&b, buffer)) > 0)
            bench_output(&b, buffer, length);
        printf("%016" PRIx64 "\n", sum_value(&b.sum));
    }
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
