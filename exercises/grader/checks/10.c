/* SPDX-License-Identifier: 0BSD */
/*
 * 10.c - checks of full
 *
 * /dev/shm has only 16 pages here, and the grader itself takes what
 * is free, at the moment that hurts most. Whether memory is there
 * is seen by writing all of it.
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

enum { PAGES = 16, PAGE = 4096, SHM_SIZE = PAGES * PAGE };

/* How often it may pause; and how many calls are tried one by one:
   who writes byte by byte has many of a kind. */
enum { LOOKS = 20, SWEEP = 10 };

static const char *const filler = "/filler";
static const char *name;
static size_t length;
static int descriptors;

/* A new name, and a length of so many pages, the last one not
 * whole. */
static struct actor *
begin_as(const char *its_name, size_t pages)
{
    struct actor *a;

    name = its_name;
    length = (pages - 1) * PAGE + 1 + seeded(PAGE - 1);
    a = actor_start(WORLD_USER, name, text_of((long)length), NULL);
    descriptors = watch_descriptors(a->pid);
    return a;
}

static struct actor *
begin(size_t pages)
{
    return begin_as(seeded_name(), pages);
}

/* Takes so many pages, or all that are left. */
static void
fill(size_t pages)
{
    static const char bytes[SHM_SIZE];

    (void)world_create(WORLD_USER, filler, 0600, bytes,
                       pages * PAGE);
}

static void
end(void)
{
    actors_end();
    world_unlink(name);
    world_unlink(filler);
}

/* On to where reserve() has returned. */
static void
must_return(struct actor *a, const char *when)
{
    enum event event;
    int looks = 0;

    do
        event = actor_next(a, false);
    while (event == AT_PAUSE && ++looks < LOOKS);
    if (event != AT_GATE || a->gate != GATE_RETURNED)
        fail("it returns", "%s, and in reserve(): %s", when,
             actor_event(a, event));
}

static void
must_succeed(struct actor *a, const char *when)
{
    must_return(a, when);
    if (a->value == -1)
        fail("a descriptor", "%s, and reserve() returns -1, %s",
             when, strerror(a->error));
}

static void
must_be_writable(struct actor *a, const char *when)
{
    enum event event = actor_next(a, false);

    if (event != AT_GATE || a->gate != GATE_LEAVE)
        fail("all bytes can be written",
             "%s; when all bytes are written: %s", when,
             actor_event(a, event));
}

static void
must_refuse(struct actor *a, const char *when)
{
    if (a->value != -1)
        fail("-1, and ENOSPC",
             "%s, and reserve() returns %ld, as if it were", when,
             a->value);
}

static void
must_be_clean(struct actor *a, const char *when)
{
    struct stat sb;

    if (world_stat(name, &sb) == 0)
        fail("no object is left",
             "%s, reserve() returns -1, and the object is there",
             when);
    if (watch_descriptors(a->pid) != descriptors)
        fail("no descriptor is left",
             "%s, reserve() returns -1, and there are %d "
             "descriptors more than before",
             when, watch_descriptors(a->pid) - descriptors);
}

static void
creates(void)
{
    struct actor *a = begin(1 + seeded(2));
    struct stat sb;

    must_succeed(a, "there is enough memory");
    if (world_stat(name, &sb) == -1 ||
        (size_t)sb.st_size != length ||
        (sb.st_mode & 07777) != 0600)
        fail("exactly that length, and mode 0600",
             "%zu bytes are asked for; fstat(2): %lld bytes, mode "
             "%04o",
             length, (long long)sb.st_size,
             (unsigned int)sb.st_mode & 07777);
    if ((watch_flags(a->pid, (int)a->value) & O_ACCMODE) != O_RDWR)
        fail("a descriptor for reading and writing",
             "descriptor %ld is not", a->value);
    end();
}

static void
reserves(void)
{
    struct actor *a = begin(2);

    must_succeed(a, "there is enough memory");
    fill(PAGES);
    must_be_writable(a, "reserve() has returned, and then others "
                        "take what is left");
    end();
}

static void
refuses(void)
{
    struct actor *a;

    fill(PAGES - 1);
    a = begin(2);
    must_return(a, "there is not enough memory");
    must_refuse(a, "there is not enough memory");
    end();
    fill(PAGES);
    a = begin(1);
    must_return(a, "there is no memory left");
    must_refuse(a, "there is no memory left");
    end();
}

/* Others take the memory while it is held at its k-th call. */
static void
is_not_overtaken(void)
{
    bool held = true;

    for (int k = 1; held && k < SWEEP; k++) {
        struct actor *a = begin(2);
        char when[100] = "";

        held = actor_to_call(a, k);
        if (held) {
            snprintf(when, sizeof(when),
                     "others take all memory just before its %s(2)",
                     park_name(a->call.nr));
            fill(PAGES);
            must_return(a, when);
            if (a->value != -1)
                must_be_writable(a, when);
        }
        end();
    }
}

static void
says_why(void)
{
    struct actor *a;

    fill(PAGES - 1);
    a = begin(2);
    must_return(a, "there is not enough memory");
    must_refuse(a, "there is not enough memory");
    if (a->error != ENOSPC)
        fail("ENOSPC",
             "there is not enough memory; reserve() returns -1, "
             "and errno is: %s",
             a->error == 0 ? "0" : strerror(a->error));
    end();
}

/* Whether that call gets memory, and may take its time. */
static bool
gets_memory(const struct call *call)
{
    return call->nr == SYS_fallocate || call->nr == SYS_write ||
           call->nr == SYS_pwrite64;
}

static bool
may_fail(const struct call *call)
{
    return gets_memory(call) || call->nr == SYS_ftruncate ||
           (call->nr == SYS_mmap && (int)call->args[4] != -1);
}

/* The k-th of these calls fails. Returns false if there is none. */
static bool
one_fails(int k, int error)
{
    struct actor *a = begin(2);
    enum event event;
    char when[100] = "";
    int n = 0;

    while ((event = actor_next(a, true)) == AT_CALL)
        if (may_fail(&a->call) && ++n == k) {
            snprintf(when, sizeof(when), "%s(2) fails, %s",
                     park_name(a->call.nr), strerrorname_np(error));
            actor_answer(a, 0, error);
        }
    if (n >= k) {
        if (event != AT_GATE || a->gate != GATE_RETURNED)
            fail("it returns", "%s, and in reserve(): %s", when,
                 actor_event(a, event));
        if (a->value == -1 && a->error != error)
            fail("the errno of the call that has failed",
                 "%s, and then errno is: %s", when,
                 strerrorname_np(a->error));
        if (a->value == -1) {
            must_be_clean(a, when);
        } else {
            fill(PAGES);
            must_be_writable(a, when);
        }
    }
    end();
    return n >= k;
}

static void
cleans_up(void)
{
    static const int errors[] = {EIO, EPERM, ENODEV};
    struct actor *a;

    fill(PAGES - 1);
    a = begin_as(seeded_long_name(), 2);
    must_return(a, "there is not enough memory");
    must_be_clean(a, "there is not enough memory");
    end();
    for (int k = 1; k < SWEEP && one_fails(k, errors[k % 3]); k++)
        continue;
}

static void
must_stay(const char *word, size_t n)
{
    struct stat sb;

    if (!world_holds(name, word, n))
        fail("it stays as it is",
             "there was such an object, and now it is %s",
             world_stat(name, &sb) == -1 ? "gone" : "another one");
}

/* The other one's comes while reserve() is held at each of its
   calls in turn, as long as there is none. */
static void
takes_no_other(const char *word, size_t n)
{
    struct stat sb;

    for (int k = 1;; k++) {
        struct actor *a = begin(1);

        if (!actor_to_call(a, k) || world_stat(name, &sb) == 0)
            break;
        if (!world_create(WORLD_USER, name, 0600, word, n))
            cannot("no object can be created");
        must_return(a, "another process creates it first");
        if (a->value != -1 || a->error != EEXIST)
            fail("-1, and EEXIST",
                 "another process creates it first, and reserve() "
                 "returns %s",
                 a->value != -1 ? "a descriptor"
                                : strerrorname_np(a->error));
        must_stay(word, n);
        end();
    }
    end();
}

static void
spares_what_is_there(void)
{
    static const char word[] = "somebody else's";

    /* Enough memory for both, and not enough. */
    for (size_t pages = 1; pages <= PAGES + 1; pages += PAGES) {
        struct actor *a = begin(pages);

        if (!world_create(WORLD_USER, name, 0600, word,
                          sizeof(word)))
            cannot("no object can be created");
        must_return(a, "there is such an object");
        if (a->value != -1 || a->error != EEXIST)
            fail("-1, and EEXIST",
                 "there is such an object, and reserve() returns "
                 "%ld, %s",
                 a->value, strerror(a->error));
        must_stay(word, sizeof(word));
        if (watch_descriptors(a->pid) != descriptors)
            fail("no descriptor is left",
                 "there is such an object; reserve() returns -1, "
                 "and leaves a descriptor");
        end();
    }
    takes_no_other(word, sizeof(word));
}

/* Each call that gets memory says that a signal came, and those
   that follow say that, too. */
static void
bears_signals(void)
{
    enum { SIGNALS = 10 };
    bool injected = true;

    for (int k = 1; injected && k < SWEEP; k++) {
        struct actor *a = begin(2);
        enum event event;
        char when[100] = "";
        int n = 0;

        while ((event = actor_next(a, true)) == AT_CALL)
            if (gets_memory(&a->call) && ++n >= k &&
                n < k + SIGNALS) {
                snprintf(when, sizeof(when),
                         "signals interrupt %s(2)",
                         park_name(a->call.nr));
                actor_answer(a, 0, EINTR);
            }
        injected = n >= k;
        if (injected) {
            if (event != AT_GATE || a->gate != GATE_RETURNED)
                fail("it returns", "%s, and in reserve(): %s", when,
                     actor_event(a, event));
            if (a->value == -1)
                fail("a descriptor",
                     "%s, and reserve() returns -1, %s", when,
                     strerrorname_np(a->error));
            fill(PAGES);
            must_be_writable(a, when);
        }
        end();
    }
}

const struct check checks_10[] = {
    {"full.creates", "there is an object, as long as was asked for",
     "that is what it is for", "shm_open(3), posix_fallocate(3)",
     creates, SHM_SIZE, false},
    {"full.reserves", "its memory is there, whatever others take",
     "a length is no memory: the first write to a page gets it, or "
     "is SIGBUS",
     "posix_fallocate(3), ftruncate(2), mmap(2)", reserves,
     SHM_SIZE, false},
    {"full.refuses", "if there is not enough, it says so",
     "who is not told finds out by SIGBUS (posix_fallocate(3) "
     "returns the error: it is neither -1 nor in errno)",
     "posix_fallocate(3): RETURN VALUE", refuses, SHM_SIZE, false},
    {"full.errno", "and says why, in errno",
     "the caller has to know, and close(2) and others set errno, "
     "too",
     "errno(3), posix_fallocate(3)", says_why, SHM_SIZE, false},
    {"full.taken", "nobody takes the memory in between",
     "to look how much is free, and then to take it, are two steps",
     "posix_fallocate(3)", is_not_overtaken, SHM_SIZE, false},
    {"full.clean", "then nothing is left",
     "what is left takes the name, and maybe the memory; and the "
     "caller goes by errno",
     "shm_unlink(3), close(2), errno(3)", cleans_up, SHM_SIZE,
     false},
    {"full.exists", "what was there before stays as it was",
     "who has not created it has not to remove it",
     "shm_open(3): O_EXCL, EEXIST", spares_what_is_there, SHM_SIZE,
     false},
    {"full.signal", "a signal is no reason to give up",
     "the memory is there, but nobody has tried again",
     "posix_fallocate(3): EINTR", bears_signals, SHM_SIZE, false},
    {0},
};
