/* SPDX-License-Identifier: 0BSD */
/*
 * 14.c - checks of system-v
 *
 * Segments live in the world's IPC namespace. What the kernel says
 * of each is read without attaching anything.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../actor.h"
#include "../check.h"
#include "../pause.h"
#include "../world.h"

/* So often a host may look, without a guest, until we go on. And at
   so many of its calls we look. */
enum { LOOKS = 20, STOPS = 50, MANY = 100000, SEGMENTS_MAX = 8 };

static key_t key;
static size_t size;
static const char *text;
static struct segment segments[SEGMENTS_MAX];

static void
choose(void)
{
    key = (key_t)(1 + seeded(0x7ffffffe));
    size = 10 + seeded(20000);
    text = seeded_word();
}

static int
make_one(void *data)
{
    (void)data;
    return shmget(key, size, IPC_CREAT | IPC_EXCL | 0600) == -1;
}

static int
remove_one(void *data)
{
    return shmctl(*(int *)data, IPC_RMID, NULL) == -1;
}

static bool
in_world(int (*what)(void *), void *data)
{
    int status;
    pid_t pid = world_spawn(WORLD_USER, what, data);

    return waitpid(pid, &status, 0) == pid && status == 0;
}

/* Fills in segments. Returns how many there are. */
static int
count(void)
{
    int n = world_segments(segments, SEGMENTS_MAX);

    return n < SEGMENTS_MAX ? n : SEGMENTS_MAX;
}

/* That of the key, or NULL. The kernel takes the key away from one
   that is removed. */
static const struct segment *
find(void)
{
    int n = count();

    for (int i = 0; i < n; i++)
        if (segments[i].key == key)
            return &segments[i];
    return NULL;
}

/* So that a check leaves nothing that another one is about. */
static void
clean(void)
{
    actors_end();
    for (int n = count(); n > 0; n--)
        in_world(remove_one, &segments[n - 1].id);
}

/* A wait for nobody, until some time, is as good as a sleep. */
static struct actor *
host(int looks)
{
    struct actor *a = actor_start(WORLD_USER, "host", text_of(key),
                                  text_of((long)size),
                                  text_of(looks), NULL);

    a->hurries = true;
    return a;
}

static struct actor *
guest(void)
{
    struct actor *b = actor_start(WORLD_USER, "guest", text_of(key),
                                  text, NULL);

    b->hurries = true;
    return b;
}

static bool
has_returned(const struct actor *a, enum event event)
{
    return event == AT_GATE && a->gate == GATE_RETURNED;
}

/* As far as it gets, if nothing changes. */
static enum event
look(struct actor *a)
{
    enum event event = AT_PAUSE;

    for (int i = 0; i < LOOKS && event == AT_PAUSE; i++)
        event = actor_next(a, false);
    return event;
}

/* What it does, in words. */
static const char *
doing(struct actor *a, enum event event)
{
    static char words[200];

    if (!has_returned(a, event))
        return actor_event(a, event);
    snprintf(words, sizeof(words), "it returns %s%s",
             a->value == 0    ? "NULL, "
             : a->value == -1 ? "(void *)-1"
                              : "an address",
             a->value == 0 ? strerrorname_np(a->error) : "");
    return words;
}

/* How many segments it has attached. */
static int
attached(struct actor *a)
{
    return watch_mappings_named(a->pid, " /SYSV");
}

/* The segment of the key, as soon as a host has made it. */
static struct segment
new_segment(void)
{
    struct actor *a;
    enum event event = AT_CALL;
    const struct segment *segment = NULL;

    choose();
    a = host(MANY);
    while (event == AT_CALL && segment == NULL) {
        event = actor_next(a, true);
        segment = find();
    }
    if (segment == NULL)
        fail("a segment for the key",
             "no such segment; the host: %s", doing(a, event));
    return *segment;
}

static void
has_key(void)
{
    new_segment();
    clean();
}

static void
judge_mode(const struct segment *segment)
{
    if ((segment->mode & 0777) != 0600)
        fail("mode 0600", "/proc/sysvipc/shm: mode %04o",
             segment->mode & 0777U);
}

/* As soon as it is there, and at the calls after that. */
static void
has_mode(void)
{
    struct segment segment = new_segment();
    enum event event = AT_CALL;
    struct actor *a;

    judge_mode(&segment);
    clean();
    choose();
    a = host(2);
    for (int i = 0;
         i < STOPS && (event == AT_CALL || event == AT_PAUSE);
         i++) {
        const struct segment *found;

        event = actor_next(a, true);
        found = find();
        if (found != NULL)
            judge_mode(found);
    }
    clean();
}

static void
has_size(void)
{
    struct segment segment = new_segment();

    if (segment.size != size)
        fail(text_of((long)size), "/proc/sysvipc/shm: %zu bytes",
             segment.size);
    clean();
}

/* Another one's segment is there; or it comes while the host is
   held at each of its calls in turn. */
static void
takes_no_other(void)
{
    for (int k = 0;; k++) {
        struct actor *a;
        enum event event = AT_CALL;
        const struct segment *segment;

        choose();
        a = host(2);
        if (!actor_to_call(a, k) || find() != NULL)
            break;
        if (!in_world(make_one, NULL))
            cannot("no segment can be made");
        event = look(a);
        if (!has_returned(a, event) || a->value != 0 ||
            a->error != EEXIST)
            fail("it returns NULL, and EEXIST",
                 "the key is taken; the host: %s", doing(a, event));
        segment = find();
        if (segment == NULL || segment->attached != 0)
            fail("it stays as it was",
                 "the segment of another program is removed, or "
                 "attached");
        clean();
    }
    clean();
}

static void
sleeps(void)
{
    struct actor *a;
    enum event event;

    choose();
    a = host(MANY);
    event = look(a);
    if (event == BUSY || event == ASLEEP)
        fail("it sleeps between two looks, with nanosleep(2)",
             "no guest; %s", doing(a, event));
    clean();
}

/* No guest, or one that is held at each of its calls in turn. When
   that is attached, and not before, the host goes on. */
static void
waits(void)
{
    bool is_there = false;

    for (int k = -1; !is_there; k++) {
        struct actor *a, *b = NULL;
        const char *when = "no guest has come";
        enum event event;

        choose();
        a = host(MANY);
        event = look(a);
        if (k >= 0 && event == AT_PAUSE) {
            b = guest();
            for (int i = 0; i < k; i++)
                if (actor_next(b, true) != AT_CALL)
                    break;
            is_there = attached(b) > 0;
            when = is_there ? "a guest is attached"
                            : "a guest is not attached yet";
            if (!is_there && has_returned(b, AT_GATE) && b->held &&
                b->call.nr == GATE_CALL)
                fail("an address", "the guest: %s",
                     doing(b, AT_GATE));
            event = look(a);
        }
        if (!is_there && (event != AT_PAUSE || find() == NULL))
            fail("it waits, and the segment stays",
                 "%s; the host: %s", when,
                 event == AT_PAUSE ? "it removes the segment"
                                   : doing(a, event));
        if (is_there && (!has_returned(a, event) || a->value == 0))
            fail("it returns an address", "%s; the host: %s", when,
                 doing(a, event));
        clean();
    }
}

/* A guest comes while the host is held at each of its calls. */
static void
is_ready_at_once(void)
{
    bool waits_now = false;

    for (int k = 0; !waits_now; k++) {
        struct actor *a, *b, *c;
        enum event event;

        choose();
        a = host(MANY);
        waits_now = !actor_to_call(a, k);
        b = guest();
        c = guest();
        if (find() != NULL && has_returned(b, look(b)) &&
            has_returned(c, look(c)) && b->value != 0 &&
            c->value != 0) {
            event = look(a);
            if (!has_returned(a, event) || a->value == 0)
                fail("it returns an address",
                     "two guests come at once; the host: %s",
                     doing(a, event));
        }
        clean();
    }
}

/* A host and a guest that have met, both at their gates, for the
   segment that was chosen. */
static void
meet_there(struct actor **a, struct actor **b)
{
    *a = host(MANY);
    look(*a);
    *b = guest();
    actor_to_gate(*b, GATE_RETURNED, "in system_v_guest()");
    if ((*b)->value == 0)
        fail("an address", "the guest: %s", doing(*b, AT_GATE));
    actor_to_gate(*a, GATE_RETURNED, "a guest has come; the host");
    if ((*a)->value == 0)
        fail("an address", "the host: %s", doing(*a, AT_GATE));
}

static void
meet(struct actor **a, struct actor **b)
{
    choose();
    meet_there(a, b);
}

static void
removes(void)
{
    struct actor *a, *b;

    meet(&a, &b);
    if (find() != NULL)
        fail("it is removed when the guest has come",
             "the host returns, and the segment still has its key");
    actors_end();
    if (count() > 0)
        fail("nothing", "both have ended, and a segment is left");
    clean();
}

static void
judge_memory(struct actor *a, const char *who)
{
    uint64_t address = (uint64_t)a->value;
    struct mapping map;
    int n = count();

    if (!watch_mapping(a->pid, address, &map) || n == 0 ||
        map.inode != (ino_t)segments[0].id || map.start != address)
        fail("the address of the segment",
             "at the %s's address there is something else", who);
    if (!map.readable || !map.writable)
        fail("to be read and written", "the %s cannot write", who);
}

static void
is_shared(void)
{
    struct actor *a, *b;
    char seen[16] = "";
    size_t n;

    meet(&a, &b);
    judge_memory(a, "host");
    judge_memory(b, "guest");
    n = strlen(text);
    actor_to_gate(b, GATE_INSIDE, "in the guest");
    actor_to_gate(b, GATE_LEAVE, "when the guest writes");
    if (size > n &&
        (!watch_memory(a->pid, (uint64_t)a->value + 1, seen, n) ||
         memcmp(seen, text, n) != 0))
        fail("what the guest has written",
             "at the host's address there is something else");
    actor_end(a, "when the host has read it");
    actor_end(b, "when the guest has written");
    clean();
}

static void
knows_size(void)
{
    const size_t sizes[] = {1, 2 + seeded(2000), 4096,
                            5000 + seeded(60000)};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct actor *a, *b;

        choose();
        size = sizes[i];
        meet_there(&a, &b);
        actor_to_gate(b, GATE_INSIDE, "in the guest");
        if ((size_t)b->value != size)
            fail("what the kernel says: shm_segsz",
                 "the segment has %zu bytes, and the guest says "
                 "%ld",
                 size, b->value);
        clean();
    }
}

/* A segment without a host, or none. */
static void
is_a_guest(void)
{
    struct actor *b;
    const struct segment *segment;
    enum event event;

    choose();
    b = guest();
    event = actor_next(b, false);
    if (!has_returned(b, event) || b->value != 0 ||
        b->error != ENOENT || count() > 0)
        fail("it returns NULL, ENOENT, and makes nothing",
             "no segment; the guest: %s; segments now: %d",
             doing(b, event), count());
    actors_end();
    if (!in_world(make_one, NULL))
        cannot("no segment can be made");
    b = guest();
    actor_end(b, "in the guest");
    segment = find();
    if (segment == NULL || segment->attached != 0)
        fail("it stays: only the host removes it",
             "the guest has ended, and the segment %s",
             segment == NULL ? "is removed" : "is still attached");
    clean();
}

/* A guest that comes and goes while the host sleeps is none. The
   next one is. */
static void
waits_for_who_stays(void)
{
    struct actor *a, *b;
    enum event event;

    choose();
    a = host(MANY);
    look(a);
    b = guest();
    actor_end(b, "in the guest");
    event = look(a);
    if (event != AT_PAUSE || find() == NULL)
        fail("it waits, and the segment stays",
             "a guest has come and gone between two looks; the "
             "host: %s",
             event == AT_PAUSE ? "it removes the segment"
                               : doing(a, event));
    b = guest();
    actor_to_gate(b, GATE_RETURNED, "in system_v_guest()");
    event = look(a);
    if (!has_returned(a, event) || a->value == 0)
        fail("it returns an address",
             "a guest has gone, and another one is attached; the "
             "host: %s",
             doing(a, event));
    clean();
}

static void
judge_nothing_left(struct actor *a, const char *when)
{
    if (attached(a) > 0)
        fail("nothing is attached",
             "%s, and the segment stays attached", when);
    if (count() > 0)
        fail("nothing is left", "%s, and the segment is left",
             when);
}

/* It sleeps before each look but the first, and perhaps once more.
   In parts, or until a point in time, is as good. */
static void
gives_up_after(int looks)
{
    const long long ms = 1000000, each = 10 * ms;
    struct actor *a;
    enum event event;
    int pauses = 0;
    long long slept = 0;

    choose();
    a = host(looks);
    while ((event = actor_next(a, false)) == AT_PAUSE &&
           pauses < 100 * looks) {
        long long pause = pause_length(&a->call);

        slept += pause == -1 ? each : pause;
        pauses++;
    }
    if (!has_returned(a, event) || a->value != 0 ||
        a->error != ETIMEDOUT)
        fail("it returns NULL, and ETIMEDOUT",
             "no guest in %d looks; the host: %s", looks,
             doing(a, event));
    if (slept < each * (looks - 1) || slept > each * looks)
        fail("it looks so many times, each ten milliseconds after "
             "the one before",
             "the host is to look %d times, and sleeps for %lld "
             "milliseconds in all",
             looks, slept / ms);
    judge_nothing_left(a, "the host gives up");
    clean();
}

static void
gives_up(void)
{
    gives_up_after(3 + (int)seeded(5));
    gives_up_after(1);
    gives_up_after(0);
    gives_up_after(300);
}

/* What is made to fail: the k-th of these calls, with that error.
   Of them, looks are those with IPC_STAT. */
struct failure {
    const char *who;
    int k, error;
    bool removing;
    int looks, looks_before;
    char what[80];
};

static bool
is_shmctl(const struct actor *a, int command)
{
    return a->call.nr == SYS_shmctl &&
           (a->call.args[1] & 0xff) == (uint64_t)command;
}

/* Lets it go on until something else happens than a call or a
   pause. Returns false if there was no such call. */
static bool
fails(struct actor *a, struct failure *f, enum event *event)
{
    int calls = 0;

    while ((*event = actor_next(a, true)) == AT_CALL ||
           *event == AT_PAUSE) {
        bool looks, it;

        if (*event == AT_PAUSE)
            continue;
        looks = is_shmctl(a, IPC_STAT);
        it = f->removing ? is_shmctl(a, IPC_RMID)
                         : looks || a->call.nr == SYS_shmat;
        f->looks += looks;
        if (!it || ++calls != f->k)
            continue;
        f->looks_before = f->looks;
        snprintf(f->what, sizeof(f->what), "the %s: %s fails, %s",
                 f->who,
                 looks         ? "shmctl(2), IPC_STAT,"
                 : f->removing ? "shmctl(2), IPC_RMID,"
                               : "shmat(2)",
                 strerrorname_np(f->error));
        actor_answer(a, 0, f->error);
    }
    return calls >= f->k;
}

static void
judge_failure(struct actor *a, const struct failure *f,
              enum event event, bool may_give_up)
{
    if (!has_returned(a, event) || a->value != 0 ||
        (a->error != f->error &&
         !(may_give_up && a->error == ETIMEDOUT)))
        fail("it returns NULL, and errno is that of the call",
             "%s, and then %s", f->what, doing(a, event));
    if (attached(a) > 0)
        fail("nothing is attached", "%s, and it stays attached",
             f->what);
}

/* Each attaching and each look of a host fails once. It may look
   again, and give up in the end. */
static bool
host_fails(int k, int error)
{
    const int looks = 2;
    struct failure f = {.who = "host", .k = k, .error = error};
    struct actor *a;
    enum event event;
    bool failed;

    choose();
    a = host(looks);
    failed = fails(a, &f, &event);
    if (failed) {
        judge_failure(a, &f, event,
                      f.looks > f.looks_before ||
                          f.looks_before >= looks);
        judge_nothing_left(a, "a call of the host fails");
    }
    clean();
    return failed;
}

static bool
guest_fails(int k, int error)
{
    struct failure f = {.who = "guest", .k = k, .error = error};
    struct actor *b;
    enum event event;
    bool failed;

    choose();
    if (!in_world(make_one, NULL))
        cannot("no segment can be made");
    b = guest();
    failed = fails(b, &f, &event);
    if (failed)
        judge_failure(b, &f, event, false);
    clean();
    return failed;
}

/* A guest is there, and the host cannot remove the segment. Unless
   it can when it tries again, that is an error. */
static void
removing_fails(int error)
{
    struct failure f = {
        .who = "host", .k = 1, .error = error, .removing = true};
    struct actor *a, *b;
    enum event event;

    choose();
    a = host(MANY);
    look(a);
    b = guest();
    actor_to_gate(b, GATE_RETURNED, "in system_v_guest()");
    if (fails(a, &f, &event) && (!has_returned(a, event) ||
                                 a->value == 0 || find() != NULL))
        judge_failure(a, &f, event, false);
    clean();
}

/* Each with two errors: errno is not one that is always the same.
 */
static void
cleans_up(void)
{
    static const int errors[] = {EACCES, ENOMEM, EPERM};

    for (int k = 1; host_fails(k, errors[0]); k++)
        host_fails(k, errors[1]);
    for (int k = 1; guest_fails(k, errors[0]); k++)
        guest_fails(k, errors[1]);
    removing_fails(errors[0]);
    removing_fails(errors[2]);
}

const struct check checks_14[] = {
    {"system-v.key", "there is a segment for the key",
     "with IPC_PRIVATE nobody else could find it", "shmget(2)",
     has_key, 0, false},
    {"system-v.mode", "only its owner may use it",
     "others could read it, and write", "shmget(2)", has_mode, 0,
     false},
    {"system-v.size", "it has the size that was asked for",
     "the guest would write where nothing is", "shmget(2)",
     has_size, 0, false},
    {"system-v.exists", "another program's segment stays as it is",
     "keys are few: two programs may have chosen the same one",
     "shmget(2): IPC_EXCL", takes_no_other, 0, false},
    {"system-v.sleeps", "the host sleeps between two looks",
     "on one processor the guest cannot go on while you spin",
     "nanosleep(2)", sleeps, 0, false},
    {"system-v.waits", "the host waits until a guest is attached",
     "if it is removed before, the guest finds nothing",
     "shmctl(2): shm_nattch", waits, 0, false},
    {"system-v.crowd", "several guests at once are guests, too",
     "a number that you wait for may be passed between two looks",
     "shmctl(2): shm_nattch", is_ready_at_once, 0, false},
    {"system-v.removed", "then it is removed, and nothing is left",
     "a segment stays until the next boot, also if nobody has it",
     "shmctl(2): IPC_RMID", removes, 0, false},
    {"system-v.length", "the guest knows how long it is",
     "no one has told it, but the kernel knows",
     "shmctl(2): shm_segsz", knows_size, 0, false},
    {"system-v.shared", "host and guest have the same memory",
     "that is what it is for", "shmat(2)", is_shared, 0, false},
    {"system-v.guest",
     "the guest neither makes nor removes a segment",
     "one that it makes would wait for a host that never comes",
     "shmget(2): IPC_CREAT", is_a_guest, 0, false},
    {"system-v.gone", "a guest that has gone is none",
     "the host would have the memory, and nobody to share it with",
     "shmctl(2): shm_nattch", waits_for_who_stays, 0, false},
    {"system-v.gives-up",
     "a host gives up when it should, and leaves nothing",
     "who starts it relies on that; and the next start would find "
     "the key taken",
     "nanosleep(2), shmctl(2), shmdt(2)", gives_up, 0, false},
    {"system-v.clean", "if a call fails, nothing is left",
     "the next start would find the key taken",
     "shmctl(2), shmdt(2)", cleans_up, 0, false},
    {0},
};
