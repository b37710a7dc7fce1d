/* SPDX-License-Identifier: 0BSD */
/*
 * writer.c - stream standard input to reader.c
 *
 * Usage: writer [-n SLOTS] [-s SLOTSIZE] [-t SECONDS] [-S SPINS]
 *               [-v] NAME
 *   -n SLOTS     slots of the ring; default 8, at most 1024
 *   -s SLOTSIZE  bytes of a slot; default 256K, at most 16M
 *   -t SECONDS   wait so long for a reader; default 10, 0: for ever
 *   -S SPINS     try so often before a wait sleeps; default 0, at
 *                most 1000000, and 0 if there is one processor
 *   -v           say on standard error how far it has come
 *
 * Makes the object NAME, waits for a reader, removes the name, and
 * from then on fills slots while the reader empties others. Start
 * either side first, stop it, kill it: what the other one says and
 * its exit status tell what happened. The protocol is described in
 * channel.h.
 *
 * Exit status: 0 the reader has it all; 1 a call failed, the name
 * is not to be had, or the reader left early; 2 wrong usage; 3 the
 * reader died; 4 no reader came; 128+N ended by signal N.
 *
 * Build: cc -std=c17 writer.c program.c channel.c -o writer
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: sem_overview(7), shm_overview(7); reader.c, channel.h
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include "program.h"
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void
usage(int status)
{
    fputs("usage: writer [-n SLOTS] [-s SLOTSIZE] [-t SECONDS] "
          "[-S SPINS] [-v] NAME\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Reads input straight into the slot. While there is none to be had
   it looks after the reader. length: the slot's, then the input's.
 */
static enum channel_status
fill(struct channel *ch, void *slot, size_t *length)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int timeout = 0;
    enum channel_status status = CHANNEL_OK;
    ssize_t n;

    while (status == CHANNEL_OK) {
        if (channel_stop != 0)
            return CHANNEL_INTERRUPTED;
        if (poll(&input, 1, timeout) != 1) {
            status = channel_check(ch);
            timeout = (int)(CHANNEL_SLICE * 1000);
            continue;
        }
        n = read(STDIN_FILENO, slot, *length);
        if (n == -1 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n == -1)
            return failed(ch, "read: stdin");
        *length = (size_t)n;
        return CHANNEL_OK;
    }
    return status;
}

int
main(int argc, char *argv[])
{
    bool verbose = false;
    double seconds = 10;
    int opt;
    size_t length, slots = 8, slot_size = 262144;
    unsigned long spins = 0;
    void *slot;
    enum channel_status status;
    struct channel ch = {.fd = -1};

    while ((opt = getopt(argc, argv, "n:s:t:S:vh")) != -1) {
        switch (opt) {
        case 'n':
            slots = parse_number(optarg, "SLOTS", 1,
                                 CHANNEL_MAX_SLOTS);
            break;
        case 's':
            slot_size = parse_number(optarg, "SLOTSIZE", 1,
                                     CHANNEL_MAX_SLOT_SIZE);
            break;
        case 't':
            seconds = parse_seconds(optarg);
            break;
        case 'S':
            spins = parse_number(optarg, "SPINS", 0,
                                 CHANNEL_MAX_SPINS);
            break;
        case 'v':
            verbose = true;
            break;
        default:
            usage(opt == 'h' ? EXIT_SUCCESS : 2);
        }
    }
    if (argc - optind != 1) {
        warnx("expected one NAME");
        usage(2);
    }

    prepare(&ch);
    status = channel_create(&ch, argv[optind], slots, slot_size,
                            seconds);
    ch.spins = spins;
    verbose = verbose && status == CHANNEL_OK;
    if (verbose)
        progress(&ch, false);

    /* A record of length 0, the end of the input, completes it. */
    while (status == CHANNEL_OK && !ch.complete) {
        status = channel_claim(&ch, &slot, &length);
        if (status == CHANNEL_OK)
            status = fill(&ch, slot, &length);
        if (status == CHANNEL_OK)
            status = channel_hand_over(&ch, length);
        if (verbose)
            progress(&ch, false);
    }
    if (verbose)
        progress(&ch, true);
    finish(&ch, status);
}
