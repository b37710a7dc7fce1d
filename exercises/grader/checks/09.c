/* SPDX-License-Identifier: 0BSD */
/*
 * 09.c - checks of offsets
 *
 * One process makes a list, another one uses it. In that one the
 * addresses at which the first has the list are taken by something
 * else, before it attaches: so what it finds there is not the list,
 * by no accident. Where texts lie is read from its memory, and
 * whether that is the object from its mappings.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../actor.h"
#include "../check.h"
#include "../world.h"

enum { SIZE = 8192, TEXTS = 5, LARGE = 300000 };

/* What one text and the list may take, see offsets.h. */
enum { MORE = 32, HEAD = 256 };

static const char *name;
static struct stat object;
static const char *text[TEXTS];

/* An address as an argument. */
static const char *
hex(uint64_t address)
{
    char *s;

    if (asprintf(&s, "%#" PRIx64, address) == -1)
        cannot("asprintf");
    return s;
}

/* Some letters each; the first as many as make whole words of
   memory, so that no null byte is there by accident. */
static void
new_texts(void)
{
    for (int i = 0; i < TEXTS; i++) {
        char *s;

        if (asprintf(&s, "%s%s%s", seeded_word(), seeded_word(),
                     seeded_word()) == -1)
            cannot("asprintf");
        s[8 + i] = '\0';
        text[i] = s;
    }

    /* Any bytes, and none, are a text. */
    text[1] = "";
    text[3] = "\xc3\xa4\xff\x80\x01";
}

/* On to the next result. */
static uint64_t
result(struct actor *a, const char *doing)
{
    actor_to_gate(a, GATE_RETURNED, doing);
    return (uint64_t)a->value;
}

/* Some bytes there must be of the object; else it is a copy, or
   nothing. */
static void
must_lie_in(struct actor *a, uint64_t address,
            const struct stat *sb, const char *what)
{
    struct mapping map;

    if (!watch_mapping(a->pid, address, &map) ||
        map.inode != sb->st_ino || map.device != sb->st_dev)
        fail("an address within the object", "%s: it is elsewhere",
             what);
    if (!map.shared)
        fail("the object itself, shared",
             "%s: the mapping is private", what);
}

/* The list must be there, and as large as was asked for. */
static uint64_t
created(struct actor *a, const char *list, struct stat *sb,
        size_t size)
{
    uint64_t address = result(a, "in list_create()");

    if (address == 0)
        fail("an address", "list_create() returns NULL, %s",
             strerror(a->error));
    if (world_stat(list, sb) == -1 || (size_t)sb->st_size != size ||
        (sb->st_mode & 07777) != 0600)
        fail("an object of that name and size, with mode 0600",
             "list_create() returns; the object %s: %lld bytes, "
             "mode %04o",
             list, (long long)sb->st_size,
             (unsigned int)sb->st_mode & 07777);
    must_lie_in(a, address, sb, "the address of list_create()");
    return address;
}

static void
pushed(struct actor *a, const char *who)
{
    if (result(a, "in list_push()") != 0)
        fail("0", "%s: list_push() returns %ld, %s", who, a->value,
             strerror(a->error));
}

/* Asks for one text. */
static void
must_have(struct actor *a, const char *expected,
          const struct stat *sb, const char *who)
{
    uint64_t address;
    char seen[64] = "", what[100];

    snprintf(what, sizeof(what), "%s: list_nth()", who);
    address = result(a, what);
    if (expected == NULL) {
        if (address != 0)
            fail("NULL after the last text",
                 "%s: list_nth() returns an address", who);
        return;
    }
    if (address == 0)
        fail("a text that was put in",
             "%s: list_nth() returns NULL", who);
    must_lie_in(a, address, sb, what);
    for (size_t i = 0; i < sizeof(seen) - 1; i++)
        if (!watch_memory(a->pid, address + i, &seen[i], 1) ||
            seen[i] == '\0')
            break;
    if (strcmp(seen, expected) != 0)
        fail("the text that was put in, and at its place",
             "%s: \"%s\" was put in, and list_nth() leads to "
             "another",
             who, expected);
}

/* Starts a process in which all that the others use is reserved,
   and which then attaches. */
static struct actor *
attach(struct actor *a, uint64_t theirs, const char *command,
       const char *argument)
{
    struct mapping map = {0}, last, after;
    struct actor *b;
    uint64_t address;

    watch_mapping(a->pid, theirs, &map);
    b = actor_start(WORLD_USER, "reserve", hex(map.start),
                    hex(map.end), "attach", name, command, argument,
                    "nth", "0", "nth", "1", "nth", "2", "nth", "3",
                    "nth", "4", NULL);
    address = result(b, "another process, in list_attach()");
    if (address == 0)
        fail("an address",
             "another process: list_attach() returns NULL, %s",
             strerror(b->error));
    if (!watch_mapping(b->pid, theirs, &after) ||
        after.inode == object.st_ino)
        fail("it is mapped where nothing else is",
             "at the creator's address was something else, and "
             "list_attach() has mapped over that");
    must_lie_in(b, address, &object,
                "the address of list_attach()");
    if (!watch_mapping(b->pid,
                       address + (uint64_t)object.st_size - 1,
                       &last) ||
        last.inode != object.st_ino)
        fail("all of the object: fstat(2) says how long it is",
             "the last one of %lld bytes is not mapped by "
             "list_attach()",
             (long long)object.st_size);
    return b;
}

static void
end(void)
{
    actors_end();
    world_unlink(name);
}

/* A list with two texts, whose creator asks for others later. */
static struct actor *
two_texts(uint64_t *address)
{
    struct actor *a;

    name = seeded_name();
    new_texts();
    a = actor_start(WORLD_USER, "create", name, text_of(SIZE),
                    "push", text[0], "push", text[1], "nth", "2",
                    "nth", "0", "push", text[3], "nth", "3", NULL);
    *address = created(a, name, &object, SIZE);
    pushed(a, "the creator");
    pushed(a, "the creator");
    return a;
}

static void
works_alone(void)
{
    struct actor *a;

    name = seeded_name();
    new_texts();
    a = actor_start(WORLD_USER, "create", name, text_of(SIZE),
                    "nth", "0", "push", text[0], "push", text[1],
                    "push", text[2], "nth", "0", "nth", "1", "nth",
                    "2", "nth", "3", NULL);
    created(a, name, &object, SIZE);
    must_have(a, NULL, &object, "an empty list");
    for (int i = 0; i < 3; i++)
        pushed(a, "the creator");
    for (int i = 0; i < 3; i++)
        must_have(a, text[i], &object, "the creator");
    must_have(a, NULL, &object, "the creator");
    end();
}

static void
attaches(void)
{
    uint64_t address;
    struct actor *a = two_texts(&address);

    attach(a, address, "push", text[2]);
    end();
}

static void
is_read(void)
{
    uint64_t address;
    struct actor *b, *a = two_texts(&address);

    b = attach(a, address, "nth", "0");
    must_have(b, text[0], &object, "another process");
    must_have(b, text[0], &object, "another process");
    must_have(b, text[1], &object, "another process");
    must_have(b, NULL, &object, "another process");
    end();
}

/* Each in its turn. */
static void
is_written(void)
{
    uint64_t address;
    struct actor *b, *a = two_texts(&address);

    b = attach(a, address, "push", text[2]);
    pushed(b, "another process");
    must_have(a, text[2], &object, "what another process put in");
    must_have(a, text[0], &object,
              "the creator, after another process");
    pushed(a, "the creator, after another process");
    for (int i = 0; i < 4; i++)
        must_have(b, text[i], &object, "each has put some in");
    must_have(b, NULL, &object, "another process");
    must_have(a, text[3], &object, "the creator");
    end();
}

/* Nobody is left who has made it. */
static void
stays(void)
{
    uint64_t address;
    struct actor *b, *a = two_texts(&address);

    b = attach(a, address, "push", text[2]);
    pushed(b, "another process");
    actor_kill(a, SIGKILL);
    actor_kill(b, SIGKILL);
    b = actor_start(WORLD_USER, "attach", name, "nth", "0", "nth",
                    "1", "nth", "2", "nth", "3", NULL);
    if (result(b, "in list_attach()") == 0)
        fail(
            "an address",
            "all others have ended; list_attach() returns NULL, %s",
            strerror(b->error));
    for (int i = 0; i < 3; i++)
        must_have(b, text[i], &object, "all others have ended");
    must_have(b, NULL, &object, "all others have ended");
    end();
}

static void
has_two(void)
{
    const char *second;
    struct stat theirs;
    struct actor *a;

    name = seeded_name();
    second = seeded_name();
    new_texts();
    a = actor_start(WORLD_USER, "create", name, text_of(SIZE),
                    "push", text[0], "create", second,
                    text_of(2L * SIZE), "push", text[1], "other",
                    "push", text[2], "nth", "0", "nth", "1",
                    "other", "nth", "0", "nth", "1", NULL);
    created(a, name, &object, SIZE);
    pushed(a, "the first list");
    created(a, second, &theirs, 2UL * SIZE);
    pushed(a, "the second list");
    pushed(a, "the first list, again");
    must_have(a, text[0], &object, "the first of two lists");
    must_have(a, text[2], &object, "the first of two lists");
    must_have(a, text[1], &theirs, "the second of two lists");
    must_have(a, NULL, &theirs, "the second of two lists");
    world_unlink(second);
    end();
}

/* So many texts of that length that no more goes in, read where the
   addresses are others. */
static void
fill(size_t size, size_t length)
{
    char expected[24];
    struct actor *a, *b;
    uint64_t address;
    long n, least = (long)((size - HEAD) / (length + 1 + MORE));

    name = seeded_name();
    a = actor_start(WORLD_USER, "create", name, text_of((long)size),
                    "fill", text_of((long)length), NULL);
    address = created(a, name, &object, size);
    actor_to_gate(a, GATE_LEAVE, "when the list gets full");
    n = a->value;
    if (a->error != ENOSPC)
        fail("-1, and ENOSPC", "the list is full, and errno is: %s",
             a->error == 0 ? "0" : strerror(a->error));
    snprintf(expected, sizeof(expected), "%ld at least", least);
    if (n < least)
        fail(expected,
             "%ld texts of %zu bytes fill a list of %zu bytes", n,
             length, size);
    b = actor_start(WORLD_USER, "reserve", hex(address),
                    hex(address + size), "attach", name, "nth",
                    text_of(n - 1), "nth", "0", "nth",
                    text_of(n / 2), "nth", text_of(n), NULL);
    address = result(b, "another process, in list_attach()");
    if (address == 0)
        fail("an address", "list_attach() returns NULL, %s",
             strerror(b->error));
    for (long i = 0; i < 3; i++) {
        long k = i == 0 ? n - 1 : i == 1 ? 0 : n / 2;
        uint64_t at = result(b, "the list is full; in list_nth()");
        char c = 'x';

        snprintf(expected, sizeof(expected), "%ld.", k);
        if (at == 0)
            fail("all texts are there",
                 "the list is full; list_nth() returns NULL for "
                 "one of %ld",
                 n);
        for (size_t j = 0; j <= length; j++) {
            char right = 'x';

            if (j < strlen(expected))
                right = expected[j];
            if (j == length)
                right = '\0';

            if (!watch_memory(b->pid, at + j, &c, 1) || c != right)
                fail("each text is whole",
                     "the list is full, and text %ld of %ld is not "
                     "what was put in",
                     k, n);
        }
        if (at < address || at + length >= address + size)
            fail("each text is within the object",
                 "the list is full, and text %ld of %ld ends "
                 "beyond it",
                 k, n);
    }
    if (result(b, "the list is full; in list_nth()") != 0)
        fail("NULL after the last text",
             "the list is full, with %ld texts, and one more is "
             "there",
             n);
    end();
}

/* With each remainder of eight, and longer ones. Of short texts
   many go in, and of the longest one, one. */
static void
gets_full(void)
{
    for (size_t i = 0; i < 8; i++) {
        fill(SIZE - 5 * i, 40 + i);
        fill(SIZE, 48 + 8 * i);
    }
    fill(SIZE, 8);
    fill(SIZE, SIZE - HEAD - 1 - MORE);
}

/* What does not go in changes nothing: there is room for a shorter
   one. */
static void
is_as_it_was(void)
{
    const size_t length = SIZE / 3;
    struct actor *a, *b;
    uint64_t address;

    name = seeded_name();
    new_texts();
    a = actor_start(WORLD_USER, "create", name, text_of(SIZE),
                    "fill", text_of((long)length), "push", text[0],
                    "nth", "2", NULL);
    address = created(a, name, &object, SIZE);
    actor_to_gate(a, GATE_LEAVE, "when the list gets full");
    if (a->value != 2)
        fail("two",
             "%ld texts of %zu bytes fill a list of %d bytes",
             a->value, length, SIZE);
    pushed(a, "a text was too long; then one that is not");
    must_have(a, text[0], &object, "a text was too long");
    b = actor_start(WORLD_USER, "reserve", hex(address),
                    hex(address + SIZE), "attach", name, "nth", "2",
                    "nth", "3", NULL);
    if (result(b, "another process, in list_attach()") == 0)
        fail("an address", "list_attach() returns NULL, %s",
             strerror(b->error));
    must_have(b, text[0], &object, "a text was too long");
    must_have(b, NULL, &object, "a text was too long");
    end();
}

static void
gets_large(void)
{
    fill(LARGE, 4000 + seeded(500));
}

/* An object that is somebody else's. */
static void
must_stay(const char *word, size_t n)
{
    if (!world_holds(name, word, n))
        fail("it stays as it is",
             "list_create() has failed, and what was there is not "
             "what it was");
}

/* The other one's comes while list_create() is held at each of its
   calls in turn, as long as there is none. */
static void
takes_no_other(const char *word, size_t n)
{
    struct stat sb;

    for (int k = 1;; k++) {
        struct actor *a;

        name = seeded_name();
        a = actor_start(WORLD_USER, "create", name, text_of(SIZE),
                        NULL);
        if (!actor_to_call(a, k) || world_stat(name, &sb) == 0)
            break;
        if (!world_create(WORLD_USER, name, 0600, word, n))
            cannot("no object can be created");
        if (result(a, "in list_create()") != 0 ||
            a->error != EEXIST)
            fail("NULL, and EEXIST",
                 "another process creates the object first; "
                 "list_create() returns %s%s",
                 a->value == 0 ? "NULL, " : "an address",
                 a->value == 0 ? strerrorname_np(a->error) : "");
        must_stay(word, n);
        end();
    }
    end();
}

static void
knows_errors(void)
{
    static const char word[] = "somebody else's";
    struct actor *a;

    name = seeded_name();
    a = actor_start(WORLD_USER, "attach", name, NULL);
    if (result(a, "in list_attach()") != 0 || a->error != ENOENT)
        fail("NULL, and ENOENT",
             "there is no list; list_attach() returns %s, %s",
             a->value == 0 ? "NULL" : "an address",
             strerror(a->error));
    end();
    if (!world_create(WORLD_USER, name, 0600, word, sizeof(word)))
        cannot("no object can be created");
    a = actor_start(WORLD_USER, "create", name, text_of(SIZE),
                    NULL);
    if (result(a, "in list_create()") != 0 || a->error != EEXIST)
        fail(
            "NULL, and EEXIST",
            "there is such an object; list_create() returns %s, %s",
            a->value == 0 ? "NULL" : "an address",
            strerror(a->error));
    must_stay(word, sizeof(word));
    end();
    takes_no_other(word, sizeof(word));
}

/* Whether it is a call that sizes, asks for the size, or maps. */
static bool
may_fail(const struct call *call)
{
    switch (call->nr) {
    case SYS_mmap:
        return (int)call->args[4] != -1;
    case SYS_ftruncate:
    case SYS_fallocate:
    case SYS_fstat:
    case SYS_newfstatat:
    case SYS_statx:
    case SYS_lseek:
        return true;
    default:
        return false;
    }
}

/* The k-th of those calls fails, with ENOMEM. Returns false if
   there is none. */
static bool
one_fails(const char *command, const char *size, int k)
{
    struct actor *a = actor_start(WORLD_USER, command, name, size,
                                  NULL);
    enum event event;
    struct stat sb;
    char when[64] = "";
    int n = 0;

    while ((event = actor_next(a, true)) == AT_CALL ||
           event == AT_PAUSE)
        if (event == AT_CALL && may_fail(&a->call) && ++n == k) {
            snprintf(when, sizeof(when), "in %s, %s(2) fails",
                     command, park_name(a->call.nr));
            actor_answer(a, 0, ENOMEM);
        }
    if (n < k)
        return false;
    if (!actor_has_returned(a))
        fail("NULL, and ENOMEM", "%s, and %s", when,
             actor_event(a, event));
    if (a->value == 0 && a->error != ENOMEM)
        fail("NULL, and ENOMEM", "%s, and errno is: %s", when,
             strerror(a->error));
    if (a->value != 0 &&
        (world_stat(name, &sb) == -1 || (size_t)sb.st_size != SIZE))
        fail("NULL, and ENOMEM", "%s, and an address is returned",
             when);
    if (a->value != 0)
        must_lie_in(a, (uint64_t)a->value, &sb, when);
    return true;
}

static void
tells_failures(void)
{
    struct actor *a;
    bool fails = true;

    for (int k = 1; fails; k++) {
        name = seeded_name();
        fails = one_fails("create", text_of(SIZE), k);
        end();
    }
    name = seeded_name();
    a = actor_start(WORLD_USER, "create", name, text_of(SIZE),
                    NULL);
    (void)result(a, "in list_create()");
    for (int k = 1; one_fails("attach", NULL, k);)
        k++;
    end();
}

const struct check checks_09[] = {
    {"offsets.list",
     "in one process, what goes in comes out, in order",
     "that is what it is for", "shm_open(3), mmap(2)", works_alone,
     0, false},
    {"offsets.place", "another process maps it where there is room",
     "with MAP_FIXED, what was there is taken away, unasked; and "
     "what is not mapped is SIGSEGV or SIGBUS",
     "mmap(2): MAP_FIXED, fstat(2)", attaches, 0, false},
    {"offsets.read", "there, all texts are found",
     "an address means something in the process that made it, only",
     "mmap(2), shm_overview(7)", is_read, 0, false},
    {"offsets.written", "what it puts in the first one finds, too",
     "an address means something in the process that made it, only",
     "mmap(2)", is_written, 0, false},
    {"offsets.stays", "the list needs no process to live",
     "a variable of a process is not in the object",
     "shm_overview(7): Persistence", stays, 0, false},
    {"offsets.two", "a process can have two lists",
     "a variable for the one address is one too few", "mmap(2)",
     has_two, 0, false},
    {"offsets.full", "when it is full, it says so",
     "what is beyond the object is SIGBUS, or somebody else's",
     "mmap(2), errno(3)", gets_full, 0, false},
    {"offsets.unchanged", "what is too long changes nothing",
     "the next one may be short enough", "errno(3)", is_as_it_was,
     0, false},
    {"offsets.large", "it may be large",
     "with 16 bits an offset ends at 65535", "fstat(2), mmap(2)",
     gets_large, 0, false},
    {"offsets.errors", "what cannot be had is said",
     "the caller has to know", "shm_open(3): ENOENT, EEXIST",
     knows_errors, 0, false},
    {"offsets.fails", "a call that fails is an error",
     "the caller would take for a list what is none",
     "mmap(2): MAP_FAILED, ftruncate(2)", tells_failures, 0, false},
    {0},
};
