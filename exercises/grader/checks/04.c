/* SPDX-License-Identifier: 0BSD */
/*
 * 04.c - checks of handshake
 *
 * The creator is held at each of its steps in turn, and another
 * process attaches meanwhile. It must wait, by sleeping between two
 * looks: such a sleep is over at once here, but it is seen. Then
 * the creator goes on, and the other one must find all that was
 * written. Each check goes through all of that and looks at one
 * thing that may go wrong.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../04-handshake/handshake.h"
#include "../actor.h"
#include "../check.h"
#include "../world.h"

/* So often it may look, each time. */
enum { LOOKS = 20, LONG = 2500 };

static const char *name;
static uint32_t number;

static void
start(void)
{
    name = seeded_name();
    number = 1 + seeded(1000000);
}

static struct actor *
creator(void)
{
    return actor_start(WORLD_USER, "create", name, text_of(number),
                       NULL);
}

static struct actor *
attacher(void)
{
    struct actor *b = actor_start(WORLD_USER, "attach", name, NULL);

    b->hurries = true;
    return b;
}

/* As far as it gets, if nothing changes. It may also sleep in a
   call that we do not know as one that lets time pass. */
static enum event
look(struct actor *b)
{
    enum event event = AT_PAUSE;

    for (int i = 0;
         i < LOOKS && (event == AT_PAUSE ||
                       (event == ASLEEP && state_stirs(b->pid)));
         i++)
        event = actor_next(b, false);
    return event;
}

static bool
has_returned(struct actor *b, enum event event)
{
    return event == AT_GATE && b->gate == GATE_RETURNED;
}

/* What the creator has done, after that many of its calls. */
static const char *
progress(struct actor *a, int k)
{
    struct stat sb;

    if (k == 0 || world_stat(name, &sb) == -1)
        return "there is no object yet";
    if (sb.st_size == 0)
        return "the object has length 0";
    if ((size_t)sb.st_size < sizeof(struct handshake))
        return "the object does not have its whole length yet";
    (void)a;
    return "the object has its length, and is not ready";
}

/* Goes through all moments of the start. judge() is told how far
   the other one got, and whether all was ready then, or will never
   be, since the creator has not found its name free. */
static void
sweep(void (*judge)(struct actor *b, enum event event,
                    const char *when, bool ready))
{
    bool ready = false;

    for (int k = 0; !ready; k++) {
        struct actor *a, *b;
        const char *when;
        enum event event;

        start();
        a = creator();
        for (int i = 0; i < k; i++) {
            event = actor_next(a, true);
            ready = event == AT_GATE && a->gate == GATE_LEAVE;
        }
        when = progress(a, k);
        b = attacher();
        event = look(b);
        judge(b, event, when, ready);
        if (!ready && event != BUSY) {
            while (actor_next(a, false) == AT_GATE &&
                   a->gate != GATE_LEAVE)
                continue;
            when = a->ended ? "the creator finds its name taken"
                            : "all is ready";
            event = look(b);
            judge(b, event, when, true);
            if (a->ended)
                cannot("the creator does not work");
        }
        actors_end();
        world_unlink(name);
        if (event == BUSY)
            return;
    }
}

static void
not_killed(struct actor *b, enum event event, const char *when,
           bool ready)
{
    struct mapping map;

    (void)ready;
    if (has_returned(b, event) && b->value != 0 &&
        !watch_mapping(b->pid, (uint64_t)b->value, &map))
        fail("it waits until the object is as long as it must be",
             "%s, and handshake_attach() returns what is no "
             "address: MAP_FAILED, perhaps",
             when);
    if (event == ENDED && WIFSIGNALED(b->status))
        fail("it waits until the object is as long as it must be",
             "%s, and %s", when, actor_event(b, event));
}

static void
not_early(struct actor *b, enum event event, const char *when,
          bool ready)
{
    if (!ready && has_returned(b, event) && b->value != 0)
        fail("it waits for the ready word",
             "%s, and handshake_attach() returns an address", when);
}

static void
not_given_up(struct actor *b, enum event event, const char *when,
             bool ready)
{
    if (!ready && has_returned(b, event))
        fail("it waits",
             "%s, and handshake_attach() returns NULL, %s", when,
             strerror(b->error));
    if (!ready && event == ENDED)
        fail("it waits", "%s, and %s", when, actor_event(b, event));
}

static void
not_spinning(struct actor *b, enum event event, const char *when,
             bool ready)
{
    if (!ready && event == BUSY)
        fail("it sleeps between two looks", "%s, and %s", when,
             actor_event(b, event));
}

/* In the end it has what was written, and no copy. */
static void
arrives(struct actor *b, enum event event, const char *when,
        bool ready)
{
    static struct handshake seen;
    uint64_t address = (uint64_t)b->value;
    struct mapping map;
    uint32_t sum = 0;

    if (!ready)
        return;
    if (strstr(when, "taken") != NULL)
        because("who attaches creates nothing: the creator, with "
                "O_EXCL, fails, and nobody fills the object",
                "shm_open(3): O_CREAT, O_EXCL");
    else if (has_returned(b, event) && b->value == 0)
        because("the caller goes by what is returned", "mmap(2)");
    if (!has_returned(b, event) || b->value == 0)
        fail("an address", "%s, and %s", when,
             has_returned(b, event)
                 ? "handshake_attach() returns NULL"
                 : actor_event(b, event));
    if (!watch_memory(b->pid, address, &seen, sizeof(seen)) ||
        !watch_mapping(b->pid, address, &map))
        fail("all of the object",
             "%s, and it is not mapped as a whole", when);
    for (int i = 0; i < HANDSHAKE_NUMBERS; i++)
        sum += seen.number[i];
    if (seen.number[0] != number || seen.sum != sum)
        fail("the numbers that were written",
             "%s, and at the address there are others", when);
    if (!map.shared)
        fail("the shared memory itself",
             "it is a copy, from malloc(3) or MAP_PRIVATE");
}

static void
has_size(void)
{
    sweep(not_killed);
}

static void
is_ready(void)
{
    sweep(not_early);
}

static void
is_patient(void)
{
    sweep(not_given_up);
}

static void
is_polite(void)
{
    sweep(not_spinning);
}

static void
gets_there(void)
{
    sweep(arrives);
}

/* At each moment that may last, the first of its kind. */
static void
waits_long(void)
{
    const char *when, *last = "";
    bool over = false;

    for (int k = 0; !over; k++) {
        struct actor *a, *b;
        enum event event = AT_CALL;

        start();
        a = creator();
        for (int i = 0; i < k; i++)
            event = actor_next(a, true);
        over = event == AT_GATE && a->gate == GATE_LEAVE;
        when = progress(a, k);
        if (!over && strcmp(when, last) != 0) {
            b = attacher();
            event = AT_PAUSE;
            for (int i = 0; i < LONG && event == AT_PAUSE; i++)
                event = actor_next(b, false);
            if (event == AT_GATE || event == ENDED)
                fail("it waits, however long that takes",
                     "%s, for a long time, and %s", when,
                     event == ENDED ? actor_event(b, event)
                                    : "handshake_attach() returns");

            /* That is for another check. */
            over = event == BUSY;
        }
        last = when;
        actors_end();
        world_unlink(name);
    }
}

/* What waiting does not mend. */
static void
knows_error(const char *when, int error)
{
    struct actor *b = attacher();
    enum event event = look(b);

    if (!has_returned(b, event))
        fail("it returns NULL, and errno is set",
             "%s (%s), and handshake_attach() does not return",
             when, strerrorname_np(error));
    if (b->value != 0)
        fail("NULL, and errno is that of the call",
             "%s (%s), and handshake_attach() returns an address",
             when, strerrorname_np(error));
    if (b->error != error)
        fail("NULL, and errno is that of the call",
             "%s (%s), and errno is then: %s", when,
             strerrorname_np(error), strerrorname_np(b->error));
    actors_end();
}

static void
knows_errors(void)
{
    char too_long[300] = "/";

    start();
    if (!world_create(WORLD_USER, name, 0, "", 0))
        cannot("no object can be created");
    knows_error("nobody may open the object", EACCES);
    world_unlink(name);
    memset(too_long + 1, 'n', 258 - 1);
    name = too_long;
    knows_error("the name is too long", ENAMETOOLONG);
}

/* There is no more room for a mapping, once. To wait for it is as
   good as to say so. */
static void
checks_mmap(void)
{
    struct actor *a, *b;
    struct mapping map;
    enum event event;
    bool has_failed = false;
    int pauses = 0;

    start();
    a = creator();
    while (actor_next(a, false) == AT_GATE && a->gate != GATE_LEAVE)
        continue;
    b = attacher();
    while ((event = actor_next(b, true)) == AT_CALL ||
           (event == AT_PAUSE && ++pauses < LOOKS))
        if (!has_failed && event == AT_CALL &&
            b->call.nr == SYS_mmap && (int)b->call.args[4] >= 0) {
            actor_answer(b, 0, ENOMEM);
            has_failed = true;
        }
    if (!has_returned(b, event))
        fail("NULL, and ENOMEM", "mmap(2) fails once, and %s",
             actor_event(b, event));
    if (b->value == 0 && has_failed && b->error != ENOMEM)
        fail("NULL, and ENOMEM",
             "mmap(2) fails with ENOMEM, and errno is %s then",
             strerrorname_np(b->error));
    if (b->value != 0 &&
        !watch_mapping(b->pid, (uint64_t)b->value, &map))
        fail("NULL, and ENOMEM",
             "mmap(2) fails, and handshake_attach() returns what "
             "is no address: MAP_FAILED, perhaps");
    actors_end();
    world_unlink(name);
}

const struct check checks_04[] = {
    {"handshake.sleeps", "between two looks it sleeps",
     "on one processor the creator cannot go on while you spin",
     "nanosleep(2)", is_polite, 0, false},
    {"handshake.size", "nothing is touched that is not there yet",
     "an access beyond the end of an object is SIGBUS",
     "fstat(2), mmap(2): SIGBUS", has_size, 0, false},
    {"handshake.ready", "it waits until the creator says: ready",
     "until then nothing there means anything: it is full of "
     "zeros at first, and then half written",
     "ftruncate(2), handshake.h", is_ready, 0, false},
    {"handshake.patient",
     "it starts before the creator, if need be",
     "which of two programs starts first is not for you to say",
     "shm_open(3): ENOENT", is_patient, 0, false},
    {"handshake.arrives", "at last it has what was written",
     "that is what it is for", "mmap(2)", gets_there, 0, false},
    {"handshake.errors", "it does not wait for what cannot come",
     "with EACCES it would wait for ever", "shm_open(3)",
     knows_errors, 0, false},
    {"handshake.failed",
     "it does not use what mmap(2) did not give",
     "MAP_FAILED is not NULL: who returns it, or reads there, "
     "crashes",
     "mmap(2): MAP_FAILED", checks_mmap, 0, false},
    {"handshake.long", "it waits as long as it takes",
     "the creator may have to read a large file first, or be "
     "stopped",
     "nanosleep(2)", waits_long, 0, false},
    {0},
};
