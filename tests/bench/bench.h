/* SPDX-License-Identifier: 0BSD */
/*
 * bench.h - what all benchmark programs share
 *
 * A program in throughput/ or roundtrip/ shows one way by which two
 * processes exchange data, and measures it. Its main() holds the
 * calls which that takes. What has nothing to do with the way is
 * done by the functions here, in this order:
 *
 *   bench_options()                     before anything else
 *   bench_fork()                        the child is the producer
 *   bench_start()                       both; the clock runs
 *   bench_input(), bench_output()       a message in, and out
 *   bench_ping(), bench_pong(), bench_pinged()   forth and back
 *   bench_leave(), bench_report()       the child; the parent
 *
 * They end the program when a call fails. When one of the two
 * processes ends before its time, the other is ended too: a
 * benchmark that dies must not hang.
 *
 * Exit status of all the programs: 0 done, 1 a call failed or wrong
 * data came back, 2 wrong usage, 77 the way is not for this.
 *
 * See also: clock_gettime(2), getrusage(2), prctl(2); README.md
 */
#ifndef BENCH_H
#define BENCH_H

#include "sum.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

enum { BENCH_NOT_APPLICABLE = 77 };

/* A round trip carries 64 bytes. */
enum { BENCH_WORDS = 8, BENCH_PING = 8 * BENCH_WORDS };

struct bench {
    /* From the command line, sizes in bytes: how much, and in
       messages of which size (-b, -m); the slots of a ring (-n); a
       pipe's buffer, 0 for the default (-p); how often to try
       before sleeping (-S); how many round trips (-r). */
    uint64_t bytes;
    size_t message, slots, pipe_size;
    unsigned long spins, trips;

    /* Which processors the child and the parent are kept on, -1 for
       any (-c). Whether to spoil one byte of what arrives, to see
       that it is noticed (-x). */
    int cpu[2];
    bool spoil;

    /* Bytes taken from the input so far, and how many it has; bytes
       that have arrived; round trips that were made. */
    uint64_t taken, input_size, arrived, done;

    /* The checksum of what has arrived. */
    struct sum sum;

    /* What was sent last, and when; the nanoseconds of each trip.
     */
    uint64_t sent[BENCH_WORDS], sent_at;
    uint32_t *samples;

    /* When the clock was started and stopped, and what this process
       had used at the start. */
    uint64_t start, stop;
    struct rusage usage;
};

/* For a way that cannot remove its objects in advance: a function
   that does, called by both processes whenever they end, in signal
   handlers too. */
extern void (*bench_cleanup)(void);

/*
 * bench_options() - read the command line
 *
 * letters: those of the options n, p, S that mean something here,
 * as for getopt(3). about: a line for each manner in which to run
 * the program: a name, "sleeps" or "spins", options, separated by
 * tabs. -i prints it: so tests/bench/run learns what there is.
 *
 * Signals are held back from here to bench_start(): what is created
 * and removed again in between is never left behind.
 */
void bench_options(struct bench *b, int argc, char *argv[],
                   const char *letters, const char *about);

/* bench_begin() - what bench_options() ends with */
void bench_begin(struct bench *b);

/* bench_number() - a number with suffix K, M, G, or wrong usage */
uint64_t bench_number(const char *text);

/*
 * bench_not_applicable() - end with status 77, saying why
 * bench_need_two() - do so if there is one processor only: there,
 * to spin is to wait for somebody whom one keeps from running
 */
_Noreturn void bench_not_applicable(const char *reason);
void bench_need_two(const struct bench *b);

/*
 * bench_buffer() - get memory
 * bench_shared() - get POSIX shared memory, for the child too
 * bench_touch() - touch memory that comes from elsewhere
 *
 * All of it is touched: the first access to a page is a page fault,
 * which takes longer than to fill the page.
 */
void *bench_buffer(size_t length);
void *bench_shared(size_t length);
void bench_touch(const void *addr, size_t length);

/* bench_fork() - start the child; true in the child */
bool bench_fork(struct bench *b);

/* bench_start() - wait until both are here, start the clock */
void bench_start(struct bench *b);

/*
 * bench_input() - fill a buffer from standard input, by pread(2)
 *
 * Gets b->message bytes, fewer at the end of b->bytes. An input
 * that is shorter starts again. Returns the length, 0 at the end.
 */
size_t bench_input(struct bench *b, void *buffer);

/* bench_write() - write(2) all of it */
void bench_write(int fd, const void *buffer, size_t length);

/* bench_output() - look at every byte that has arrived */
void bench_output(struct bench *b, void *buffer, size_t length);

/* bench_more() - whether there is a round trip left to make */
bool bench_more(const struct bench *b);

/*
 * bench_ping() - note the time and write a message
 * bench_pong() - change it, in the child
 * bench_pinged() - check what has come back and take a sample
 * bench_sample() - note how long it is since b->sent_at
 */
void bench_ping(struct bench *b, void *message);
void bench_pong(struct bench *b, void *message);
void bench_pinged(struct bench *b, const void *message);
void bench_sample(struct bench *b);

/* bench_stop() - stop the clock, if not the report is to do it */
void bench_stop(struct bench *b);

/* bench_leave() - end the child */
_Noreturn void bench_leave(struct bench *b);

/*
 * bench_report() - end the parent and print one line
 *
 * If bytes have arrived: how many, and their checksum. If there are
 * samples: trips and, in nanoseconds, p1 to p99, than which so many
 * percent were not slower. Then seconds, and of both processes
 * together: cpu, their processor time in seconds; switches of
 * context; memory in KiB, the most that each ever had, what they
 * share counted twice.
 */
_Noreturn void bench_report(struct bench *b);

/* bench_now() - CLOCK_MONOTONIC, in nanoseconds */
uint64_t bench_now(void);

#endif
