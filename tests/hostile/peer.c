/* SPDX-License-Identifier: 0BSD */
/*
 * peer.c - write into an object of writer.c and reader.c what does
 *          not belong there
 *
 * Usage: peer -f SLOTS
 *        peer [-l] [-s SEED] FILE STEP...
 *   -f SLOTS  list the words of the header and of so many records
 *   -l        loop: choose one of the steps by chance, and again
 *   -s SEED   of what is chosen by chance
 *
 * FILE is the object: /dev/shm/NAME as long as it has a name, and
 * then /proc/PID/fd/N of a process that has it open. The steps are
 * taken in their order:
 *
 *   WORD==VALUE   wait until it is so
 *   WORD=VALUE    store it
 *   lock=BYTE     lock this byte, unless somebody has (F_OFD_SETLK)
 *   cut=LENGTH    change the length of the object
 *
 * A WORD has 32 bits and a name that -f lists, or is an offset in
 * bytes. A VALUE is a number, or "any", or several with commas in
 * between, of which chance chooses one. Prints how often it has
 * stored, locked or cut, and then waits until its standard input
 * ends. With -l the input ends the loop, and then it prints.
 *
 * Exit status: 0 done; 1 a call failed, or it took a minute; 2
 * wrong usage.
 *
 * Build: cc -std=c17 peer.c -o peer
 *
 * See also: channel.h; fcntl(2), ftruncate(2), proc(5)
 */
#define _GNU_SOURCE
#include "../../sem-sync/channel.h"
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMBER(name)                                   \
    {                                                  \
#name, offsetof(struct channel_shared, name),  \
            sizeof(((struct channel_shared *)0)->name) \
    }

static const struct {
    const char *name;
    size_t offset, size;
} members[] = {
    MEMBER(tag.magic),     MEMBER(tag.version),
    MEMBER(tag.word_bits), MEMBER(tag.libc),
    MEMBER(tag.sem_size),  MEMBER(slots),
    MEMBER(slot_size),     MEMBER(state),
    MEMBER(free),          MEMBER(filled),
    MEMBER(writer.end),    MEMBER(writer.bytes),
    MEMBER(writer.waits),  MEMBER(reader.end),
    MEMBER(reader.bytes),  MEMBER(reader.waits),
};

enum { WORD = sizeof(uint32_t), MANY = 1000, NAME = 64 };

static const char USAGE[] =
    "usage: peer -f SLOTS | [-l] [-s SEED] FILE STEP...\n";

/* The object, as we have mapped it. */
static int fd;
static size_t length;
static _Atomic uint32_t *words;

/* What has been done so far. */
static uint64_t done;

/* The state of a linear congruential generator (C17, 7.22.2). */
static uint64_t chance;

static uint32_t
any(void)
{
    chance = chance * UINT64_C(6364136223846793005) + 1;
    return (uint32_t)(chance >> 32);
}

/* Writes the name of the word at an offset, "" if it has none. */
static void
name_of(size_t offset, char *name)
{
    size_t n, rest;

    name[0] = '\0';
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]);
         i++) {
        if (offset < members[i].offset ||
            offset >= members[i].offset + members[i].size)
            continue;
        n = (offset - members[i].offset) / WORD;
        if (members[i].size == WORD)
            snprintf(name, NAME, "%s", members[i].name);
        else
            snprintf(name, NAME, "%s.%zu", members[i].name, n);
    }
    if (offset < sizeof(struct channel_shared))
        return;
    n = (offset - sizeof(struct channel_shared)) /
        sizeof(struct channel_record);
    rest = (offset - sizeof(struct channel_shared)) %
           sizeof(struct channel_record);
    if (rest == offsetof(struct channel_record, length))
        snprintf(name, NAME, "record.%zu.length", n);
    if (rest == offsetof(struct channel_record, number))
        snprintf(name, NAME, "record.%zu.number", n);
}

static void
list(size_t slots)
{
    char name[NAME];
    size_t end = sizeof(struct channel_shared) +
                 slots * sizeof(struct channel_record);

    for (size_t offset = 0; offset < end; offset += WORD) {
        name_of(offset, name);
        if (name[0] != '\0')
            puts(name);
    }
}

/* Finds a word by its name, or by its offset. */
static _Atomic uint32_t *
find(const char *word)
{
    char name[NAME], *end;
    size_t offset = strtoul(word, &end, 0);

    if (*word != '\0' && *end == '\0' && offset % WORD == 0 &&
        offset + WORD <= length)
        return &words[offset / WORD];
    for (offset = 0; offset + WORD <= length; offset += WORD) {
        name_of(offset, name);
        if (strcmp(name, word) == 0)
            return &words[offset / WORD];
    }
    errx(2, "no such word: %s", word);
}

/* One of the values of a list. */
static uint32_t
value_of(const char *values)
{
    uint32_t n = 1;
    const char *value = values;
    char *end;
    unsigned long v;

    for (const char *s = values; *s != '\0'; s++)
        if (*s == ',' && any() % ++n == 0)
            value = s + 1;
    if (strncmp(value, "any", 3) == 0)
        return any();
    v = strtoul(value, &end, 0);
    if (end == value || (*end != ',' && *end != '\0'))
        errx(2, "no value: %s", value);
    return (uint32_t)v;
}

static void
lock(uint32_t byte)
{
    struct flock fl = {.l_type = F_WRLCK, .l_len = 1};

    fl.l_start = byte;
    if (fcntl(fd, F_OFD_SETLK, &fl) == -1 && errno != EAGAIN)
        err(EXIT_FAILURE, "lock: byte %" PRIu32, byte);
}

/* A step, taken apart. */
struct step {
    char what[NAME];
    const char *values;
    bool waits;
    _Atomic uint32_t *word;
};

static struct step
parse(const char *arg)
{
    struct step step = {.values = strchr(arg, '=')};

    if (step.values == NULL || step.values - arg >= NAME)
        errx(2, "no step: %s", arg);
    memcpy(step.what, arg, (size_t)(step.values - arg));
    step.waits = *++step.values == '=';
    if (step.waits)
        step.values++;
    if (strcmp(step.what, "lock") != 0 &&
        strcmp(step.what, "cut") != 0)
        step.word = find(step.what);
    return step;
}

static void
take(const struct step *step)
{
    uint32_t value = value_of(step->values);

    if (step->waits) {
        while (step->word != NULL && *step->word != value)
            poll(NULL, 0, 1);
        return;
    }
    if (step->word != NULL)
        *step->word = value;
    else if (strcmp(step->what, "lock") == 0)
        lock(value);
    else if (ftruncate(fd, (off_t)value) == -1)
        err(EXIT_FAILURE, "ftruncate");
    done++;
}

static bool
input_ends(int timeout)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&input, 1, timeout) == 1;
}

int
main(int argc, char *argv[])
{
    bool loop = false;
    int opt;
    size_t steps;
    struct stat sb;
    struct step step[MANY];

    while ((opt = getopt(argc, argv, "f:ls:h")) != -1) {
        switch (opt) {
        case 'f':
            list(strtoul(optarg, NULL, 0));
            exit(EXIT_SUCCESS);
        case 'l':
            loop = true;
            break;
        case 's':
            chance = strtoul(optarg, NULL, 0);
            break;
        default:
            fputs(USAGE, opt == 'h' ? stdout : stderr);
            exit(opt == 'h' ? EXIT_SUCCESS : 2);
        }
    }
    if (argc - optind < 2 || argc - optind > MANY) {
        fputs(USAGE, stderr);
        exit(2);
    }

    /* Never left behind, whatever becomes of who started us. */
    alarm(60);
    fd = open(argv[optind], O_RDWR | O_CLOEXEC);
    if (fd == -1)
        err(EXIT_FAILURE, "open: %s", argv[optind]);
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", argv[optind]);
    length = (size_t)sb.st_size;
    if (length > 0) {
        words = mmap(NULL, length, PROT_READ | PROT_WRITE,
                     MAP_SHARED, fd, 0);
        if (words == MAP_FAILED)
            err(EXIT_FAILURE, "mmap: %s", argv[optind]);
    }

    steps = (size_t)(argc - optind - 1);
    for (size_t i = 0; i < steps; i++)
        step[i] = parse(argv[optind + 1 + (int)i]);
    for (size_t i = 0; !loop && i < steps; i++)
        take(&step[i]);
    while (loop && !input_ends(0))
        for (int i = 0; i < MANY; i++)
            take(&step[any() % steps]);
    printf("%" PRIu64 "\n", done);
    if (fflush(stdout) == EOF)
        err(EXIT_FAILURE, "stdout");
    while (!loop && !input_ends(-1))
        continue;
    exit(EXIT_SUCCESS);
}
