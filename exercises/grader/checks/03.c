/* SPDX-License-Identifier: 0BSD */
/*
 * 03.c - checks of excl-race
 *
 * One process is held before each of its calls in turn, a second
 * one before each of its own, and a third one runs. Then the others
 * go on. Two checks go through all of that, and look at one thing
 * each that may go wrong.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../actor.h"
#include "../check.h"
#include "../world.h"

/* So often one may look whether another has gone on: if it has not,
   and if nothing keeps it from going on. */
enum { LOOKS = 20, PATIENCE = 5000 };

/* At so many calls the second one is held; whoever makes more goes
   round in circles. */
enum { STEPS = 16 };

/* It returns -1, and errno is 0. */
enum { NO_ERRNO = -1 };

static const char *name;
static size_t length;
static const char theirs[] = "what others have written";

/* One process that calls create_or_open(), and what it has got. */
struct caller {
    struct actor *a;
    enum event event;
    bool returned, writable;
    int steps, descriptors, error, creator;
    struct stat sb;
};

static void
new_object(void)
{
    name = seeded_name();
    length = 1 + seeded(20000);
}

static void
begin(struct caller *c)
{
    memset(c, 0, sizeof(*c));
    c->event = AT_CALL;
    c->a = actor_start(WORLD_USER, name, text_of((long)length),
                       NULL);
    c->descriptors = watch_descriptors(c->a->pid);
}

static void
forget(void)
{
    actors_end();
    world_unlink(name);
}

/* One call more. Returns false if that was none. */
static bool
step(struct caller *c)
{
    c->event = actor_next(c->a, true);
    c->steps++;
    return c->event == AT_CALL || c->event == AT_PAUSE;
}

/* As far as it gets. When it has returned, the kernel is asked what
   its descriptor is. */
static void
run(struct caller *c, int looks)
{
    int fd, copy;

    if (c->returned)
        return;
    while (c->event != AT_GATE) {
        c->event = actor_next(c->a, false);
        if (c->event == ENDED)
            fail("it returns", "in create_or_open(): %s",
                 actor_event(c->a, c->event));
        if (c->event == ASLEEP || c->event == BUSY ||
            (c->event == AT_PAUSE && --looks == 0))
            return;
    }
    c->returned = true;
    c->descriptors = watch_descriptors(c->a->pid) - c->descriptors;
    fd = (int)c->a->value;
    c->error = fd != -1           ? 0
               : c->a->error != 0 ? c->a->error
                                  : NO_ERRNO;
    if (fd != -1) {
        copy = watch_open(c->a->pid, fd, O_PATH);
        if (copy == -1 || fstat(copy, &c->sb) == -1)
            fail("a descriptor of the object",
                 "create_or_open() returns %d, which is not open",
                 fd);
        close(copy);
        c->writable = (watch_flags(c->a->pid, fd) & O_ACCMODE) ==
                      O_RDWR;
    }
    actor_to_gate(c->a, GATE_INSIDE, "after create_or_open()");
    c->creator = (int)c->a->value;
}

static const char *
says(const struct caller *c)
{
    return c->error == 0          ? "no error"
           : c->error == NO_ERRNO ? "-1, but errno is 0"
                                  : strerror(c->error);
}

static void
must_return(struct caller *c, const char *when)
{
    run(c, PATIENCE);
    if (!c->returned)
        fail("create_or_open() returns", "%s: %s", when,
             actor_event(c->a, c->event));
}

static void
must_work(struct caller *c, const char *when)
{
    must_return(c, when);
    if (c->error != 0)
        fail("a descriptor", "%s: %s", when, says(c));
    if (c->descriptors != 1)
        fail("1, which is returned",
             "%s: descriptors open: %d more than before", when,
             c->descriptors);
    if (!c->writable)
        fail("a descriptor for reading and writing",
             "%s: it is not for both", when);
}

static void
creates(void)
{
    struct caller c;
    struct stat sb = {0};

    new_object();
    begin(&c);

    /* Who opens it while others may keeps it. */
    while (step(&c))
        if (world_stat(name, &sb) == 0 && (sb.st_mode & 077) != 0)
            fail("mode 0600, from the beginning",
                 "before %s(2) it has %04o",
                 park_name(c.a->call.nr),
                 (unsigned int)sb.st_mode & 07777);
    must_work(&c, "there is no object");
    if (world_stat(name, &sb) == -1 || sb.st_ino != c.sb.st_ino)
        fail("a new object of that name, and its descriptor",
             "there is none, or the descriptor is of another one");
    if ((size_t)sb.st_size != length ||
        (sb.st_mode & 07777) != 0600)
        fail("the length that was asked for, and mode 0600",
             "%zu bytes were asked for; it has %lld, and mode %04o",
             length, (long long)sb.st_size,
             (unsigned int)sb.st_mode & 07777);
    if (c.creator != 1)
        fail("1", "there was no object, and *creator is %d",
             c.creator);
    forget();
}

/* The object of somebody, n bytes long, is there before: longer or
   shorter than what is asked for. */
static void
join(struct caller *c, struct stat *before, size_t n, bool longer)
{
    new_object();
    length = longer ? 1 + seeded(10) : n + length;
    if (!world_create(WORLD_USER, name, 0640, theirs, n) ||
        world_stat(name, before) == -1)
        cannot("no object can be created");
    begin(c);
    must_work(c, n == 0 ? "there is an object of length 0"
                        : "there is an object");
}

static void
opens(void)
{
    struct caller c;
    struct stat before;

    join(&c, &before, sizeof(theirs), false);
    forget();
}

static void
keep(bool longer)
{
    struct caller c;
    struct stat before, sb;

    join(&c, &before, sizeof(theirs), longer);
    if (world_stat(name, &sb) == -1 || sb.st_ino != before.st_ino ||
        sb.st_ino != c.sb.st_ino)
        fail("the object that was there, and its descriptor",
             "there is an object, and you put another one in its "
             "place");
    if (sb.st_mode != before.st_mode ||
        !world_holds(name, theirs, sizeof(theirs)))
        fail("nothing about it changes",
             "there is an object, and its length, mode or contents "
             "change");
    forget();
}

static void
keeps(void)
{
    keep(false);
    keep(true);
}

static void
tells_of(size_t n, const char *what)
{
    struct caller c;
    struct stat sb;

    join(&c, &sb, n, false);
    if (c.creator != 0)
        fail("0", "%s is there, and *creator is %d", what,
             c.creator);
    if (world_stat(name, &sb) == -1 || (size_t)sb.st_size != n)
        fail("it stays as it was", "%s is there, and changes",
             what);
    forget();
}

static void
tells(void)
{
    tells_of(sizeof(theirs), "an object");
}

static void
takes_empty(void)
{
    tells_of(0, "an object of length 0, as after a crash,");
}

/* Where one is held, for messages. */
static const char *
held_at(const struct caller *c, char text[64])
{
    if (c->steps == 0)
        return "the start";
    if (c->event != AT_CALL && c->event != AT_PAUSE)
        return "its end";
    snprintf(text, 64, "%s(2)", park_name(c->a->call.nr));
    return text;
}

/* One goes i steps, one j, the third one runs; then they go on. */
static void
sweep(void (*judge)(const struct caller c[3], const char *when))
{
    bool more_i = true, more_j;

    for (int i = 0; more_i; i++) {
        more_j = true;
        for (int j = 0; more_i && more_j && j < STEPS; j++) {
            struct caller c[3];
            char first[64], second[64], when[300];

            new_object();
            for (int n = 0; n < 3; n++)
                begin(&c[n]);
            for (int n = 0; n < i && more_i; n++)
                more_i = step(&c[0]);
            for (int n = 0; n < j && more_j; n++)
                more_j = step(&c[1]) && c[1].event == AT_CALL;
            snprintf(when, sizeof(when),
                     "one held at %s, one at %s, one runs",
                     held_at(&c[0], first), held_at(&c[1], second));

            /* Some may wait for the creator: they go on later. */
            for (int n = 0; n < 3 * 3; n++)
                run(&c[2 - n % 3], LOOKS);
            for (int n = 0; n < 3; n++)
                must_return(&c[n], when);
            judge(c, when);
            forget();
        }
    }
}

static void
none_fails(const struct caller c[3], const char *when)
{
    for (int n = 0; n < 3; n++)
        if (c[n].error != 0)
            fail("the object, for each of them", "%s: %s", when,
                 says(&c[n]));
}

static void
one_creates(const struct caller c[3], const char *when)
{
    int creators = 0;
    struct stat sb;

    for (int n = 0; n < 3; n++)
        creators += c[n].error == 0 && c[n].creator == 1;
    if (creators != 1)
        fail("1", "%s: %d creators", when, creators);
    if (world_stat(name, &sb) == -1)
        fail("the object", "%s: none", when);
    for (int n = 0; n < 3; n++)
        if (c[n].sb.st_ino != sb.st_ino)
            fail("the same object for all", "%s: two objects",
                 when);
    if ((size_t)sb.st_size != length)
        fail("the length that was asked for", "%s: %lld bytes",
             when, (long long)sb.st_size);
}

static void
never_fails(void)
{
    sweep(none_fails);
}

static void
is_one(void)
{
    sweep(one_creates);
}

/* Whether it is a call that creates the object, or opens one that
   is there; what does both must be ready for both. */
static bool
is_open(const struct call *call, bool *creates_it)
{
    uint64_t flags = O_CREAT | O_EXCL;

    if (call->nr == SYS_openat)
        flags = call->args[2];
#ifdef SYS_open
    else if (call->nr == SYS_open)
        flags = call->args[1];
#endif
    else if (call->nr != SYS_linkat)
        return false;
    *creates_it = (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0;
    return (flags & O_TMPFILE) != O_TMPFILE;
}

/* So often, the object is there when it wants to create it, and not
   there when it wants to open it. */
static void
come_and_go(int times)
{
    struct caller c;
    struct stat sb = {0}, made = {0};
    bool creates_it;

    new_object();
    begin(&c);
    while (times > 0 && step(&c)) {
        if (c.event != AT_CALL || !is_open(&c.a->call, &creates_it))
            continue;
        times--;
        if (!creates_it)
            world_unlink(name);
        else if (world_stat(name, &sb) == -1 &&
                 (!world_create(WORLD_USER, name, 0600, "", 0) ||
                  world_stat(name, &made) == -1))
            cannot("no object can be created");
    }
    must_work(&c, "the object comes and goes");
    if (world_stat(name, &sb) == -1 || sb.st_ino != c.sb.st_ino ||
        c.creator != (sb.st_ino != made.st_ino))
        fail("the object that is there at last; 1 if it is yours",
             "it came and went: another one, or *creator, %d, is "
             "wrong",
             c.creator);
    forget();
}

static void
survives_removal(void)
{
    come_and_go(3);
}

static void
never_gives_up(void)
{
    come_and_go(300);
}

static void
knows_errors(void)
{
    struct caller c;
    struct stat sb;
    bool creates_it;

    new_object();
    if (!world_create(WORLD_USER, name, 0, theirs, sizeof(theirs)))
        cannot("no object can be created");
    begin(&c);
    run(&c, PATIENCE);
    if (c.error != EACCES)
        fail("it returns -1, and EACCES",
             "nobody may open the object, and you say: %s",
             c.returned ? says(&c) : actor_event(c.a, c.event));
    if (world_stat(name, &sb) == -1)
        fail("it stays",
             "you may not open the object, and remove it");
    forget();

    /* There is no descriptor left to open it. */
    new_object();
    if (!world_create(WORLD_USER, name, 0600, theirs,
                      sizeof(theirs)))
        cannot("no object can be created");
    begin(&c);
    while (step(&c))
        if (c.event == AT_CALL &&
            is_open(&c.a->call, &creates_it) && !creates_it)
            actor_answer(c.a, 0, EMFILE);
    must_return(&c, "an open(2) fails");
    if (c.error != 0 && c.error != EMFILE)
        fail("EMFILE", "open(2) fails with EMFILE, and you say: %s",
             says(&c));
    if (world_stat(name, &sb) == -1)
        fail("it stays",
             "the object cannot be opened, EMFILE, and you remove "
             "what you have not created");
    forget();
}

/* Each call that creates the object, or gives it its length, fails
   once. */
static void
cleans_up(void)
{
    bool injected = true, creates_it = false;

    for (int k = 1; injected; k++) {
        struct caller c;
        struct stat sb;
        char call[64] = "";
        int n = 0;

        new_object();
        begin(&c);
        injected = false;
        while (!injected && step(&c)) {
            held_at(&c, call);
            injected = (c.a->call.nr == SYS_ftruncate ||
                        c.a->call.nr == SYS_fallocate ||
                        c.a->call.nr == SYS_fchmod ||
                        (is_open(&c.a->call, &creates_it) &&
                         creates_it)) &&
                       ++n == k;
        }
        if (injected)
            actor_answer(c.a, 0, ENOSPC);
        must_return(&c, "one call fails");
        if (world_stat(name, &sb) == -1)
            sb.st_size = -1;
        if (c.error == 0 && sb.st_size != (off_t)length)
            fail("-1, or an object as long as it must be",
                 "%s fails, and create_or_open() returns a "
                 "descriptor",
                 call);
        if (c.error != 0 && c.error != ENOSPC)
            fail("ENOSPC, as that call said",
                 "%s fails, and errno is: %s", call, says(&c));
        if (c.error != 0 && (sb.st_size != -1 || c.descriptors > 0))
            fail("nothing is left", "%s fails, and %s is left",
                 call,
                 sb.st_size != -1 ? "the object" : "a descriptor");
        forget();
    }
}

const struct check checks_03[] = {
    {"excl-race.creates", "alone, it creates the object",
     "that is what it is for", "shm_open(3), ftruncate(2)", creates,
     0, false},
    {"excl-race.opens", "an object that is there is opened",
     "that you are not the first is no error: EEXIST",
     "shm_open(3)", opens, 0, false},
    {"excl-race.keeps", "and stays as it was",
     "others use it: they would talk past you, or be killed",
     "shm_open(3): O_EXCL, O_TRUNC", keeps, 0, false},
    {"excl-race.tells", "who did not create it is told so",
     "a creator initializes: a second one would destroy",
     "shm_open(3): O_EXCL", tells, 0, false},
    {"excl-race.eexist", "of many at once, none gets an error",
     "between two of your calls another one may create the object",
     "shm_open(3): EEXIST", never_fails, 0, false},
    {"excl-race.one", "of many at once, exactly one is the creator",
     "only O_CREAT with O_EXCL looks and creates in one step",
     "open(2): O_EXCL", is_one, 0, false},
    {"excl-race.empty", "an object without a length is an object",
     "its length does not say who has created it",
     "shm_open(3): O_EXCL", takes_empty, 0, false},
    {"excl-race.removed",
     "if it is removed meanwhile, it begins again",
     "between two of your calls another one may remove the object",
     "shm_open(3): ENOENT", survives_removal, 0, false},
    {"excl-race.errors", "other errors are errors",
     "you would try for ever, or remove what you may not open",
     "shm_open(3): EACCES", knows_errors, 0, false},
    {"excl-race.clean", "if a call fails, nothing is left",
     "nobody would ever be the creator of what is left",
     "shm_unlink(3)", cleans_up, 0, false},
    {"excl-race.again", "as often as that happens",
     "what happened once may happen twice", "shm_open(3): ENOENT",
     never_gives_up, 0, false},
    {0},
};
