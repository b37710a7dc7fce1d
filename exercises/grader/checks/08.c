/* SPDX-License-Identifier: 0BSD */
/*
 * 08.c - checks of bounded-buffer
 *
 * Each access to a slot has a gate before it and one after it, and
 * who wakes another is held, too. So the grader can put a process
 * in the middle of anything, and see what the others do meanwhile.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>

#include "../../08-bounded-buffer/bounded_buffer.h"
#include "../actor.h"
#include "../check.h"
#include "../world.h"

enum { SIGNALS = 30 };

static const char *name;
static long base;

/* A new ring. */
static void
begin(void)
{
    struct actor *a;

    name = seeded_name();
    base = -1000 - (long)seeded(1000000);
    a = actor_start(WORLD_USER, "init", name, NULL);
    actor_to_gate(a, GATE_RETURNED, "in ring_init()");
    if (a->value != 0)
        fail("0", "ring_init() returns %ld, %s", a->value,
             strerror(a->error));
    actor_end(a, "after ring_init()");
}

static void
end(void)
{
    actors_end();
    world_unlink(name);
}

static struct actor *
putter(long n, long times)
{
    return actor_start(WORLD_USER, "put", name, text_of(base + n),
                       text_of(times), NULL);
}

static struct actor *
taker(long times)
{
    return actor_start(WORLD_USER, "take", name, text_of(times),
                       NULL);
}

/* Lets it go on, past the slots, until it returns or gets no
   further. */
static enum event
go_on(struct actor *a)
{
    enum event event;
    int pauses = 0;

    do
        event = actor_next(a, false);
    while ((event == AT_PAUSE && ++pauses < 100) ||
           (event == AT_GATE &&
            (a->gate == GATE_ENTER || a->gate == GATE_LEAVE ||
             a->gate == GATE_SIGNAL)));
    if (event == AT_GATE && a->gate == GATE_ERROR)
        fail("slots from 0 to 3", "it uses slot %ld", a->value);
    if (event == AT_GATE && a->gate == GATE_RETURNED &&
        a->value != 0)
        fail("0", "it returns %ld, %s", a->value,
             strerror(a->error));
    return event;
}

static bool
returns(enum event event, const struct actor *a)
{
    return event == AT_GATE && a->gate == GATE_RETURNED;
}

static void
must_put(struct actor *a, const char *when)
{
    enum event event = go_on(a);

    if (!returns(event, a))
        fail("ring_put() returns", "%s, and one who puts: %s", when,
             actor_event(a, event));
}

/* Puts in the first n values. The one who does it could go on. */
static struct actor *
fill(int n)
{
    struct actor *p = putter(0, n + 1);

    for (int i = 0; i < n; i++)
        must_put(p, "there is room");
    return p;
}

/* What has been taken must be base + n. */
static void
must_be(struct actor *a, long n, const char *when)
{
    actor_to_gate(a, GATE_INSIDE, "one who takes");
    if (a->value != base + n)
        fail("what was put in first comes out first",
             "%s: the value %ld is next, and %ld is taken", when,
             base + n, a->value);
}

static void
must_take(struct actor *a, long n, const char *when)
{
    enum event event = go_on(a);

    if (!returns(event, a))
        fail("ring_take() returns", "%s, and one who takes: %s",
             when, actor_event(a, event));
    must_be(a, n, when);
}

/* The first one makes that the second one, which waits, can go on;
   which may have the mutex before the first one returns. */
static void
must_help(struct actor *first, struct actor *second,
          const char *when)
{
    enum event event = go_on(first), other = go_on(second);

    if (!returns(event, first))
        event = go_on(first);
    if (!returns(event, first))
        fail("both return", "%s. The other one: %s", when,
             actor_event(first, event));
    if (!returns(other, second))
        fail("both return", "%s. Who waited: %s", when,
             actor_event(second, other));
}

static void
must_wait(struct actor *a, const char *when)
{
    enum event event = go_on(a);

    if (event == AT_GATE || event == ENDED)
        fail("it waits", "%s: %s", when,
             event == AT_GATE ? "it returns"
                              : actor_event(a, event));
}

/* Each amount, over the end of the ring and on. */
static void
keeps_order(void)
{
    struct actor *a, *b;
    long in = 0, out = 0;

    begin();
    a = putter(0, 10L * SLOTS);
    b = taker(10L * SLOTS);
    for (long round = 0; in < 8L * SLOTS; round++) {
        for (long i = 0; i <= round % (SLOTS - 1); i++, in++)
            must_put(a, "there is room");
        for (; out < in; out++)
            must_take(b, out, "there are values");
    }
    end();
}

static void
stops_when_full(void)
{
    struct actor *a;

    begin();
    a = fill(SLOTS);
    must_wait(a, "all 4 slots are full, and somebody puts");
    end();
}

static void
stops_when_empty(void)
{
    struct actor *a, *b;

    begin();
    b = taker(3);
    must_wait(b, "the ring is empty, and somebody takes");
    end();
    begin();
    a = putter(0, 1);
    must_put(a, "there is room");
    b = taker(2);
    must_take(b, 0, "there is one value");
    must_wait(b, "the ring is empty again, and somebody takes");
    end();
}

/* Who puts waits for who takes, and the other way round. */
static void
goes_on(void)
{
    const char *full = "the ring is full, somebody waits to put, "
                       "and another one takes",
               *empty =
                   "the ring is empty, somebody waits to take, "
                   "and another one puts";
    struct actor *a, *b;

    begin();
    a = fill(SLOTS);
    go_on(a);
    b = taker(SLOTS + 2);
    must_help(b, a, full);
    must_be(b, 0, full);
    for (int i = 1; i <= SLOTS; i++)
        must_take(b, i, "there are values");
    go_on(b);
    a = putter(SLOTS + 1, 1);
    must_help(a, b, empty);
    must_be(b, SLOTS + 1, empty);
    end();
}

static void
further(struct actor *a)
{
    if (!actor_has_returned(a))
        go_on(a);
}

/* Lets all of them return, whoever can go on first. */
static void
finish(struct actor *all[], int n)
{
    bool done[8] = {false};
    int left = n;

    for (bool moves = true; moves && left > 0;) {
        moves = false;
        for (int i = 0; i < n; i++) {
            if (done[i] || (!actor_has_returned(all[i]) &&
                            !returns(go_on(all[i]), all[i])))
                continue;
            done[i] = moves = true;
            left--;
        }
    }
    if (left > 0)
        fail("all of them go on in the end",
             "%d processes were at it at once, and %d never return",
             n, left);
}

/* The values base, base + 1 ... must be there, each once. */
static void
note(bool seen[3], long value, const char *what)
{
    long n = value - base;

    if (n < 0 || n > 2 || seen[n])
        fail("each value that was put in comes out once", "%s",
             what);
    seen[n] = true;
}

/* One process is held at each of its gates in turn, and where it
   wakes others. Meanwhile a second one, which has waited since the
   first came to the slot, and a third one do the same. */
static bool
hold(int k, struct actor *(*make)(int), struct actor *all[3])
{
    for (int i = 0; i < 3; i++)
        all[i] = make(i);
    if (!actor_step(all[0], 1))
        return false;
    go_on(all[1]);
    return actor_step(all[0], k - 1);
}

static struct actor *
make_putter(int n)
{
    return putter(n, 1);
}

static struct actor *
make_taker(int n)
{
    (void)n;
    return taker(1);
}

static void
puts_alone(void)
{
    struct actor *all[3], *t;

    for (int k = 1;; k++) {
        bool seen[3] = {false};

        begin();
        if (!hold(k, make_putter, all))
            break;
        go_on(all[2]);
        finish(all, 3);
        t = taker(3);
        for (int i = 0; i < 3; i++) {
            if (!returns(go_on(t), t))
                fail("three values are there",
                     "three processes have put one each");
            actor_to_gate(t, GATE_INSIDE, "one who takes");
            note(seen, t->value,
                 "three processes put at once, and one value takes "
                 "the place of another");
        }
        end();
    }
    end();
}

static void
takes_alone(void)
{
    struct actor *all[3];

    for (int k = 1;; k++) {
        bool seen[3] = {false};

        begin();
        fill(3);
        if (!hold(k, make_taker, all))
            break;
        go_on(all[2]);
        finish(all, 3);
        for (int i = 0; i < 3; i++) {
            actor_to_gate(all[i], GATE_INSIDE, "one who takes");
            note(seen, all[i]->value,
                 "three processes take at once, and two of them "
                 "get the same value");
        }
        end();
    }
    end();
}

/* Two wait, and two come whom they need: the first of these is held
   at each of its steps while the second one goes as far as it gets.
   Nobody may be forgotten. */
static void
crowd_waits(bool full)
{
    bool more = true;

    for (int k = 1; more; k++) {
        struct actor *all[4];

        begin();
        if (full)
            fill(SLOTS);
        for (int i = 0; i < 4; i++)
            all[i] = (i < 2) == full ? putter(100 + i, 1)
                                     : taker(1);
        go_on(all[0]);
        go_on(all[1]);
        more = actor_step(all[2], k);
        go_on(all[3]);
        finish(all, 4);
        end();
    }
}

/* One is at the last value or place; behind it one waits that will
   find none, and is held at each of its steps then, and one whom
   that will need. */
static void
just_before_it_sleeps(bool full)
{
    bool more = true;

    for (int k = 1; more; k++) {
        struct actor *all[3];

        begin();
        fill(full ? SLOTS - 1 : 1);
        all[0] = full ? putter(100, 1) : taker(1);
        actor_to_gate(all[0], GATE_ENTER, "one at a slot");
        all[1] = full ? putter(101, 1) : taker(1);
        go_on(all[1]);
        all[2] = full ? taker(1) : putter(102, 1);
        go_on(all[2]);
        further(all[0]);
        more = !actor_has_returned(all[1]) && actor_step(all[1], k);
        further(all[2]);
        finish(all, 3);
        end();
    }
}

static void
forgets_nobody(void)
{
    for (int full = 0; full < 2; full++) {
        crowd_waits(full);
        just_before_it_sleeps(full);
    }
}

/* Who puts is held before its value is there. Another one puts, and
   may be ready; who takes now must not get an empty slot. And the
   same at each step of who puts, while somebody waits to take. */
static void
takes_what_is_there(void)
{
    struct actor *a, *b, *c;

    begin();
    a = putter(0, 1);
    actor_to_gate(a, GATE_ENTER, "one who puts");
    b = putter(1, 1);
    go_on(b);
    c = taker(1);
    if (returns(go_on(c), c)) {
        actor_to_gate(c, GATE_INSIDE, "one who takes");
        if (c->value != base && c->value != base + 1)
            fail("it waits, or gets the other value",
                 "a slot is not filled yet, and its value, %ld, is "
                 "taken",
                 c->value);
    }
    end();
    for (int k = 1;; k++) {
        struct actor *w;
        int takers = 0;

        begin();
        w = taker(1);
        go_on(w);
        a = putter(0, 1);
        if (!actor_step(a, k))
            break;
        c = taker(1);
        if (returns(go_on(c), c)) {
            takers++;
            actor_to_gate(c, GATE_INSIDE, "one who takes");
            if (c->value != base)
                fail("it waits",
                     "the value %ld is not there yet, and %ld is "
                     "taken",
                     base, c->value);
        }

        /* Each may need the other one to go on. */
        for (int i = 0; i < 2; i++) {
            further(a);
            takers += !actor_has_returned(w) &&
                      returns(go_on(w), w);
            takers += takers == 0 && returns(go_on(c), c);
        }
        if (takers != 1)
            fail("one of them takes it, and the other one waits",
                 "one value is put, two processes take, and %s",
                 takers == 0 ? "none of them returns"
                             : "both return");
        end();
    }
    end();
}

/* The ring is full, somebody waits to put, and who takes is held at
   each of its steps. Another one takes, and another one puts: not
   into the slot that has not been read. */
static void
keeps_what_is_there(void)
{
    for (int k = 1;; k++) {
        struct actor *a, *w;

        begin();
        fill(SLOTS);
        w = putter(100, 1);
        go_on(w);
        a = taker(1);
        if (!actor_step(a, k))
            break;
        go_on(taker(1));
        go_on(w);
        go_on(putter(200, 1));
        if (!returns(go_on(a), a))
            fail("it goes on", "one who takes does not return");
        actor_to_gate(a, GATE_INSIDE, "one who takes");
        if (a->value > base + 1)
            fail("what was put in first",
                 "one who takes is slow, its slot is filled again, "
                 "and "
                 "it gets %ld instead of %ld",
                 a->value, base);
        end();
    }
    end();
}

static void
judge_sleep(const struct actor *a, enum event event,
            const char *when)
{
    if (event == AT_PAUSE)
        because(
            "who looks again and again comes late, and uses the "
            "processor each time",
            "sem_wait(3)");
    if (event != ASLEEP)
        fail("it sleeps, until it is woken", "%s: %s", when,
             actor_event(a, event));
}

static void
sleeps(void)
{
    struct actor *a, *b;
    enum event event;

    begin();
    b = taker(1);
    event = go_on(b);
    judge_sleep(b, event, "the ring is empty");
    actors_end();
    world_unlink(name);
    begin();
    a = putter(0, 1);
    actor_to_gate(a, GATE_ENTER, "one who puts");
    b = putter(1, 1);
    event = go_on(b);
    if (event == BUSY || event == AT_PAUSE)
        judge_sleep(b, event, "another process is at a slot");
    end();
}

/* Afterwards there are as many places as before, and values. */
static void
adds_up(long in, const char *when)
{
    struct actor *t = taker(in), *p = putter(500, SLOTS);

    for (long i = 0; i < in; i++) {
        if (!returns(go_on(t), t))
            fail("all values can be taken",
                 "%s; then %ld values are in the ring, and %ld of "
                 "them can be taken",
                 when, in, i);
        actor_to_gate(t, GATE_INSIDE, "one who takes");
    }
    for (int i = 0; i < SLOTS; i++)
        if (!returns(go_on(p), p))
            fail("all places can be used",
                 "%s; then the ring is empty, and %d values find a "
                 "place",
                 when, i);
}

/* While another one is at a slot. */
static void
bears_signals_at_the_lock(bool putting)
{
    struct actor *a, *b;

    begin();
    fill(2);
    a = putting ? putter(2, 1) : taker(1);
    actor_to_gate(a, GATE_ENTER, "one at a slot");
    b = putting ? putter(3, 1) : taker(1);
    if (go_on(b) == ASLEEP) {
        for (int i = 0; i < SIGNALS; i++) {
            enum event event;

            event = actor_interrupt(b);
            if (event != ASLEEP)
                fail("it sleeps on",
                     "another process is at a slot, a signal "
                     "comes, and %s",
                     event == AT_GATE ? "it does not wait any more"
                                      : actor_event(b, event));
        }
        if (!returns(go_on(a), a) || !returns(go_on(b), b))
            fail("both return",
                 "one is at a slot, another one waits, signals "
                 "come, and not both return");
        if (!putting) {
            actor_to_gate(a, GATE_INSIDE, "one who takes");
            actor_to_gate(b, GATE_INSIDE, "one who takes");
        }
        adds_up(putting ? 4 : 0, "signals came");
    }
    end();
}

static void
bears_signals(void)
{
    struct actor *a;

    bears_signals_at_the_lock(true);
    bears_signals_at_the_lock(false);

    for (int putting = 0; putting < 2; putting++) {
        begin();
        if (putting)
            fill(SLOTS);
        a = putting ? putter(SLOTS, 1) : taker(1);
        go_on(a);
        for (int i = 0; i < SIGNALS; i++) {
            enum event event;

            event = actor_interrupt(a);
            if (event != ASLEEP)
                fail("it sleeps on",
                     "the ring is %s, a signal comes, and %s",
                     putting ? "full" : "empty",
                     event == AT_GATE ? "it does not wait any more"
                                      : actor_event(a, event));
        }
        end();
    }
}

/* Who waits until some time waits again when that has come. While
   somebody is at another slot it may go in, but not give up, which
   go_on() sees. */
static void
is_patient(void)
{
    struct actor *b;

    for (int full = 0; full < 2; full++) {
        begin();
        if (full)
            fill(SLOTS);
        b = full ? putter(SLOTS, 1) : taker(1);
        b->hurries = true;
        must_wait(b, full ? "the ring is full, for a long time"
                          : "the ring is empty, for a long time");
        end();
    }
    begin();
    actor_to_gate(putter(0, 1), GATE_ENTER, "one who puts");
    b = putter(1, 1);
    b->hurries = true;
    go_on(b);
    end();
}

const struct check checks_08[] = {
    {"bounded-buffer.order", "first in, first out, round and round",
     "that is what it is for", "sem_overview(7)", keeps_order, 0,
     false},
    {"bounded-buffer.full", "it holds 4 values, and no fifth",
     "a value that nobody has taken yet would be overwritten",
     "sem_init(3), sem_wait(3)", stops_when_full, 0, false},
    {"bounded-buffer.empty", "who takes waits for a value",
     "it would take what nobody has put in", "sem_wait(3)",
     stops_when_empty, 0, false},
    {"bounded-buffer.sleeps", "who waits sleeps",
     "who spins takes the time that the others need",
     "sem_wait(3), sem_trywait(3)", sleeps, 0, false},
    {"bounded-buffer.patient",
     "who waits does so as long as it takes",
     "the one who is to come may be stopped, for hours",
     "sem_wait(3), sem_timedwait(3)", is_patient, 0, false},
    {"bounded-buffer.wakes", "who waits is woken when it can go on",
     "who waits with the mutex is never woken, nor through a "
     "semaphore without pshared; who is woken too early finds no "
     "value",
     "sem_init(3), sem_post(3)", goes_on, 0, false},
    {"bounded-buffer.puts", "two who put never use the same slot",
     "one of the two values is lost", "sem_wait(3), sem_post(3)",
     puts_alone, 0, false},
    {"bounded-buffer.takes",
     "two who take never get the same value",
     "one value is taken twice, and another one never",
     "sem_wait(3), sem_post(3)", takes_alone, 0, false},
    {"bounded-buffer.filled", "a slot is filled before it is taken",
     "the slot of a slow process looks full when a fast one is "
     "ready",
     "sem_post(3)", takes_what_is_there, 0, false},
    {"bounded-buffer.kept",
     "a slot is read before it is filled again",
     "a place that is free before its value has been read is not "
     "free",
     "sem_post(3)", keeps_what_is_there, 0, false},
    {"bounded-buffer.crowd", "of many who wait nobody is forgotten",
     "two values may come before the first one who waits goes on: "
     "then both must be woken",
     "sem_post(3), pthread_cond_broadcast(3)", forgets_nobody, 0,
     false},
    {"bounded-buffer.signal", "a signal does not end the wait",
     "sem_wait(3) may return -1 with EINTR: nothing has become "
     "free",
     "sem_wait(3), signal(7)", bears_signals, 0, false},
    {0},
};
