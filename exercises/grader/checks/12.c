/* SPDX-License-Identifier: 0BSD */
/*
 * 12.c - checks of memfd-pass
 *
 * What a descriptor is worth is asked of the kernel, through a
 * second one that we open of the same memory: its seals, its
 * contents, its inode. In each conversation at least one side is
 * ours (give and take in main.c), but in the last.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../actor.h"
#include "../check.h"
#include "../world.h"

enum {
    NEEDED = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE,
    ALL = NEEDED | F_SEAL_SEAL,
    PAGE = 4096,
    SIZES = 4
};

/* The answer at a gate that lets main.c close its stdin. */
enum { CLOSE_STDIN = 1 };

static const char *text, *name;
static size_t size;
static int n_before;

/* Whatever the seed is, it ends within a page; a byte; a page; and
   more than a buffer on the way would have room for. */
static void
choose(int which)
{
    size_t odd = 1 + seeded(PAGE - 1);
    const size_t sizes[SIZES] = {3UL * PAGE + odd, 1, PAGE,
                                 32UL * PAGE + odd};

    text = seeded_word();
    name = seeded_word();
    size = sizes[which];
}

/* What main.c fills memory with. */
static bool
is_filled(const char *data, size_t n, const char *with)
{
    for (size_t i = 0; i < n; i++)
        if (data[i] != with[i % (strlen(with) + 1)])
            return false;
    return true;
}

/* How many mappings of such memory a process has. */
static int
mapped(struct actor *a)
{
    return watch_mappings_named(a->pid, "/memfd:");
}

static struct actor *
maker_of(int which)
{
    struct actor *a;

    choose(which);
    a = actor_start(WORLD_USER, "make", text, text_of((long)size),
                    NULL);
    actor_to_gate(a, GATE_INSIDE, "before make_sealed()");
    n_before = watch_descriptors(a->pid);
    return a;
}

static struct actor *
maker(void)
{
    return maker_of(0);
}

/* Opens on our side what it has returned. */
static int
opened(struct actor *a, const char *function)
{
    int fd;

    if (a->value == -1)
        fail("a descriptor", "%s() returns -1, %s", function,
             strerrorname_np(a->error));
    fd = watch_open(a->pid, (int)a->value, O_RDONLY);
    if (fd == -1)
        fail("a descriptor of sealed memory",
             "%s() returns %ld, which is no such descriptor",
             function, a->value);
    return fd;
}

static int
made(struct actor *a)
{
    actor_to_gate(a, GATE_RETURNED, "in make_sealed()");
    return opened(a, "make_sealed");
}

static void
judge_contents(int fd)
{
    struct stat sb;
    char *data = malloc(size);

    if (fstat(fd, &sb) == -1 || (size_t)sb.st_size != size)
        fail(text_of((long)size), "fstat(2): %lld bytes",
             (long long)sb.st_size);
    if (data == NULL || pread(fd, data, size, 0) != (ssize_t)size ||
        !is_filled(data, size, text))
        fail(
            "all n bytes of the data",
            "another process reads something else from the memory");
    free(data);
}

static void
judge_seals(int fd, int needed)
{
    static const char *const names[] = {
        "F_SEAL_SEAL", "F_SEAL_SHRINK", "F_SEAL_GROW",
        "F_SEAL_WRITE"};
    int seals = fcntl(fd, F_GET_SEALS);

    if (seals == -1)
        fail("memory from memfd_create(2)", "it can have no seals");
    for (int i = 0; i < 4; i++)
        if ((needed & ~seals & 1 << i) != 0)
            fail("F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE, "
                 "F_SEAL_SEAL",
                 "fcntl(F_GET_SEALS): %s is missing", names[i]);
}

static void
has_contents(void)
{
    for (int i = 0; i < SIZES; i++) {
        judge_contents(made(maker_of(i)));
        actors_end();
    }
}

static void
is_sealed(void)
{
    judge_seals(made(maker()), NEEDED);
}

static void
is_final(void)
{
    judge_seals(made(maker()), ALL);
}

static void
judge_cloexec(struct actor *a, const char *function)
{
    if ((watch_flags(a->pid, (int)a->value) & O_CLOEXEC) == 0)
        fail("it is closed by execve(2)",
             "FD_CLOEXEC is not set for what %s() returns",
             function);
}

static void
made_cloexec(void)
{
    struct actor *a = maker();

    made(a);
    judge_cloexec(a, "make_sealed");
}

/* How many more it has now than n_before. */
static void
judge_descriptors(struct actor *a, int more, const char *when)
{
    int now = watch_descriptors(a->pid) - n_before;

    if (now != more)
        fail(more == 0 ? "as many as before"
                       : "one more than before",
             "%s; descriptors open: %d more than before", when,
             now);
}

static void
leaves_one(void)
{
    struct actor *a = maker();

    made(a);
    judge_descriptors(a, 1, "make_sealed() returns");
    if (mapped(a) > 0)
        fail("nothing stays mapped", "make_sealed() returns, and "
                                     "the memory is still mapped");
}

/* The errors of the calls that make, fill and seal it; 0 for all
   others. */
static int
error_for(const struct call *call, bool busy)
{
    switch (call->nr) {
    case SYS_memfd_create:
        return EMFILE;
    case SYS_ftruncate:
    case SYS_fallocate:
    case SYS_write:
    case SYS_pwrite64:
        return ENOSPC;
    case SYS_mmap:
        return (int)call->args[4] == -1 ? 0 : ENOMEM;
    case SYS_fcntl:
        if (call->args[1] == F_ADD_SEALS)
            return busy ? EBUSY : EPERM;
        return 0;
    default:
        return 0;
    }
}

/* The k-th of them fails. Returns false if there is none. */
static bool
one_fails(int k, bool busy)
{
    struct actor *a = maker();
    enum event event;
    char when[64];
    int error = 0, calls = 0, pauses = 0, fd;

    while ((event = actor_next(a, true)) == AT_CALL ||
           (event == AT_PAUSE && ++pauses < 1000))
        if (error_for(&a->call, busy) != 0 && ++calls == k) {
            error = error_for(&a->call, busy);
            snprintf(when, sizeof(when), "%s(2) fails, %s",
                     park_name(a->call.nr), strerrorname_np(error));
            actor_answer(a, 0, error);
        }
    if (error == 0)
        return false;
    if (event != AT_GATE)
        fail("it returns -1", "%s, and then %s", when,
             actor_event(a, event));
    if (a->value != -1) {
        fd = watch_open(a->pid, (int)a->value, O_RDONLY);
        if (fd == -1 || (fcntl(fd, F_GET_SEALS) & ALL) != ALL)
            fail("-1",
                 "%s, and a descriptor without the seals is "
                 "returned",
                 when);
        judge_contents(fd);
        close(fd);
    } else {
        if (a->error != error)
            fail("the errno of the call that has failed",
                 "%s, and then errno is: %s", when,
                 strerrorname_np(a->error));
        judge_descriptors(a, 0, when);
        if (mapped(a) > 0)
            fail("nothing stays mapped",
                 "%s, and the memory is still mapped", when);
    }
    actors_end();
    return true;
}

static void
may_fail(void)
{
    for (int busy = 0; busy < 2; busy++)
        for (int k = 1; one_fails(k, busy);)
            k++;
}

/* Two processes that are connected; both are held before they send
   or receive. */
static void
connect_with(int which, struct actor **sender,
             struct actor **receiver, const char *sends,
             const char *receives)
{
    choose(which);
    if (strcmp(sends, "send") == 0)
        *sender = actor_start(WORLD_USER, "send", name, text,
                              text_of((long)size), NULL);
    else
        *sender = actor_start(WORLD_USER, "give", name, sends,
                              NULL);
    actor_to_gate(*sender, GATE_ENTER, "before it sends");
    *receiver = actor_start(WORLD_USER, receives, name, NULL);
    actor_to_gate(*receiver, GATE_ENTER, "before it receives");
    n_before = watch_descriptors((*receiver)->pid);
}

static void
connect_them(struct actor **sender, struct actor **receiver,
             const char *sends, const char *receives)
{
    connect_with(0, sender, receiver, sends, receives);
}

/* send_fd() is called. Returns our descriptor of what it sends. */
static int
sent(struct actor *a)
{
    int fd, result;

    actor_to_gate(a, GATE_INSIDE, "before make_sealed()");
    fd = made(a);
    result = (int)a->value;
    actor_to_gate(a, GATE_LEAVE, "in send_fd()");
    if (a->value != 0)
        fail("0", "send_fd() returns %ld, %s", a->value,
             strerrorname_np(a->error));
    if (watch_flags(a->pid, result) == -1)
        fail("it stays open", "send_fd() closes what it sends");
    return fd;
}

static void
judge_same(int a, int b, const char *what)
{
    struct stat sb_a, sb_b;

    if (fstat(a, &sb_a) == -1 || fstat(b, &sb_b) == -1 ||
        sb_a.st_ino != sb_b.st_ino || sb_a.st_dev != sb_b.st_dev)
        fail("the memory that was sent", "%s is something else",
             what);
}

static void
sends(void)
{
    struct actor *a, *b;
    int fd;

    connect_them(&a, &b, "send", "take");
    fd = sent(a);
    actor_to_gate(b, GATE_INSIDE,
                  "send_fd() has returned; the receiver");
    if (b->value != 1)
        fail("one descriptor, as control data (SCM_RIGHTS)",
             "in the message of send_fd() there are %ld", b->value);
    actor_to_gate(b, GATE_RETURNED, "when it has received");
    judge_same(fd, opened(b, "recvmsg"), "what arrives");
    actor_to_gate(b, GATE_LEAVE, "when it has received");
    if (b->value != 1)
        fail("one", "the message of send_fd() has %ld bytes",
             b->value);
}

/* The receiver is not there any more. */
static void
knows_epipe(void)
{
    struct actor *a, *b;

    connect_them(&a, &b, "send", "take");
    actor_kill(b, SIGKILL);
    if (actor_next(b, false) != ENDED)
        cannot("a process cannot be killed");
    actor_to_gate(a, GATE_INSIDE, "before make_sealed()");
    made(a);
    actor_to_gate(a, GATE_LEAVE,
                  "the receiver has gone; the sender");
    if (a->value != -1 || a->error != EPIPE)
        fail("-1, and EPIPE",
             "the receiver has gone, and send_fd() returns %ld, %s",
             a->value, strerrorname_np(a->error));
}

static struct actor *
received(int *fd)
{
    struct actor *a, *b;
    int ours;

    connect_them(&a, &b, "1", "receive");
    actor_to_gate(a, GATE_LEAVE, "when it sends");
    ours = watch_open(a->pid, (int)a->value, O_RDONLY);
    actor_to_gate(b, GATE_RETURNED, "in receive_fd()");
    *fd = opened(b, "receive_fd");
    judge_same(ours, *fd, "what receive_fd() returns");
    return b;
}

static void
receives(void)
{
    int fd;

    judge_descriptors(received(&fd), 1, "receive_fd() returns");
}

static void
received_cloexec(void)
{
    int fd;

    judge_cloexec(received(&fd), "receive_fd");
}

static void
refuses(void)
{
    static const struct {
        const char *number, *what;
    } peers[] = {
        {"0", "the peer sends a byte and no descriptor"},
        {"-1", "the peer sends nothing, and closes"},
        {"2", "the peer sends two descriptors"},
        {"3", "the peer sends three descriptors"},
    };

    for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
        struct actor *a, *b;

        connect_them(&a, &b, peers[i].number, "receive");
        actor_to_gate(a, GATE_LEAVE, "when it sends");
        actor_to_gate(b, GATE_RETURNED, peers[i].what);
        if (b->value != -1 || b->error != EPROTO)
            fail("-1, and EPROTO",
                 "%s, and receive_fd() returns %ld, %s",
                 peers[i].what, b->value,
                 strerrorname_np(b->error));
        judge_descriptors(b, 0, peers[i].what);
        actors_end();
    }
}

/* receive_fd() is called before anything is sent. How it waits is
   its own affair. */
static void
must_wait(struct actor *b)
{
    enum event event;
    int pauses = 0;

    do
        event = actor_next(b, false);
    while (event == AT_PAUSE && ++pauses < 1000);
    if (event == AT_GATE)
        fail("it waits",
             "nothing has been sent yet, and receive_fd() returns "
             "%ld, %s",
             b->value, strerrorname_np(b->error));
    if (event == ENDED)
        fail("it waits", "nothing has been sent yet: %s",
             actor_event(b, event));
}

static void
waits(void)
{
    for (int closes = 0; closes < 2; closes++) {
        struct actor *a, *b;

        connect_them(&a, &b, closes ? "-1" : "1", "receive");
        must_wait(b);
        actor_to_gate(a, GATE_LEAVE, "when it sends");
        actor_to_gate(b, GATE_RETURNED,
                      closes ? "it waits, and the peer closes"
                             : "it waits, and the peer sends");
        if (!closes)
            judge_same(watch_open(a->pid, (int)a->value, O_RDONLY),
                       opened(b, "receive_fd"),
                       "what receive_fd() returns");
        else if (b->value != -1 || b->error != EPROTO)
            fail("-1, and EPROTO",
                 "it waits, the peer closes, and receive_fd() "
                 "returns %ld, %s",
                 b->value, strerrorname_np(b->error));
        actors_end();
    }
}

/* Calls map_sealed() for memory of our own. */
static struct actor *
mapper(const char *kind, int which, int *fd)
{
    struct actor *a;

    choose(which);
    a = actor_start(WORLD_USER, "map", kind, text_of((long)size),
                    NULL);
    actor_to_gate(a, GATE_ENTER, "before map_sealed()");
    n_before = watch_descriptors(a->pid);
    *fd = watch_open(a->pid, (int)a->value, O_RDWR);
    return a;
}

/* It has returned an address: is that what it must be? */
static void
judge_mapping(struct actor *a, int fd, const char *with,
              const char *what)
{
    uint64_t address = (uint64_t)a->value;
    struct mapping map;
    struct stat sb;
    char *data;

    if (address == 0 && strncmp(what, "F_SEAL", 6) == 0)
        because("more seals than are asked for do no harm, and "
                "nobody can take them away",
                "fcntl(2): F_GET_SEALS, mmap(2)");
    if (address == 0)
        fail("an address", "%s, and map_sealed() returns NULL, %s",
             what, strerrorname_np(a->error));
    if (fstat(fd, &sb) == -1 ||
        !watch_mapping(a->pid, address, &map) ||
        map.inode != sb.st_ino || map.device != sb.st_dev)
        fail("a mapping of the memory that was received",
             "at the address there is something else");
    if (!map.readable || map.writable) {
        because("the contract says so; and with PROT_WRITE a "
                "stray write changes what you read",
                "mmap(2): PROT_READ");
        fail("to be read only", "the mapping can be %s",
             map.writable ? "written" : "neither read nor written");
    }
    actor_to_gate(a, GATE_LEAVE, "when map_sealed() has returned");
    if (a->value != sb.st_size)
        fail("what fstat(2) says of the sealed memory",
             "the length is %lld, and map_sealed() says %ld",
             (long long)sb.st_size, a->value);
    data = malloc((size_t)sb.st_size);
    if (data == NULL ||
        !watch_memory(a->pid, address, data, (size_t)sb.st_size) ||
        !is_filled(data, (size_t)sb.st_size, with))
        fail("all bytes of the memory, from the first",
             "at the address there are others");
    free(data);
}

static void
maps(void)
{
    static const struct {
        const char *kind, *what;
    } kinds[] = {
        {"sealed", "it is sealed"},
        {"for-good", "F_SEAL_SEAL is set, too"},
        {"more-seals", "F_SEAL_FUTURE_WRITE is set, too"},
    };

    for (int i = 0; i < 3 * SIZES; i++) {
        int fd;
        struct actor *a = mapper(kinds[i / SIZES].kind, i % SIZES,
                                 &fd);

        actor_to_gate(a, GATE_RETURNED, "in map_sealed()");
        judge_descriptors(a, 0, "map_sealed() returns");
        judge_mapping(a, fd, "text", kinds[i / SIZES].what);
        actors_end();
        close(fd);
    }
}

static void
checks_seals(void)
{
    static const struct {
        const char *kind, *what;
    } kinds[] = {
        {"unsealed", "the memory has no seals"},
        {"can-write", "F_SEAL_WRITE is missing"},
        {"can-shrink", "F_SEAL_SHRINK is missing"},
        {"can-grow", "F_SEAL_GROW is missing"},
        {"has-writer",
         "there is F_SEAL_FUTURE_WRITE, not F_SEAL_WRITE"},
        {"file", "it is a file that can have no seals"},
        {"empty", "the memory is sealed, and empty"},
        {"none", "the descriptor is -1"},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        int fd, error = i < 5 ? EPERM : i < 7 ? EINVAL : EBADF;
        struct actor *a = mapper(kinds[i].kind, 0, &fd);

        actor_to_gate(a, GATE_RETURNED, kinds[i].what);
        if (a->value != 0 && error == EINVAL)
            because(i == 5 ? "fcntl(2) returns -1, which is not a "
                             "set of seals: all of its bits are set"
                           : "mmap(2) fails: MAP_FAILED is not "
                             "NULL, and no address",
                    "fcntl(2): F_GET_SEALS, mmap(2): RETURN VALUE");
        if (a->value != 0)
            fail("NULL", "%s, and map_sealed() returns an address",
                 kinds[i].what);
        if (a->error != error &&
            (error != EINVAL || a->error != EPERM)) {
            because("the caller goes by errno",
                    "errno(3), fcntl(2)");
            fail(strerrorname_np(error), "%s, and errno is: %s",
                 kinds[i].what, strerrorname_np(a->error));
        }
        if (mapped(a) > 0)
            fail("nothing stays mapped",
                 "%s, and it is still mapped", kinds[i].what);
        actors_end();
    }
}

/* The k-th of its calls that ask or map fails, with EIO. Returns
   false if there is none. */
static bool
mapping_fails(int k)
{
    int fd, n = 0;
    struct actor *a = mapper("sealed", 0, &fd);
    char when[64] = "";

    while (actor_next(a, true) == AT_CALL)
        if ((a->call.nr == SYS_fcntl || a->call.nr == SYS_fstat ||
             a->call.nr == SYS_newfstatat ||
             a->call.nr == SYS_statx || a->call.nr == SYS_lseek ||
             (a->call.nr == SYS_mmap &&
              (int)a->call.args[4] != -1)) &&
            ++n == k) {
            snprintf(when, sizeof(when), "%s(2) fails",
                     park_name(a->call.nr));
            actor_answer(a, 0, EIO);
        }
    if (n >= k) {
        if (!actor_has_returned(a))
            fail("NULL, and EIO", "%s, and it does not return",
                 when);
        if (a->value != 0)
            judge_mapping(a, fd, "text", when);
        else if (a->error != EIO)
            fail("NULL, and EIO", "%s, and errno is: %s", when,
                 strerrorname_np(a->error));
    }
    actors_end();
    close(fd);
    return n >= k;
}

static void
tells_failures(void)
{
    for (int k = 1; mapping_fails(k);)
        k++;
}

/* The peer cuts the memory and seals it while map_sealed() is held
   at each of its calls in turn. */
static void
looks_in_order(void)
{
    bool returned = false;

    for (int k = 1; !returned; k++) {
        int fd;
        struct actor *a = mapper("unsealed", 0, &fd);

        for (int i = 0; i < k && !returned; i++)
            returned = actor_next(a, true) != AT_CALL;
        if (ftruncate(fd, 1 + (off_t)(size / 2)) == -1)
            cannot("the memory cannot be cut");
        (void)fcntl(fd, F_ADD_SEALS, ALL);
        if (!returned)
            actor_to_gate(a, GATE_RETURNED,
                          "the peer cuts and seals it meanwhile");
        if (a->value != 0)
            judge_mapping(a, fd, "text", "it is sealed");
        actors_end();
        close(fd);
    }
}

/* Without stdin, 0 is the next descriptor, and as good as any. */
static void
knows_zero(void)
{
    struct actor *a = maker(), *b;
    int fd;

    actor_answer(a, CLOSE_STDIN, 0);
    actor_to_gate(a, GATE_RETURNED, "in make_sealed()");
    judge_contents(opened(a, "0 is free, and make_sealed"));
    actors_end();
    connect_them(&a, &b, "1", "receive");
    actor_to_gate(a, GATE_LEAVE, "when it sends");
    actor_answer(b, CLOSE_STDIN, 0);
    actor_to_gate(b, GATE_RETURNED, "in receive_fd()");
    fd = opened(b, "0 is free, and receive_fd");
    actor_to_gate(b, GATE_RETURNED, "in map_sealed()");
    judge_mapping(b, fd, "text", "its descriptor is 0");
}

static void
together(void)
{
    for (int i = 0; i < SIZES; i++) {
        struct actor *a, *b;
        int fd;

        connect_with(i, &a, &b, "send", "receive");
        fd = sent(a);
        actor_to_gate(b, GATE_RETURNED, "in receive_fd()");
        judge_same(fd, opened(b, "receive_fd"), "what arrives");
        actor_to_gate(b, GATE_RETURNED, "in map_sealed()");
        judge_mapping(b, fd, text, "it is sealed");
        actor_end(a, "when it has sent");
        actor_end(b,
                  "the sender has ended, and the receiver reads");
        actors_end();
    }
}

const struct check checks_12[] = {
    {"memfd-pass.contents",
     "the memory has the bytes it is made of",
     "the other process would read something else",
     "memfd_create(2), write(2)", has_contents, 0, false},
    {"memfd-pass.seals",
     "nobody can shrink it, grow it or write to it",
     "if it shrinks, reading beyond the new end is SIGBUS; and a "
     "call that adds seals may fail: EBUSY, while the memory is "
     "mapped and can be written",
     "fcntl(2): File sealing, EBUSY", is_sealed, 0, false},
    {"memfd-pass.final", "nobody can add seals",
     "who has it could add one, and refuse you what you need",
     "fcntl(2): F_SEAL_SEAL", is_final, 0, false},
    {"memfd-pass.cloexec", "no other program inherits it",
     "a descriptor without the flag outlives execve(2)",
     "memfd_create(2): MFD_CLOEXEC", made_cloexec, 0, false},
    {"memfd-pass.leaks", "one descriptor is left, and no mapping",
     "a process that lives long runs out of them",
     "close(2), munmap(2)", leaves_one, 0, false},
    {"memfd-pass.fails", "what cannot be sealed is an error",
     "whoever gets it relies on its bytes and on its seals, and "
     "the caller on errno",
     "fcntl(2): EBUSY, errno(3)", may_fail, 0, false},
    {"memfd-pass.sends", "a descriptor is sent, and not its number",
     "a number means something in one process only",
     "unix(7): SCM_RIGHTS, cmsg(3)", sends, 0, false},
    {"memfd-pass.gone",
     "a peer that has gone is an error, not a signal",
     "SIGPIPE ends a process that does not expect it",
     "sendmsg(2): MSG_NOSIGNAL", knows_epipe, 0, false},
    {"memfd-pass.receives", "what arrives is the same memory",
     "that is what it is for", "unix(7): SCM_RIGHTS, cmsg(3)",
     receives, 0, false},
    {"memfd-pass.received-cloexec",
     "no other program inherits what has arrived",
     "the flag is not sent: it belongs to each descriptor",
     "recvmsg(2): MSG_CMSG_CLOEXEC", received_cloexec, 0, false},
    {"memfd-pass.refuses",
     "a strange message is an error, nothing leaks",
     "the peer sends what it likes: nothing (CMSG_FIRSTHDR() is "
     "NULL), or more than one descriptor (cmsg_len), which would "
     "stay open",
     "cmsg(3), recvmsg(2): MSG_CTRUNC", refuses, 0, false},
    {"memfd-pass.waits", "it waits for what is not there yet",
     "nobody says that the sender is the faster one",
     "recvmsg(2): MSG_DONTWAIT", waits, 0, false},
    {"memfd-pass.maps",
     "the whole of it is mapped, to be read only",
     "a copy is not shared, and costs memory for each receiver",
     "mmap(2), fstat(2)", maps, 0, false},
    {"memfd-pass.trusts-nobody", "what is not sealed is not mapped",
     "the sender could change or cut it while you read",
     "fcntl(2): F_GET_SEALS", checks_seals, 0, false},
    {"memfd-pass.map-fails", "a call that fails is an error",
     "what nobody has looked at may be anything",
     "fstat(2), mmap(2): RETURN VALUE", tells_failures, 0, false},
    {"memfd-pass.order",
     "the length is asked for when it is sealed",
     "the sender could cut and seal it between two of your calls",
     "fcntl(2), fstat(2)", looks_in_order, 0, false},
    {"memfd-pass.zero", "descriptor 0 is one like any other",
     "who has closed stdin gets 0: only -1 is an error",
     "open(2), memfd_create(2): RETURN VALUE", knows_zero, 0,
     false},
    {"memfd-pass.together",
     "two programs of yours understand each other",
     "that is what it is for", "unix(7)", together, 0, false},
    {0},
};
