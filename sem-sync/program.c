/* SPDX-License-Identifier: 0BSD */
/*
 * program.c - what writer.c and reader.c have in common as commands
 *
 * The functions are described in program.h.
 *
 * See also: getopt(3), sigaction(2), signal-safety(7)
 */
#define _GNU_SOURCE
#include "program.h"
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SPOILED "the object was spoiled by another process\n"

unsigned long
parse_number(const char *s, const char *what, unsigned long min,
             unsigned long max)
{
    char *end;
    int shift;
    unsigned long n;

    errno = 0;
    n = strtoul(s, &end, 10);
    shift = *end == 'K'   ? 10
            : *end == 'M' ? 20
            : *end == 'G' ? 30
                          : 0;
    if (shift > 0)
        end++;
    if (!isdigit((unsigned char)*s) || *end != '\0' ||
        errno == ERANGE || n > max >> shift || n << shift < min) {
        warnx("%s is not from %lu to %lu: %s", what, min, max, s);
        usage(2);
    }
    return n << shift;
}

double
parse_seconds(const char *s)
{
    char *end;
    double t = strtod(s, &end);

    /* Neither hexadecimal, nor inf and nan, nor signs. */
    if (!isdigit((unsigned char)*s) || *end != '\0' ||
        s[strspn(s, "0123456789.")] != '\0' || t > 1e9) {
        warnx("not a number of seconds: %s", s);
        usage(2);
    }
    return t;
}

static struct channel *channel;

/* Removes the name, if it is ours, and leaves the memory alone. */
static void
let_go(void)
{
    channel->shared = NULL;
    channel_close(channel);
}

static void
note_signal(int sig)
{
    static volatile sig_atomic_t alarms;

    if (channel_stop == 0 || sig != SIGALRM)
        channel_stop = sig;
    else
        alarms++;

    /* A spoiled semaphore can keep us inside libc. */
    if (alarms == 3) {
        let_go();
        signal(channel_stop, SIG_DFL);
        raise(channel_stop);
    }

    /* This one may have come just before a call that blocks, and
       not interrupt it. Another will, in a second. */
    alarm(1);
}

static void
end_spoiled(int sig)
{
    ssize_t n = write(STDERR_FILENO, SPOILED, sizeof(SPOILED) - 1);

    (void)sig;
    (void)n;
    let_go();
    _exit(EXIT_FAILURE);
}

static void
handle(int sig, void (*handler)(int))
{
    struct sigaction act = {.sa_handler = handler}, old;

    /* Without SA_RESTART, calls that block are interrupted. What
       nohup(1) or a shell has set to be ignored stays so. */
    if (sigaction(sig, &act, &old) == -1 ||
        (old.sa_handler == SIG_IGN && handler == note_signal &&
         sig != SIGALRM && sigaction(sig, &old, NULL) == -1))
        err(EXIT_FAILURE, "sigaction");
}

void
prepare(struct channel *ch)
{
    channel = ch;
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);
    handle(SIGINT, note_signal);
    handle(SIGTERM, note_signal);
    handle(SIGHUP, note_signal);
    handle(SIGALRM, note_signal);
    handle(SIGPIPE, SIG_IGN);
    handle(SIGXFSZ, SIG_IGN);
    handle(SIGBUS, end_spoiled);
    handle(SIGABRT, end_spoiled);
}

enum channel_status
failed(struct channel *ch, const char *call)
{
    /* The kernel, unlike a load of ours, gets no SIGBUS. */
    snprintf(ch->message, sizeof(ch->message), "%s: %s", call,
             errno == EFAULT ? "the object was cut short"
                             : strerror(errno));
    return CHANNEL_FAILED;
}

void
progress(const struct channel *ch, bool last)
{
    static double start, reported;
    int filled = 0;
    struct timespec now;
    char more[128];
    double t;

    clock_gettime(CLOCK_MONOTONIC, &now);
    t = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
    if (start == 0)
        start = reported = t;
    if (!last && (t < reported + 0.5 || !isatty(STDERR_FILENO)))
        return;
    reported = t;
    sem_getvalue(&ch->shared->filled, &filled);
    snprintf(more, sizeof(more), ", %d of %zu slots filled\033[K\r",
             filled, ch->slots);
    if (last)
        snprintf(more, sizeof(more),
                 "; slept: writer %" PRIu64
                 " times, reader %" PRIu64 "%s\n",
                 ch->shared->writer.waits, ch->shared->reader.waits,
                 isatty(STDERR_FILENO) ? "\033[K" : "");
    fprintf(stderr, "%s: %" PRIu64 " bytes in %.3f s, %.1f MB/s%s",
            ch->role == CHANNEL_WRITER ? "writer" : "reader",
            ch->bytes, t - start,
            (double)ch->bytes / 1e6 / (t - start + 1e-9), more);
}

/* What has got through. The writer has only the reader's word. */
static uint64_t
bytes_through(const struct channel *ch)
{
    uint64_t bytes = ch->peer->bytes;

    return ch->role == CHANNEL_READER || bytes > ch->bytes
               ? ch->bytes
               : bytes;
}

_Noreturn void
finish(struct channel *ch, enum channel_status status)
{
    int code = EXIT_FAILURE, sig;
    const char *peer = ch->role == CHANNEL_WRITER ? "reader"
                                                  : "writer";

    switch (status) {
    case CHANNEL_OK:
        code = EXIT_SUCCESS;
        break;
    case CHANNEL_FAILED:
        warnx("%s", ch->message);
        break;
    case CHANNEL_NOBODY:
        warnx("%s: no %s came", ch->name, peer);
        code = 4;
        break;
    case CHANNEL_PEER_LEFT:
        warnx("%s: the %s left early; %" PRIu64
              " bytes got through",
              ch->name, peer, bytes_through(ch));
        break;
    case CHANNEL_PEER_DIED:
        warnx("%s: the %s died; %" PRIu64 " bytes got through",
              ch->name, peer, bytes_through(ch));
        code = 3;
        break;
    case CHANNEL_INTERRUPTED:
        break;
    }
    if (channel_close(ch) != CHANNEL_OK) {
        warnx("%s", ch->message);
        code = EXIT_FAILURE;
    }
    sig = channel_stop;
    if (sig != 0) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
    exit(code);
}
