/* SPDX-License-Identifier: 0BSD */
/*
 * reader.c - stream what writer.c sends to standard output
 *
 * Usage: reader [-t SECONDS] [-S SPINS] [-v] NAME
 *   -t SECONDS  wait so long for a writer; default 10, 0: for ever
 *   -S SPINS    try so often before a wait sleeps; default 0, at
 *               most 1000000, and 0 if there is one processor
 *   -v          say on standard error how far it has come
 *
 * Waits for an object NAME that has a living writer, and writes
 * what comes straight out of the slots. The writer is not trusted:
 * what is read from shared memory is copied out, checked, and the
 * copy used. Only when all output is out is the writer told that
 * the stream is complete. The protocol is described in channel.h.
 *
 * Exit status: 0 complete; 1 a call failed, the object was refused,
 * or the writer left early; 2 wrong usage; 3 the writer died; 4 no
 * writer came; 128+N ended by signal N. With 1 and 3, what came
 * before has been written.
 *
 * Build: cc -std=c17 reader.c program.c channel.c -o reader
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: sem_overview(7), shm_overview(7); writer.c, channel.h
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
    fputs("usage: reader [-t SECONDS] [-S SPINS] [-v] NAME\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Writes a record straight out of its slot. */
static enum channel_status
empty(struct channel *ch, const char *slot, size_t length)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    size_t done = 0;
    ssize_t n;

    while (done < length) {
        if (channel_stop != 0)
            return CHANNEL_INTERRUPTED;
        n = write(STDOUT_FILENO, slot + done, length - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno == EAGAIN)
            poll(&output, 1, (int)(CHANNEL_SLICE * 1000));
        else if (errno != EINTR)
            return failed(ch, "write: stdout");
    }

    /* The end: some errors show only now, and it must not be handed
       back before all output is out. */
    if (length == 0 && close(STDOUT_FILENO) == -1)
        return failed(ch, "close: stdout");
    return CHANNEL_OK;
}

int
main(int argc, char *argv[])
{
    bool verbose = false;
    double seconds = 10;
    int opt;
    size_t length;
    unsigned long spins = 0;
    void *slot;
    enum channel_status status;
    struct channel ch = {.fd = -1};

    while ((opt = getopt(argc, argv, "t:S:vh")) != -1) {
        switch (opt) {
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
    status = channel_attach(&ch, argv[optind], seconds);
    ch.spins = spins;
    verbose = verbose && status == CHANNEL_OK;
    if (verbose)
        progress(&ch, false);

    while (status == CHANNEL_OK && !ch.complete) {
        status = channel_claim(&ch, &slot, &length);
        if (status == CHANNEL_OK)
            status = empty(&ch, slot, length);
        if (status == CHANNEL_OK)
            status = channel_hand_over(&ch, length);
        if (verbose)
            progress(&ch, false);
    }
    if (verbose)
        progress(&ch, true);
    finish(&ch, status);
}
