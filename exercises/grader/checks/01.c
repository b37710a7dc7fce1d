/* SPDX-License-Identifier: 0BSD */
/*
 * 01.c - checks of create-map
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../actor.h"
#include "../check.h"
#include "../world.h"

static const char *name;
static size_t length;

/* Runs create_map() for a new name. */
static struct actor *
create_with(size_t its_length, const char *text)
{
    struct actor *a;

    name = seeded_name();
    length = its_length;
    a = actor_start(WORLD_USER, "create", name,
                    text_of((long)length), text, NULL);
    return a;
}

static struct actor *
create(const char *text)
{
    return create_with(1 + seeded(20000), text);
}

static struct actor *
must_return(struct actor *a)
{
    actor_to_gate(a, GATE_RETURNED, "in create_map()");
    if (a->value == 0)
        fail("an address", "create_map() returns NULL, %s",
             strerror(a->error));
    return a;
}

static struct actor *
created(const char *text)
{
    return must_return(create(text));
}

static void
is_there(void)
{
    struct actor *a = created("");
    struct stat sb;

    if (world_stat(name, &sb) == -1)
        fail("an object of the name that was asked for",
             "shm_open(\"%s\"): %s", name, strerror(errno));
    actor_end(a, "after create_map()");
    world_unlink(name);
}

/* At each of its calls: who opens it in between keeps it. */
static void
has_mode(void)
{
    struct actor *a = create("");
    struct stat sb = {0};

    while (actor_next(a, true) == AT_CALL)
        if (world_stat(name, &sb) == 0 && (sb.st_mode & 077) != 0)
            fail("mode 0600, from the beginning",
                 "before %s(2) it has %04o", park_name(a->call.nr),
                 (unsigned int)sb.st_mode & 07777);
    if (a->gate != GATE_RETURNED || world_stat(name, &sb) == -1 ||
        !S_ISREG(sb.st_mode) || (sb.st_mode & 07777) != 0600)
        fail("mode 0600", "fstat(2): mode %04o",
             (unsigned int)sb.st_mode & 07777);
    actor_end(a, "after create_map()");
    world_unlink(name);
}

static void
has_length(void)
{
    struct actor *a = created("x");
    struct mapping map;
    struct stat sb;

    if (watch_mapping(a->pid, (uint64_t)a->value, &map) &&
        !map.writable)
        fail("to be read and written",
             "the kernel says that the mapping can only be read: "
             "PROT_WRITE is missing, mmap(2)");
    if (world_stat(name, &sb) == -1)
        sb.st_size = 0;
    if (sb.st_size != 0 && (size_t)sb.st_size != length)
        because("who maps it goes by what fstat(2) says, and finds "
                "more than was asked for, or less",
                "ftruncate(2), fstat(2)");
    if ((size_t)sb.st_size != length)
        fail(text_of((long)length), "fstat(2): %lld bytes",
             (long long)sb.st_size);
    actor_end(a, "when it writes a byte");
    world_unlink(name);
}

static void
is_shared(void)
{
    const char *word = seeded_word();
    /* So many pages that a part of it has fewer. */
    struct actor *a = must_return(
        create_with(50000 + seeded(9999), word));
    char buf[16] = "", theirs = '!', seen = 0;
    uint64_t address = (uint64_t)a->value;
    size_t last = length - 1;
    int fd;

    actor_to_gate(a, GATE_LEAVE, "when it writes there");
    fd = world_open(name, O_RDWR);
    if (fd == -1 || pread(fd, buf, strlen(word), 0) == -1)
        fail("an object", "open: %s", strerror(errno));
    if (length >= strlen(word) &&
        memcmp(buf, word, strlen(word)) != 0)
        fail("all that was written at the address",
             "another process reads \"%s\", where \"%s\" was "
             "written",
             buf, word);
    if (pwrite(fd, &theirs, 1, (off_t)last) != 1)
        cannot("pwrite");
    if (!watch_memory(a->pid, address + last, &seen, 1) ||
        seen != theirs)
        fail("the same byte at the address",
             "another process writes a byte into the object, and "
             "it is not there");
    close(fd);
    actor_end(a, "after create_map()");
    world_unlink(name);
}

static void
leaves_no_descriptor(void)
{
    struct actor *a = create("x");
    int before = watch_descriptors(a->pid);
    int after;

    actor_to_gate(a, GATE_RETURNED, "in create_map()");
    after = watch_descriptors(a->pid);
    if (after > before)
        fail("as many as before",
             "descriptors open: %d more than before",
             after - before);
    actor_end(a, "after create_map()");
    world_unlink(name);
}

/* The name is taken by somebody else when it is held at its k-th
   call; with 0, before it begins. Returns false if it has come too
   far for that. */
static bool
finds_theirs(int k)
{
    struct actor *a = create("mine");
    const char *when = k == 0 ? "the name is taken"
                              : "the name is taken meanwhile";
    struct stat sb;

    if (!actor_to_call(a, k) || world_stat(name, &sb) == 0) {
        actors_end();
        world_unlink(name);
        return false;
    }
    if (!world_create(WORLD_USER, name, 0600, "theirs", 6))
        cannot("no object can be created");
    actor_to_gate(a, GATE_RETURNED, "in create_map()");
    if (a->value != 0 || a->error != EEXIST)
        fail("NULL, and EEXIST",
             "%s, and create_map() returns %s, %s", when,
             a->value == 0 ? "NULL" : "an address",
             strerror(a->error));
    if (!world_holds(name, "theirs", 6) || world_unlink(name) == -1)
        fail("it stays as it was",
             "%s, and the other's object was changed", when);
    actors_end();
    return true;
}

static void
knows_eexist(void)
{
    for (int k = 0; finds_theirs(k);)
        k++;
}

/* That call has failed, and create_map() has returned. */
static void
judge_failure(struct actor *a, const char *call, int descriptors)
{
    struct stat sb = {0};
    bool left = world_stat(name, &sb) == 0;

    if (a->value == -1)
        because("MAP_FAILED is not NULL: the caller takes it for "
                "an address",
                "mmap(2): RETURN VALUE");
    if (a->value == -1 ||
        (a->value != 0 && (size_t)sb.st_size != length))
        fail("NULL",
             "%s fails, and create_map() returns what is no "
             "address of the object",
             call);
    if (a->value != 0)
        return;
    if (left)
        fail("the name is removed, if it is ours",
             "%s fails, and %s is left", call, name);
    if (watch_descriptors(a->pid) > descriptors ||
        watch_mappings_named(a->pid, name) > 0) {
        because(
            "a process has not many, and each start leaves more",
            "close(2), munmap(2)");
        fail("nothing new is left",
             "%s fails, and the object is still open or mapped",
             call);
    }
    if (a->error != ENOMEM) {
        because("the caller goes by errno, and any call that "
                "succeeds may change it",
                "errno(3)");
        fail("ENOMEM, as that call said",
             "%s fails, and errno is: %s", call,
             strerror(a->error));
    }
}

/* Each call on the object fails once. */
static void
cleans_up(void)
{
    bool injected = true;

    for (int k = 1; injected; k++) {
        struct actor *a = create("x");
        char call[64] = "";
        int calls = 0, descriptors = watch_descriptors(a->pid);

        injected = false;
        while (actor_next(a, true) == AT_CALL)
            if ((a->call.nr == SYS_ftruncate ||
                 a->call.nr == SYS_fallocate ||
                 (a->call.nr == SYS_mmap &&
                  (a->call.args[3] & 1) != 0)) &&
                ++calls == k) {
                snprintf(call, sizeof(call), "%s(2)",
                         park_name(a->call.nr));
                actor_answer(a, 0, ENOMEM);
                injected = true;
            }
        if (injected && a->gate == GATE_RETURNED)
            judge_failure(a, call, descriptors);
        actors_end();
        world_unlink(name);
    }
}

const struct check checks_01[] = {
    {"create-map.name", "there is an object of that name",
     "who looks for the name finds nothing", "shm_open(3)",
     is_there, 0, false},
    {"create-map.mode", "only its owner may use it",
     "others could read it, and write", "shm_open(3)", has_mode, 0,
     false},
    {"create-map.length", "it has the length that was asked for",
     "a new object has length 0: the first access is SIGBUS",
     "ftruncate(2)", has_length, 0, false},
    {"create-map.shared",
     "another process sees what is written there",
     "with MAP_PRIVATE each process writes to a copy of its own",
     "mmap(2)", is_shared, 0, false},
    {"create-map.descriptor", "no descriptor stays open",
     "the mapping needs none, and a process has not many",
     "close(2)", leaves_no_descriptor, 0, false},
    {"create-map.exists",
     "an object that exists is an error, and stays",
     "without O_EXCL you would use, and cut, the object of "
     "somebody else",
     "shm_open(3)", knows_eexist, 0, false},
    {"create-map.clean", "if a call fails, nothing is left",
     "the next start would find its name taken, by an object that "
     "nobody fills",
     "shm_unlink(3)", cleans_up, 0, false},
    {0},
};
