/* SPDX-License-Identifier: 0BSD */
/*
 * data.c - what benchmark programs send, and the check that it
 *          arrives
 *
 * See also: pread(2); bench.h, sum.h
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include "bench.h"
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t
bench_input(struct bench *b, void *buffer)
{
    uint64_t left = b->bytes - b->taken;
    size_t done = 0, wanted = b->message;
    ssize_t n;
    struct stat sb;

    if (b->input_size == 0) {
        if (fstat(STDIN_FILENO, &sb) == -1)
            err(EXIT_FAILURE, "fstat: stdin");
        if (sb.st_size == 0)
            errx(EXIT_FAILURE, "stdin: not a file, or empty");
        b->input_size = (uint64_t)sb.st_size;
    }
    if (wanted > left)
        wanted = (size_t)left;
    for (; done < wanted; done += (size_t)n) {
        n = pread(STDIN_FILENO, (char *)buffer + done,
                  wanted - done,
                  (off_t)((b->taken + done) % b->input_size));
        if (n == -1)
            err(EXIT_FAILURE, "pread: stdin");
        if (n == 0)
            errx(EXIT_FAILURE, "stdin: has become shorter");
    }
    b->taken += done;
    return done;
}

void
bench_write(int fd, const void *buffer, size_t length)
{
    ssize_t n;

    for (size_t done = 0; done < length; done += (size_t)n) {
        n = write(fd, (const char *)buffer + done, length - done);
        if (n == -1)
            err(EXIT_FAILURE, "write");
    }
}

void
bench_output(struct bench *b, void *buffer, size_t length)
{
    if (b->spoil) {
        *(unsigned char *)buffer ^= 1;
        b->spoil = false;
    }
    sum_add(&b->sum, buffer, length);
    b->arrived += length;
}

bool
bench_more(const struct bench *b)
{
    return b->done < b->trips;
}

void
bench_ping(struct bench *b, void *message)
{
    b->sent_at = bench_now();
    for (size_t i = 0; i < BENCH_WORDS; i++)
        b->sent[i] = b->sent_at + i;
    memcpy(message, b->sent, BENCH_PING);
}

void
bench_pong(struct bench *b, void *message)
{
    uint64_t word[BENCH_WORDS];

    /* Every bit, so that nobody takes for an answer what it has
       sent itself. */
    memcpy(word, message, BENCH_PING);
    for (size_t i = 0; i < BENCH_WORDS; i++)
        word[i] = ~word[i];
    memcpy(message, word, BENCH_PING);
    b->done++;
}

void
bench_pinged(struct bench *b, const void *message)
{
    uint64_t word[BENCH_WORDS], wrong = b->spoil;

    memcpy(word, message, BENCH_PING);
    for (size_t i = 0; i < BENCH_WORDS; i++)
        wrong |= word[i] ^ ~b->sent[i];
    if (wrong != 0)
        errx(EXIT_FAILURE, "wrong data came back");
    bench_sample(b);
}
