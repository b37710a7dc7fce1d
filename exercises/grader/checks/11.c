/* SPDX-License-Identifier: 0BSD */
/*
 * 11.c - checks of crash
 *
 * A process is killed by SIGKILL at each of its gates in turn: when
 * it reads a balance, before it writes one, after that. Then others
 * come. They must notice, repair, and do their own work.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "../../11-crash/crash.h"
#include "../actor.h"
#include "../check.h"
#include "../world.h"

static const char *name;

/* A new account. */
static void
begin(void)
{
    struct actor *a;

    name = seeded_name();
    a = actor_start(WORLD_USER, "init", name, NULL);
    actor_to_gate(a, GATE_RETURNED, "in account_init()");
    if (a->value != 0)
        fail("0", "account_init() returns %ld, %s", a->value,
             strerror(a->error));
    actor_end(a, "after account_init()");
}

static void
end(void)
{
    actors_end();
    world_unlink(name);
}

static struct actor *
mover(long n)
{
    return actor_start(WORLD_USER, "move", name, text_of(n), NULL);
}

/* The balances are the last thing in the object, see main.c. */
static void
look(long balance[BALANCES])
{
    const size_t n = BALANCES * sizeof(long);
    int fd = world_open(name, O_RDONLY);
    struct stat sb;

    if (fd == -1 || fstat(fd, &sb) == -1 ||
        pread(fd, balance, n, sb.st_size - (off_t)n) != (ssize_t)n)
        fail("the object is there", "%s: %s", name,
             strerror(errno));
    close(fd);
}

/* Lets it go on to its next gate. Returns false if it does not get
   there, or has done all. */
static bool
next_gate(struct actor *a)
{
    enum event event;
    int pauses = 0;

    do
        event = actor_next(a, false);
    while (event == AT_PAUSE && ++pauses < 100);
    return event == AT_GATE && a->gate != GATE_RETURNED;
}

/* Lets it go on, past its gates, until it returns or gets no
   further. */
static enum event
go_on(struct actor *a)
{
    enum event event;
    int pauses = 0;

    do
        event = actor_next(a, false);
    while ((event == AT_PAUSE && ++pauses < 100) ||
           (event == AT_GATE && a->gate != GATE_RETURNED));
    return event;
}

static void
must_move(struct actor *a, const char *when)
{
    enum event event = go_on(a);

    if (event == ASLEEP)
        fail("it goes on",
             "%s, and the next one sleeps, and nobody will wake it",
             when);
    if (event != AT_GATE)
        fail("it goes on", "%s, and the next one: %s", when,
             actor_event(a, event));
    if (a->value != 0)
        fail("0", "%s, and account_move() returns %ld, %s", when,
             a->value, strerror(a->error));
    actor_end(a, "after account_move()");
}

static void
moves(void)
{
    long n = 1 + (long)seeded(100), m = -n - (long)seeded(100);
    long balance[BALANCES];

    struct actor *a;

    begin();
    must_move(mover(n), "all is well");
    a = actor_start(WORLD_USER, "move", name, text_of(m), "0", "2",
                    NULL);
    if (go_on(a) != AT_GATE)
        fail("it returns", "one process moves after another: %s",
             actor_event(a, go_on(a)));
    must_move(a, "one process moves for the second time");
    look(balance);
    if (balance[0] != TOTAL - n - 2 * m || balance[1] != n + 2 * m)
        fail(text_of(n + 2 * m),
             "%ld, %ld and %ld were moved, and it has %ld", n, m, m,
             balance[1]);
    end();
}

/* One is held at each of its gates; another one may not move
   anything meanwhile. And then it is woken. */
static void
exclude(bool and_wake)
{
    for (int k = 1;; k++) {
        struct actor *a, *b;
        enum event event;
        long balance[BALANCES];
        bool held = true;

        begin();
        a = mover(10);
        b = mover(20);
        for (int i = 0; i < k && held; i++)
            held = next_gate(a);
        if (!held)
            break;
        event = go_on(b);
        if (event == AT_GATE || event == ENDED)
            fail("it waits",
                 "one process is at it, and another one %s",
                 event == AT_GATE ? "does not wait"
                                  : actor_event(b, event));
        if (event == BUSY) {
            because("who spins takes the time that the holder "
                    "needs to get done",
                    "pthread_mutex_lock(3)");
            fail("it sleeps",
                 "one process is at it, and another: %s",
                 actor_event(b, event));
        }
        if (!and_wake) {
            end();
            continue;
        }
        must_move(a, "another one waits");
        must_move(b, "who was at it has ended");
        look(balance);
        if (balance[0] != TOTAL - 30 || balance[1] != 30)
            fail("30", "10 and 20 were moved, and it has %ld",
                 balance[1]);
        end();
    }
    end();
}

static void
is_exclusive(void)
{
    exclude(false);
}

static void
wakes(void)
{
    exclude(true);
}

/* Kills one at its k-th gate. Returns false if it has returned
   before. With waiting, another one sleeps at that time. */
static bool
die(int k, struct actor **waiting)
{
    struct actor *a = mover(100);

    for (int i = 0; i < k; i++) {
        if (!next_gate(a))
            return false;
        if (i == 0 && waiting != NULL) {
            *waiting = mover(1);
            go_on(*waiting);
        }
    }
    actor_kill(a, SIGKILL);
    actor_next(a, false);
    return true;
}

static void
notices(void)
{
    struct actor *waiting;

    for (int k = 1;; k++) {
        begin();
        if (!die(k, &waiting))
            break;
        go_on(waiting);
        if (waiting->gate != GATE_RETURNED)
            fail("it gets the lock, and is told that its holder "
                 "died",
                 "one process is killed, and another one, which "
                 "waited for it, sleeps for ever");
        end();
        begin();
        die(k, NULL);
        if (go_on(mover(1)) == ASLEEP)
            fail("it gets the lock, and is told that its holder "
                 "died",
                 "one process is killed, and the next one sleeps "
                 "for ever");
        end();
    }
    end();
}

/* After a death, or after a second one in the middle of the repair,
   the next one repairs, and moves 1. before: of balance 1. */
static void
must_repair(int deaths, long before)
{
    const char *when = deaths == 1
                           ? "one was killed"
                           : "two were killed, one after the other";
    long balance[BALANCES], moved;

    must_move(mover(1), when);
    look(balance);
    if (balance[0] + balance[1] != TOTAL)
        fail("1000, as before",
             "%s, the next one has moved, and the two balances "
             "are %ld in all",
             when, balance[0] + balance[1]);
    moved = balance[1] - before;
    if (moved < 1 || moved > 1 + 100 * deaths || moved % 100 != 1)
        fail("1 more, and 100 for each one that is dead, or not",
             "balance 1 was %ld; %s, the next one has moved 1, and "
             "balance 1 is %ld",
             before, when, balance[1]);
}

static long
balance_1(void)
{
    long balance[BALANCES];

    look(balance);
    return balance[1];
}

static void
repairs(void)
{
    begin();
    must_move(mover(300), "all is well");
    for (int k = 1;; k++) {
        long before = balance_1();

        if (!die(k, NULL))
            break;
        must_repair(1, before);
        actors_end();
    }
    end();
}

static void
repairs_again(void)
{
    int k = 1, j = 1;

    begin();
    must_move(mover(300), "all is well");
    for (;;) {
        long before = balance_1();

        if (!die(k, NULL))
            break;
        if (die(j, NULL)) {
            must_repair(2, before);
            j++;
        } else {
            /* It has returned: it has repaired, and moved. */
            k++;
            j = 1;
        }
        actors_end();
    }
    end();
}

static void
goes_on(void)
{
    for (int k = 1;; k++) {
        struct actor *a;
        enum event event;

        begin();
        if (!die(k, NULL))
            break;
        must_move(mover(1), "one was killed");
        must_move(mover(1), "one was killed, and one has repaired");
        a = mover(1);
        if (!next_gate(a))
            fail("it goes on", "one was killed, and one has "
                               "repaired; the next one does "
                               "not get to a balance");
        event = go_on(mover(1));
        if (event != ASLEEP && event != AT_PAUSE)
            fail("it waits, as before",
                 "after a repair, one process is at it, and "
                 "another one "
                 "does not wait");
        end();
    }
    end();
}

/* Who waits until some time waits again when that has come. */
static void
is_patient(void)
{
    struct actor *a, *b;
    enum event event;

    begin();
    a = mover(10);
    next_gate(a);
    b = mover(20);
    b->hurries = true;
    event = go_on(b);
    if (event == AT_GATE || event == ENDED)
        fail("it waits, however long that takes",
             "one process is at it, for a long time, and another "
             "one does not wait any more");
    end();
}

/* One dies just before the last thing that it does to a balance,
   and two wait. The first of these is held at each of its steps,
   and the second one goes as far as it gets. */
static void
repairs_before_others(void)
{
    struct actor *a, *b, *c;
    bool more = true;
    int gates = 0;

    begin();
    a = mover(100);
    while (next_gate(a))
        gates++;
    actors_end();
    for (int k = 1; more; k++) {
        long balance[BALANCES], before = balance_1();

        a = mover(100);
        b = mover(1);
        c = mover(2);
        for (int i = 0; i < gates - 1; i++)
            next_gate(a);
        go_on(b);
        go_on(c);
        actor_kill(a, SIGKILL);
        actor_next(a, false);
        more = actor_step(b, k);
        for (int i = 0; i < 2; i++) {
            if (!actor_has_returned(c))
                go_on(c);
            if (!actor_has_returned(b))
                go_on(b);
        }
        if (!actor_has_returned(b) || !actor_has_returned(c))
            fail("both go on",
                 "one was killed, two had waited for it, and not "
                 "both of them return");
        look(balance);
        if (balance[0] + balance[1] != TOTAL ||
            (balance[1] - before) % 100 != 1 + 2)
            fail("1000 in all, and both have moved what they "
                 "should",
                 "balance 1 was %ld; one was killed, two had "
                 "waited for it, and moved 1 and 2: now the "
                 "balances are %ld and %ld",
                 before, balance[0], balance[1]);
        actors_end();
    }
    end();
}

const struct check checks_11[] = {
    {"crash.moves", "one process after the other moves",
     "this is what it is for", "pthread_mutex_lock(3)", moves, 0,
     false},
    {"crash.exclusive", "while one is at it, no other can be",
     "both would read the same balance", "pthread_mutex_lock(3)",
     is_exclusive, 0, false},
    {"crash.patient", "who waits does so as long as it takes",
     "who is at it may be stopped there, for hours",
     "pthread_mutex_lock(3), pthread_mutex_timedlock(3)",
     is_patient, 0, false},
    {"crash.shared", "who waits is woken, in another process",
     "a mutex is private to a process if you do not say otherwise",
     "pthread_mutexattr_setpshared(3)", wakes, 0, false},
    {"crash.notices", "if its holder dies, the lock is not lost",
     "nobody unlocks for a dead process, unless the lock is robust",
     "pthread_mutexattr_setrobust(3)", notices, 0, false},
    {"crash.consistent", "and it stays usable",
     "a robust mutex that is unlocked as it was found is dead for "
     "ever",
     "pthread_mutex_consistent(3)", goes_on, 0, false},
    {"crash.repairs",
     "who comes next repairs what was left half done",
     "half a move is money lost", "pthread_mutex_consistent(3)",
     repairs, 0, false},
    {"crash.first", "before anybody else can see it",
     "who unlocks before all is repaired is too late: the next one "
     "is not told that anything is wrong",
     "pthread_mutex_consistent(3)", repairs_before_others, 0,
     false},
    {"crash.again", "and may die of that, too",
     "who repairs can be killed like everybody else",
     "pthread_mutex_consistent(3)", repairs_again, 0, false},
    {0},
};
