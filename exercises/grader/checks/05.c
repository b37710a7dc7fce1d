/* SPDX-License-Identifier: 0BSD */
/*
 * 05.c - checks of ro-attach
 *
 * What was attached is looked at from outside: the mappings of the
 * process and its memory, while it is held after attach_ro().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../05-ro-attach/ro_attach.h"
#include "../actor.h"
#include "../check.h"
#include "../world.h"

enum { HEADER = sizeof(struct ro_header), MOST = 100000 };

static const char *name;
static char content[MOST], seen[MOST];

/* What one process has got, or what it has not. */
struct got {
    struct actor *a;
    int descriptors, error;
    uint64_t address;
    size_t length;
    struct mapping map;
    /* Of the object. */
    struct stat sb;
};

static void
create(uid_t user, mode_t mode, size_t n)
{
    for (size_t i = 0; i < n; i++)
        content[i] = (char)('a' + seeded(26));
    if (!world_create(user, name, mode, content, n))
        cannot("no object can be created");
}

/* It attaches to the object name, and then to the other one, if
   that is not NULL. */
static void
begin_with(struct got *g, const char *other)
{
    memset(g, 0, sizeof(*g));
    world_stat(name, &g->sb);
    g->a = actor_start(WORLD_USER, "attach", name, other, NULL);
    g->descriptors = watch_descriptors(g->a->pid);
}

static void
begin(struct got *g)
{
    begin_with(g, NULL);
}

static bool
step(struct got *g)
{
    enum event event = actor_next(g->a, true);

    return event == AT_CALL || event == AT_PAUSE;
}

static void
finish(struct got *g)
{
    actor_to_gate(g->a, GATE_RETURNED, "in attach_ro()");
    g->address = (uint64_t)g->a->value;
    g->error = g->address == 0 ? g->a->error : 0;
    g->descriptors = watch_descriptors(g->a->pid) - g->descriptors;
    actor_to_gate(g->a, GATE_INSIDE, "after attach_ro()");
    g->length = (size_t)g->a->value;
    if (g->address != 0 &&
        !watch_mapping(g->a->pid, g->address, &g->map))
        fail("an address, or NULL",
             "attach_ro() returns what is no address: MAP_FAILED, "
             "perhaps");
}

/* Attaches to a new object of that name, of n bytes, and does not
   fail. */
static void
attach_as(const char *its_name, struct got *g, uid_t user,
          mode_t mode, size_t n)
{
    name = its_name;
    create(user, mode, n);
    begin(g);
    finish(g);
    if (g->address == 0)
        fail("an address",
             "%zu bytes, mode %04o, a name of %zu characters: "
             "NULL, %s",
             n, (unsigned int)mode, strlen(name),
             strerror(g->error));
}

static void
attach(struct got *g, uid_t user, mode_t mode, size_t n)
{
    attach_as(seeded_name(), g, user, mode, n);
}

static void
forget(void)
{
    actors_end();
    world_unlink(name);
}

/* After an error: nothing has been got, and nothing stays. */
static void
must_be_clean(const struct got *g, const char *when)
{
    int n = g->sb.st_ino == 0
                ? 0
                : watch_mappings_of(g->a->pid, &g->sb);

    if (g->descriptors > 0 || n > 0)
        fail("nothing stays", "%s, and a %s stays", when,
             n > 0 ? "mapping" : "descriptor");
    if (g->length != (size_t)-1)
        fail("*length is left alone",
             "%s, and *length is set to %zu", when, g->length);
}

static size_t
some_length(void)
{
    return HEADER + 5000 + seeded(MOST - HEADER - 5000);
}

static void
attaches(void)
{
    struct got g;

    attach(&g, WORLD_USER, 0600, some_length());
    if (!watch_memory(g.a->pid, g.address, seen, HEADER) ||
        memcmp(seen, content, HEADER) != 0)
        fail("the address of the first byte",
             "at the address there are other bytes");
    forget();
    attach_as(seeded_long_name(), &g, WORLD_USER, 0600,
              some_length());
    forget();
}

static void
has_length(void)
{
    for (int i = 0; i < 4; i++) {
        size_t n = i == 3 ? 8192 : some_length();
        struct got g;

        attach(&g, WORLD_USER, 0600, n);
        if (g.length != n)
            fail("what fstat(2) says",
                 "the object has %zu bytes, and *length is %zu", n,
                 g.length);
        if (g.map.end - g.address < n ||
            !watch_memory(g.a->pid, g.address, seen, n) ||
            memcmp(seen, content, n) != 0)
            fail("all of it",
                 "the object has %zu bytes, and not all of them "
                 "are mapped",
                 n);
        forget();
    }
}

static void
is_shared(void)
{
    struct got g;

    attach(&g, WORLD_USER, 0600, some_length());
    if (g.map.inode != g.sb.st_ino || g.map.device != g.sb.st_dev)
        fail("the object itself", "at the address there is a copy");
    if (!g.map.shared)
        fail("MAP_SHARED", "the kernel says that the mapping is "
                           "private (/proc/PID/maps)");
    forget();
}

static void
is_read_only(void)
{
    struct got g;

    attach(&g, WORLD_USER, 0600, some_length());
    if (g.map.writable || !g.map.readable)
        fail("readable, and not writable",
             "the kernel says that the mapping is %s "
             "(/proc/PID/maps)",
             g.map.readable ? "writable" : "not readable");
    if (g.map.executable)
        fail("readable, and nothing else",
             "the kernel says that the mapping can be executed "
             "(/proc/PID/maps)");
    forget();
}

static void
needs_no_more(void)
{
    struct got g;

    attach(&g, WORLD_USER, 0400, some_length());
    forget();
    if (world_has_friend()) {
        attach(&g, WORLD_FRIEND, 0444, some_length());
        forget();
    }
}

static void
stays_so(void)
{
    struct got g;

    attach(&g, WORLD_USER, 0600, some_length());
    actor_to_gate(g.a, GATE_LEAVE, "after attach_ro()");
    if (watch_mapping(g.a->pid, g.address, &g.map) &&
        g.map.writable)
        fail("EACCES", "mprotect(2) makes it writable: the "
                       "descriptor allows that");
    forget();
}

static void
leaves_nothing(void)
{
    struct got g;
    int n;

    attach(&g, WORLD_USER, 0600, some_length());
    n = watch_mappings_of(g.a->pid, &g.sb);
    if (g.descriptors > 0)
        fail("as many as before",
             "descriptors open: %d more than before",
             g.descriptors);
    if (n != 1)
        fail("1", "the object is mapped %d times", n);
    forget();
}

/* One process attaches to two objects, of which the second is the
   longer one, and then the shorter one. */
static void
has_two(void)
{
    for (int i = 1; i <= 2; i++) {
        const size_t n = HEADER + 5000 + seeded(MOST / 4);
        const char *other = name = seeded_name();
        struct got first, second = {0};
        struct mapping map;

        create(WORLD_USER, 0600, n * (size_t)(3 - i));
        world_stat(other, &second.sb);
        name = seeded_name();
        create(WORLD_USER, 0600, n * (size_t)i);
        begin_with(&first, other);
        finish(&first);
        actor_to_gate(first.a, GATE_LEAVE, "after attach_ro()");
        second.a = first.a;
        finish(&second);
        if (first.address == 0 || second.address == 0)
            fail("an address for each object",
                 "one process attaches to two objects: NULL, %s",
                 strerror(first.address == 0 ? first.error
                                             : second.error));
        if (second.length != (size_t)second.sb.st_size)
            fail("what fstat(2) says of the second object",
                 "the first object has %lld bytes, the second one "
                 "%lld, and *length is %zu then",
                 (long long)first.sb.st_size,
                 (long long)second.sb.st_size, second.length);
        if (second.map.inode != second.sb.st_ino ||
            !watch_mapping(first.a->pid, first.address, &map) ||
            map.inode != first.sb.st_ino)
            fail("each object at its address",
                 "one process attaches to two objects, and has "
                 "one of them");
        world_unlink(other);
        forget();
    }
}

/* Objects that are too short, and what comes of them. */
static void
refuse(void (*judge)(const struct got *g, const char *when))
{
    const size_t lengths[] = {HEADER - 1, 1 + seeded(HEADER - 2),
                              0};

    for (int i = 0; i < 3; i++) {
        char when[64];
        struct got g;

        name = seeded_name();
        create(WORLD_USER, 0600, lengths[i]);
        begin(&g);
        finish(&g);
        snprintf(when, sizeof(when), "the object has %zu bytes",
                 lengths[i]);
        judge(&g, when);
        forget();
    }
}

static void
is_refused(const struct got *g, const char *when)
{
    if (g->address != 0 || g->error != EINVAL)
        fail("NULL, and EINVAL", "%s, and attach_ro() returns %s%s",
             when, g->address != 0 ? "an address" : "NULL, ",
             g->address != 0 ? "" : strerror(g->error));
}

static void
refuses(void)
{
    struct got g;

    refuse(is_refused);
    attach(&g, WORLD_USER, 0600, HEADER);
    forget();
}

static void
refuses_cleanly(void)
{
    refuse(must_be_clean);
}

static void
knows_errors(void)
{
    for (int i = 0; i < 2; i++) {
        int error = i == 0 ? ENOENT : EACCES;
        const char *when = i == 0 ? "there is no object"
                                  : "nobody may open the object";
        struct got g;

        name = seeded_name();
        if (i == 1)
            create(WORLD_USER, 0, 100);
        begin(&g);
        finish(&g);
        if (i == 0 && world_stat(name, &g.sb) == 0)
            fail("it does not create one",
                 "%s, and then there is one", when);
        if (g.address != 0 || g.error != error)
            fail("NULL, and the errno of the call that has failed",
                 "%s, and attach_ro() returns %s%s", when,
                 g.address != 0 ? "an address" : "NULL, ",
                 g.address != 0 ? "" : strerror(g.error));
        must_be_clean(&g, when);
        forget();
    }
}

/* Whether it is one of the calls that open, ask, read, and map. */
static bool
may_fail(const struct call *call)
{
    switch (call->nr) {
    case SYS_openat:
#ifdef SYS_open
    case SYS_open:
#endif
    case SYS_fstat:
    case SYS_newfstatat:
    case SYS_statx:
    case SYS_lseek:
    case SYS_read:
    case SYS_pread64:
        return true;
    case SYS_mmap:
        return (int)call->args[4] != -1;
    default:
        return false;
    }
}

/* The k-th of them fails, with that error. Returns false if there
   is none. */
static bool
one_fails(int k, int error)
{
    bool injected = false;
    char when[80];
    struct got g;
    int n = 0;

    name = seeded_name();
    create(WORLD_USER, 0600, some_length());
    begin(&g);
    while (!injected && step(&g))
        injected = may_fail(&g.a->call) && ++n == k;
    if (injected) {
        snprintf(when, sizeof(when), "%s(2) fails, %s",
                 park_name(g.a->call.nr), strerrorname_np(error));
        actor_answer(g.a, 0, error);
        finish(&g);
        if (g.address == 0 && g.error != error)
            fail("the errno of the call that has failed",
                 "%s, and then errno is: %s", when,
                 strerrorname_np(g.error));
        if (g.address == 0)
            must_be_clean(&g, when);
        else if (g.length != (size_t)g.sb.st_size)
            fail("NULL", "%s, and attach_ro() returns an address",
                 when);
    }
    forget();
    return injected;
}

/* Each of them fails, for one reason and for another one. So no
   errno is right that is always the same. */
static void
cleans_up(void)
{
    static const int errors[] = {ENOMEM, EIO, ENFILE, EPERM};

    for (int i = 0; i < 2; i++)
        for (int k = 1; one_fails(k, errors[(k + 2 * i) % 4]);)
            k++;
}

/* Before each of its calls, the name goes to another object. */
static void
is_the_same(void)
{
    bool more = true;

    for (int k = 0; more; k++) {
        struct stat old, now;
        struct got g;

        name = seeded_name();
        create(WORLD_USER, 0600, some_length());
        begin(&g);
        old = g.sb;
        for (int i = 0; i < k && more; i++)
            more = step(&g);
        if (!more)
            break;
        world_unlink(name);
        create(WORLD_USER, 0600, some_length());
        world_stat(name, &now);
        finish(&g);
        if (g.address == 0)
            fail("an address",
                 "the name went to another object: NULL, %s",
                 strerror(g.error));
        if (g.map.inode == old.st_ino)
            now = old;
        if (g.length != (size_t)now.st_size)
            fail("the length of the object that is mapped",
                 "the name went on; %lld bytes mapped, *length is "
                 "%zu",
                 (long long)now.st_size, g.length);
        forget();
    }
    forget();
}

const struct check checks_05[] = {
    {"ro-attach.attaches", "an object that is there is mapped",
     "that is what it is for", "shm_open(3), mmap(2)", attaches, 0,
     false},
    {"ro-attach.length", "as a whole, with the length that it has",
     "the kernel knows it, and your program can only guess",
     "fstat(2)", has_length, 0, false},
    {"ro-attach.shared", "what others write is seen",
     "whether changes get into a private mapping is not said",
     "mmap(2): MAP_PRIVATE", is_shared, 0, false},
    {"ro-attach.readonly", "it can be read, and not written",
     "a wild pointer of yours would change it for all others",
     "mmap(2): PROT_READ", is_read_only, 0, false},
    {"ro-attach.errors", "errors are told, and nothing is created",
     "the caller has to know why", "shm_open(3), errno(3)",
     knows_errors, 0, false},
    {"ro-attach.permission", "it is enough that you may read",
     "to open it for writing as well is EACCES then",
     "shm_open(3): O_RDONLY", needs_no_more, 0, false},
    {"ro-attach.stays", "and nobody makes it writable later",
     "what a mapping may become, its descriptor says",
     "mprotect(2): EACCES", stays_so, 0, false},
    {"ro-attach.descriptor", "no descriptor stays, and one mapping",
     "the mapping needs none, and a process has not many",
     "close(2)", leaves_nothing, 0, false},
    {"ro-attach.two", "a second object is not the first one",
     "what a function remembers (static) is there at the next "
     "call, too",
     "fstat(2)", has_two, 0, false},
    {"ro-attach.short", "an object without a header is refused",
     "what is beyond the end of an object are zeros up to the end "
     "of the page, and then SIGBUS",
     "fstat(2), mmap(2)", refuses, 0, false},
    {"ro-attach.refusal", "and nothing of it stays",
     "who tries again and again runs out of descriptors; and the "
     "caller goes by what is returned",
     "close(2), munmap(2)", refuses_cleanly, 0, false},
    {"ro-attach.clean", "if a call fails, nothing stays",
     "each call has to be looked at, and each way out has to close "
     "what was opened",
     "fstat(2), mmap(2): MAP_FAILED, close(2), errno(3)", cleans_up,
     0, false},
    {"ro-attach.same", "the length is that of what is mapped",
     "between two calls a name may go to another object",
     "stat(2), fstat(2)", is_the_same, 0, false},
    {0},
};
