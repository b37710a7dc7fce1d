/* SPDX-License-Identifier: 0BSD */
/*
 * 07.c - checks of lost-update
 *
 * A process that has read the number, and has not written it back,
 * is held between the two: at a gate in value_get() or value_set().
 * What can others do meanwhile? If any of them reads the number,
 * one addition is lost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "../actor.h"
#include "../check.h"
#include "../world.h"

static const char *name;

/* A new counter. */
static void
begin(void)
{
    struct actor *a;

    name = seeded_name();
    a = actor_start(WORLD_USER, "init", name, NULL);
    actor_to_gate(a, GATE_RETURNED, "in counter_init()");
    if (a->value != 0)
        fail("0", "counter_init() returns %ld, %s", a->value,
             strerror(a->error));
    actor_end(a, "after counter_init()");
}

static void
end(void)
{
    actors_end();
    world_unlink(name);
}

static struct actor *
adder(long n)
{
    return actor_start(WORLD_USER, "add", name, text_of(n), NULL);
}

/* The number is the last thing in the object, see main.c. */
static long
number(void)
{
    long value = 0;
    int fd = world_open(name, O_RDONLY);
    struct stat sb;

    if (fd == -1 || fstat(fd, &sb) == -1 ||
        pread(fd, &value, sizeof(value),
              sb.st_size - (off_t)sizeof(value)) != sizeof(value))
        fail("the object is there", "%s: %s", name,
             strerror(errno));
    close(fd);
    return value;
}

static void
finish(struct actor *a, const char *who)
{
    actor_to_gate(a, GATE_RETURNED, who);
    if (a->value != 0)
        fail("0", "%s: counter_add() returns %ld, %s", who,
             a->value, strerror(a->error));
    actor_end(a, who);
}

/* Lets it go on past its gates until it returns. */
static void
add_alone(long n, const char *who)
{
    struct actor *a = adder(n);

    actor_to_gate(a, GATE_INSIDE, who);
    actor_to_gate(a, GATE_LEAVE, who);
    finish(a, who);
}

static void
adds(void)
{
    long n = 1 + (long)seeded(1000), m = 1 + (long)seeded(1000);

    begin();
    add_alone(n, "one process alone");
    add_alone(m, "the next process");
    if (number() != n + m)
        fail(text_of(n + m), "after adding %ld and %ld it is %ld",
             n, m, number());
    end();
}

/* Starts one that is held when it has read the number. */
static struct actor *
inside(long n)
{
    struct actor *a = adder(n);

    actor_to_gate(a, GATE_INSIDE, "the first process");
    return a;
}

/* How far another one gets. Who asks again and again may do so some
   times. */
static enum event
try_to_add(struct actor *b)
{
    enum event event;
    int pauses = 0;

    do
        event = actor_next(b, false);
    while (event == AT_PAUSE && ++pauses < 100);
    return event;
}

static void
not_both(struct actor *b, enum event event, const char *where)
{
    if (event == AT_GATE && b->gate == GATE_INSIDE)
        fail("the second one waits until the first has written",
             "one process %s, and a second one reads %ld, too",
             where, b->value);
    if (event == ENDED ||
        (event == AT_GATE && b->gate == GATE_RETURNED))
        fail("it waits", "one process %s, and a second one %s",
             where,
             event == ENDED ? actor_event(b, event)
                            : "returns without having added");
}

/* Also when others have come and gone. */
static void
is_exclusive(void)
{
    struct actor *b;

    begin();
    add_alone(1, "one process alone");
    add_alone(1, "the next process");
    inside(1);
    b = adder(1);
    not_both(b, try_to_add(b), "has read the number");
    end();
}

/* With one waiting, who unlocks has to wake it. Held there, it must
   have written: a third one finds the lock open. */
static void
is_whole(void)
{
    struct actor *a, *b, *c;
    bool written = false;
    enum event event;

    begin();
    a = inside(1);
    b = adder(1);
    try_to_add(b);
    while ((event = actor_next(a, true)) == AT_CALL ||
           (event == AT_GATE && a->gate == GATE_LEAVE)) {
        if (event == AT_GATE) {
            not_both(b, try_to_add(b),
                     "is about to write the number");
            written = true;
        } else if (!written) {
            c = adder(1);
            not_both(c, try_to_add(c),
                     "has read the number and not written it");
            actor_kill(c, SIGKILL);
        }
    }
    end();
}

static void
sleeps(void)
{
    struct actor *b;
    enum event event;

    begin();
    inside(1);
    b = adder(1);
    event = try_to_add(b);
    if (event == AT_PAUSE)
        because(
            "who looks again and again comes late, and uses the "
            "processor each time",
            "sem_wait(3)");
    if (event != ASLEEP)
        fail("it sleeps, until it is woken",
             "while another one is at it: %s",
             actor_event(b, event));
    end();
}

/* Who waits until some time must wait again when that has come. */
static void
is_patient(void)
{
    struct actor *b;

    begin();
    inside(1);
    b = adder(1);
    b->hurries = true;
    not_both(b, try_to_add(b),
             "takes its time between reading and writing");
    end();
}

static void
wakes(void)
{
    struct actor *a, *b;
    long n = 1 + (long)seeded(1000), m = 1 + (long)seeded(1000);
    enum event event;

    begin();
    a = inside(n);
    b = adder(m);
    try_to_add(b);
    actor_to_gate(a, GATE_LEAVE, "the first process");
    finish(a, "the first process");
    event = try_to_add(b);
    if (event == ASLEEP)
        fail("who waits is woken", "all others have ended, and one "
                                   "process sleeps for ever");
    if (event != AT_GATE || b->gate != GATE_INSIDE)
        fail("who waits goes on", "the second process: %s",
             actor_event(b, event));
    actor_to_gate(b, GATE_LEAVE, "the second process");
    finish(b, "the second process");
    if (number() != n + m)
        fail(text_of(n + m), "after adding %ld and %ld it is %ld",
             n, m, number());
    end();
}

static void
bears_signals(void)
{
    struct actor *a, *b;
    enum event event;

    begin();
    a = inside(1);
    b = adder(1);
    try_to_add(b);
    for (int i = 0; i < 30; i++) {
        event = actor_interrupt(b);
        if (event == AT_GATE && b->gate == GATE_INSIDE)
            fail("it waits on", "a signal came, and it went in "
                                "while another was there");
        if (event == AT_GATE && b->gate == GATE_RETURNED)
            fail("it waits on",
                 "a signal came, and counter_add() returns %ld, %s",
                 b->value, strerror(b->error));
        if (event == ENDED)
            fail("it waits on", "a signal came, and %s",
                 actor_event(b, event));
    }
    actor_to_gate(a, GATE_LEAVE, "the first process");
    finish(a, "the first process");
    actor_to_gate(b, GATE_INSIDE, "the second process");
    end();
}

const struct check checks_07[] = {
    {"lost-update.adds", "one process after the other adds",
     "this is what it is for", "sem_init(3), sem_wait(3)", adds, 0,
     false},
    {"lost-update.exclusive", "while one is at it, no other can be",
     "both would read the same number, and one addition is lost",
     "sem_wait(3), sem_overview(7)", is_exclusive, 0, false},
    {"lost-update.whole",
     "the lock is held from reading to writing",
     "between two short locks another process can read the number",
     "sem_wait(3), sem_post(3)", is_whole, 0, false},
    {"lost-update.sleeps", "who waits sleeps",
     "a process that spins takes the time that the other one needs",
     "sem_wait(3), sem_trywait(3)", sleeps, 0, false},
    {"lost-update.patient", "who waits does so as long as it takes",
     "who is in the middle may be stopped there, for hours",
     "sem_wait(3), sem_timedwait(3)", is_patient, 0, false},
    {"lost-update.wakes", "who waits is woken, in another process",
     "a semaphore that is not shared between processes wakes "
     "threads only",
     "sem_init(3): pshared", wakes, 0, false},
    {"lost-update.signal", "a signal does not open the lock",
     "sem_wait(3) may return -1 with EINTR: then you do not have "
     "it",
     "sem_wait(3), signal(7)", bears_signals, 0, false},
    {0},
};
