/* SPDX-License-Identifier: 0BSD */
/*
 * program.h - what writer.c and reader.c have in common as commands
 *
 * See also: getopt(3), sigaction(2), signal-safety(7); channel.h
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "channel.h"

/*
 * usage() - print the usage line and exit
 *
 * Defined by each program. status: EXIT_SUCCESS for -h, else 2.
 */
_Noreturn void usage(int status);

/*
 * parse_number() - a number of the command line
 *
 * s: decimal digits and at most one of the suffixes K, M, G (1024).
 * Returns a number from min to max; or calls usage(2), with a line
 * that begins with what it was to be.
 */
unsigned long parse_number(const char *s, const char *what,
                           unsigned long min, unsigned long max);

/*
 * parse_seconds() - a time on the command line
 *
 * s: decimal, with or without a fraction. Returns seconds, or calls
 * usage(2).
 */
double parse_seconds(const char *s);

/*
 * prepare() - make sure of what a program takes for granted
 *
 * That descriptors 0, 1 and 2 are open: else the object would
 * become one of them. That SIGALRM, and SIGINT, SIGTERM and
 * SIGHUP unless ignored, set channel_stop and interrupt calls that
 * block; that write(2) fails instead of raising SIGPIPE or SIGXFSZ.
 * That a SIGBUS, raised when another process cuts the object short,
 * or a SIGABRT, raised by a libc that finds its semaphore spoiled,
 * end the program with one line and status 1, the name removed if
 * it is ours by then. ch: where the channel will be; fd is -1.
 * Exits with 1 if it cannot.
 */
void prepare(struct channel *ch);

/*
 * failed() - note that a call of the program itself has failed
 *
 * call: its name and object. Returns CHANNEL_FAILED, with a message
 * for finish() made of call and errno.
 */
enum channel_status failed(struct channel *ch, const char *call);

/*
 * progress() - write to standard error how far the stream has come
 *
 * On a terminal at most twice a second, a line that the next one
 * overwrites; at the end (last) one that stays, with the time and
 * how often each side had to sleep. The time begins with the first
 * call.
 */
void progress(const struct channel *ch, bool last);

/*
 * finish() - close the channel and exit
 *
 * status: what ended the stream. Writes one line about it unless it
 * is CHANNEL_OK. Exits with 0 for CHANNEL_OK, 3 for
 * CHANNEL_PEER_DIED, 4 for CHANNEL_NOBODY, and else with 1; or dies
 * of the signal that is in channel_stop.
 */
_Noreturn void finish(struct channel *ch,
                      enum channel_status status);

#endif
