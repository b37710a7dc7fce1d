/* SPDX-License-Identifier: 0BSD */
/*
 * 06.c - checks of unlink
 *
 * A host and a guest meet over an object; the grader decides who of
 * them moves, and looks after each step whether the name is there.
 * The object itself is known by its inode, which each of the two
 * must have mapped, with a name or without one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../06-unlink/unlink.h"
#include "../actor.h"
#include "../check.h"
#include "../world.h"

enum { LOOKS = 20, LONG = 1200 };

static const char *name;
static struct stat object;

static bool
name_is_there(void)
{
    struct stat sb;

    return world_stat(name, &sb) == 0;
}

/* A new host, whose host_open() has returned. */
static struct actor *
open_host(const char *role)
{
    struct actor *a = actor_start(WORLD_USER, role, name, NULL);

    actor_to_gate(a, GATE_RETURNED, "in host_open()");
    if (a->value == 0)
        fail("an address", "host_open() returns NULL, %s",
             strerror(a->error));
    if (world_stat(name, &object) == -1)
        fail("an object of that name",
             "host_open() has returned, and shm_open(\"%s\"): %s",
             name, strerror(errno));
    return a;
}

/* As far as it gets, while nobody else moves. */
static enum event
go(struct actor *a)
{
    enum event event;
    int looks = 0;

    do
        event = actor_next(a, false);
    while ((event == AT_PAUSE && ++looks < LOOKS) ||
           (event == AT_GATE && a->gate == GATE_SIGNAL));
    return event;
}

static void
must_share(struct actor *a, uint64_t address, const char *who)
{
    struct mapping map;

    if (!watch_mapping(a->pid, address, &map))
        fail("the object", "%s: nothing is mapped there", who);
    if (map.inode != object.st_ino || map.device != object.st_dev ||
        !map.shared || !map.writable)
        fail("the object that the host has created, shared",
             "%s: something else is mapped there", who);
}

/* The address at which the guest has the box. */
static uint64_t
come(struct actor *guest)
{
    enum event event = go(guest);
    uint64_t address = (uint64_t)guest->value;

    if (event != AT_GATE || guest->gate != GATE_RETURNED)
        fail("it returns", "in guest_open(): %s",
             actor_event(guest, event));
    if (address == 0)
        fail("an address",
             "the host is waiting, and guest_open() returns NULL, "
             "%s",
             strerror(guest->error));
    must_share(guest, address, "the address of guest_open()");
    return address;
}

static struct actor *
start_guest(void)
{
    return actor_start(WORLD_USER, "guest", name, NULL);
}

/* The host goes on until it sleeps in host_wait(). */
static void
wait_alone(struct actor *host)
{
    enum event event = go(host);

    if (event == AT_GATE && host->gate == GATE_RETURNED)
        fail("it waits",
             "nobody has come, and host_wait() returns %ld",
             host->value);
    if (event != ASLEEP && event != AT_PAUSE)
        fail("it sleeps until a guest comes", "in host_wait(): %s",
             actor_event(host, event));
    if (!name_is_there())
        fail("the name stays until the guest has found it",
             "host_wait() waits for a guest, and has removed the "
             "name");
}

static void
wait_over(struct actor *host)
{
    enum event event = go(host);

    if (event != AT_GATE || host->gate != GATE_RETURNED)
        fail("it returns", "the guest has come; in host_wait(): %s",
             actor_event(host, event));
    if (host->value != 0)
        fail("0",
             "the guest has come, and host_wait() returns %ld, %s",
             host->value, strerror(host->error));
}

static void
opens(void)
{
    struct actor *a;
    uint64_t address;

    name = seeded_name();
    a = open_host("alone");
    address = (uint64_t)a->value;
    if ((size_t)object.st_size < sizeof(struct box) ||
        (object.st_mode & 07777) != 0600)
        fail("all of struct box, and mode 0600",
             "fstat(2): %lld bytes, mode %04o",
             (long long)object.st_size,
             (unsigned int)object.st_mode & 07777);
    must_share(a, address, "the address of host_open()");
    actors_end();
    world_unlink(name);
}

static void
waits(void)
{
    struct actor *host, *guest;

    name = seeded_name();
    host = open_host("host");
    wait_alone(host);
    guest = start_guest();
    come(guest);
    wait_over(host);
    actors_end();
    world_unlink(name);
}

/* However often it looks, and whatever times it sets itself. */
static void
is_patient(void)
{
    struct actor *host;
    enum event event;
    int pauses = 0;

    name = seeded_name();
    host = open_host("host");
    host->hurries = true;
    do
        event = actor_next(host, false);
    while (event == AT_PAUSE && ++pauses < LONG);
    if (event == AT_GATE || event == ENDED)
        fail(
            "it waits, however long that takes",
            "nobody has come for a long time, and host_wait() does "
            "not wait any more");
    come(start_guest());
    wait_over(host);
    actors_end();
    world_unlink(name);
}

static void
bears_signals(void)
{
    struct actor *host;

    name = seeded_name();
    host = open_host("host");
    wait_alone(host);
    for (int i = 0; i < 3; i++) {
        enum event event = actor_interrupt(host);

        if (event != ASLEEP && event != AT_PAUSE)
            fail("it waits on",
                 "nobody has come, a signal comes, and %s",
                 event == AT_GATE ? "host_wait() returns"
                                  : actor_event(host, event));
        if (!name_is_there())
            fail("it waits on", "nobody has come, a signal comes, "
                                "and the name is removed");
    }
    come(start_guest());
    wait_over(host);
    actors_end();
    world_unlink(name);
}

/* Guests come before host_wait() has begun, and are gone again. */
static void
is_left_to_the_host(void)
{
    struct actor *host, *guest;

    name = seeded_name();
    host = open_host("host");
    guest = start_guest();
    come(guest);
    if (!name_is_there())
        fail("the name is the host's",
             "guest_open() returns, and the name is gone; the host "
             "has done nothing yet");
    actor_end(guest, "when the guest leaves");
    if (!name_is_there())
        fail("the name is the host's",
             "the guest ends, and the name goes; the host has done "
             "nothing yet");
    come(start_guest());
    wait_over(host);
    actors_end();
    world_unlink(name);
}

static void
goes(void)
{
    struct actor *host;

    name = seeded_name();
    host = open_host("host");
    come(start_guest());
    wait_over(host);
    if (name_is_there())
        fail("the name is gone as soon as the two have met",
             "host_wait() has returned, and the name is still "
             "there");
    actor_end(host, "at the host's end");
}

static void
lives_on(void)
{
    struct actor *host, *guest;
    static const char start[] = "left by process ";
    char text[sizeof(start)] = "";
    uint64_t address;

    name = seeded_name();
    host = open_host("host");
    guest = start_guest();
    address = come(guest) + offsetof(struct box, text);
    wait_over(host);
    actor_end(host, "at the host's end");
    must_share(guest, address,
               "the host has ended; the guest's address");
    if (!watch_memory(guest->pid, address, text, strlen(start)) ||
        strcmp(text, start) != 0)
        fail("what the host has left in it",
             "the host has ended; in the guest's box is something "
             "else");
    actor_end(guest, "the host has ended; when the guest writes");
}

static void
ends_alone(void)
{
    struct actor *a;

    name = seeded_long_name();
    a = open_host("alone");
    actor_end(a, "at the host's end");
    if (name_is_there())
        fail("exit(3) removes the name",
             "no guest has come, the host has ended, and the name "
             "is still there");
}

static void
bears_a_child(void)
{
    struct actor *host;

    name = seeded_name();
    host = open_host("parent");
    actor_to_gate(host, GATE_INSIDE, "a child of the host ends");
    if (!name_is_there())
        fail("a child's exit(3) removes nothing",
             "a child of the host has ended, and the name is gone");
    wait_alone(host);
    come(start_guest());
    wait_over(host);
    actor_end(host, "at the host's end");
}

/* The name is free again: another host takes it. */
static void
spares_others(void)
{
    struct actor *host;
    struct stat other, sb;

    name = seeded_name();
    host = open_host("host");
    come(start_guest());
    wait_over(host);
    open_host("host");
    other = object;
    actor_end(host, "at the host's end");
    if (world_stat(name, &sb) == -1 || sb.st_ino != other.st_ino)
        fail("it has no name to remove any more",
             "a host has met its guest, another one takes the "
             "name, and the end of the first removes it");
    actors_end();
    world_unlink(name);
}

/* Somebody's object is there before host_open() makes its k-th
   call. Returns false if that has made one before. */
static bool
spare(int k)
{
    static const char word[] = "somebody else's";
    struct actor *a;
    enum event event;

    name = seeded_name();
    a = actor_start(WORLD_USER, "alone", name, NULL);
    if (!actor_to_call(a, k) || name_is_there()) {
        actors_end();
        world_unlink(name);
        return false;
    }
    if (!world_create(WORLD_USER, name, 0600, word, sizeof(word)))
        cannot("no object can be created");
    actor_to_gate(a, GATE_RETURNED, "in host_open()");
    if (a->value != 0 || a->error != EEXIST)
        fail("NULL, and EEXIST",
             "there is an object, and host_open() returns %s, %s",
             a->value == 0 ? "NULL" : "an address",
             strerror(a->error));
    event = go(a);
    if (event != ENDED)
        fail("it ends", "host_open() has failed, and %s",
             actor_event(a, event));
    if (!world_holds(name, word, sizeof(word)))
        fail("it stays as it is",
             "there is an object, host_open() fails, and when the "
             "process has ended that object is %s",
             name_is_there() ? "another one" : "gone");
    world_unlink(name);
    return true;
}

static void
spares_what_is_there(void)
{
    for (int k = 0; spare(k);)
        k++;
}

static void
knows_no_object(void)
{
    struct actor *a;

    name = seeded_name();
    a = start_guest();
    actor_to_gate(a, GATE_RETURNED, "in guest_open()");
    if (a->value != 0 || a->error != ENOENT || name_is_there())
        fail("NULL, ENOENT, and still none",
             "there is no object; guest_open() returns %s, %s, and "
             "%s",
             a->value == 0 ? "NULL" : "an address",
             strerror(a->error),
             name_is_there() ? "now there is one"
                             : "there is none");
    actors_end();
}

/* The k-th call that gives the object its length or maps it fails,
   in host_open() or guest_open(). Returns false if there is none.
 */
static bool
one_fails(const char *role, const char *function, int k, int error)
{
    bool is_host = strcmp(role, "alone") == 0;
    struct actor *a;
    char when[100] = "";
    enum event event;
    int n = 0;

    name = seeded_name();
    if (!is_host)
        open_host("host");
    a = actor_start(WORLD_USER, role, name, NULL);
    while ((event = actor_next(a, true)) == AT_CALL ||
           event == AT_PAUSE) {
        int nr = a->call.nr;

        if (event == AT_PAUSE ||
            (nr != SYS_ftruncate && nr != SYS_fallocate &&
             (nr != SYS_mmap || (int)a->call.args[4] == -1)) ||
            ++n != k)
            continue;
        snprintf(when, sizeof(when), "%s(2) fails, %s",
                 park_name(nr), strerrorname_np(error));
        actor_answer(a, 0, error);
    }
    if (n >= k) {
        if (event != AT_GATE || a->gate != GATE_RETURNED)
            fail("it returns", "%s, and in %s(): %s", when,
                 function, actor_event(a, event));
        if (a->value == 0 && a->error != error)
            fail("the errno of the call that has failed",
                 "%s, and then errno is: %s", when,
                 strerrorname_np(a->error));
        if (a->value == 0 && name_is_there() == is_host)
            fail(is_host ? "no name stays" : "the name stays",
                 "%s, %s() returns NULL, and the name is %s", when,
                 function, is_host ? "still there" : "gone");
        if (a->value != 0) {
            if (world_stat(name, &object) == -1 ||
                (size_t)object.st_size < sizeof(struct box))
                fail("NULL", "%s, and %s() returns an address",
                     when, function);
            must_share(a, (uint64_t)a->value, when);
        }
    }
    actors_end();
    world_unlink(name);
    return n >= k;
}

static void
cleans_up(void)
{
    static const int errors[] = {ENOMEM, EIO, EPERM};

    for (int k = 1;
         one_fails("alone", "host_open", k, errors[k % 3]);)
        k++;
    for (int k = 1;
         one_fails("guest", "guest_open", k, errors[k % 3]);)
        k++;
}

const struct check checks_06[] = {
    {"unlink.opens",
     "the host has an object, shared and with a name",
     "that is what it is for", "shm_open(3), ftruncate(2), mmap(2)",
     opens, 0, false},
    {"unlink.waits", "the name is there until the guest comes",
     "removed too early, nobody finds it; and through a semaphore "
     "without pshared, or in a private mapping, nobody is woken",
     "shm_unlink(3), sem_init(3), mmap(2): MAP_SHARED", waits, 0,
     false},
    {"unlink.patient", "the host waits as long as it takes",
     "nobody knows when a guest comes", "sem_wait(3)", is_patient,
     0, false},
    {"unlink.signal", "a signal does not end the wait",
     "sem_wait(3) may return -1 with EINTR: then nobody has come",
     "sem_wait(3), signal(7)", bears_signals, 0, false},
    {"unlink.guest", "the guest leaves the name to the host",
     "two who remove a name remove each other's",
     "shm_unlink(3), atexit(3)", is_left_to_the_host, 0, false},
    {"unlink.gone", "when they have met, the name is gone",
     "what has no name cannot be left behind, whoever crashes",
     "shm_unlink(3)", goes, 0, false},
    {"unlink.lives",
     "the object survives its name, and its creator",
     "it lives while anybody has it mapped or open",
     "shm_overview(7): Persistence, shm_unlink(3)", lives_on, 0,
     false},
    {"unlink.alone", "if no guest comes, no name is left",
     "an object with a name stays until the next boot",
     "shm_overview(7): Persistence, atexit(3)", ends_alone, 0,
     false},
    {"unlink.child", "a child of the host takes nothing with it",
     "a child inherits what exit(3) calls, and calls it in its own",
     "atexit(3), fork(2), _exit(2)", bears_a_child, 0, false},
    {"unlink.others", "the host removes its own name, and once",
     "the name may be somebody else's by then", "shm_unlink(3)",
     spares_others, 0, false},
    {"unlink.exists", "what was there before stays",
     "who has not created it has not to remove it",
     "shm_open(3): EEXIST", spares_what_is_there, 0, false},
    {"unlink.enoent", "a guest without a host is told so",
     "a guest that creates is a second host", "shm_open(3): ENOENT",
     knows_no_object, 0, false},
    {"unlink.clean", "if a call fails, no name is left",
     "nobody else would remove it", "shm_unlink(3)", cleans_up, 0,
     false},
    {0},
};
