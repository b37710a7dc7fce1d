/* SPDX-License-Identifier: 0BSD */
/*
 * channel.h - one writer, one reader, a ring of slots in POSIX
 *             shared memory
 *
 * The object
 *
 * A header, the records' lengths, then the slots, page-aligned. The
 * writer makes the object, the reader finds it by its name. Each of
 * them holds a lock (F_OFD_SETLK) on one byte of it, which the
 * kernel drops when its holder ends, in whatever way. So a lock
 * tells who lives. The word "state" says how far the two have come:
 *
 *   (length 0)  A writer has opened it, O_CREAT, and takes the lock
 *               of a starter. Who has that of an object that has a
 *               name owns the name: nobody else removes it. Then it
 *               takes the lock of the writer.
 *   0           The tag is written first, then the object gets its
 *               size, its memory and its header.
 *   READY       Stored last, by the writer, with release order:
 *               who loads READY with acquire order sees the rest.
 *   ATTACHED    Stored by the reader, if it has got its lock and
 *               the state is still READY. It then posts "free"
 *               once for each slot; the writer wakes up, and
 *               removes the name. So the name exists only until
 *               the two have met.
 *   GONE        Stored by a writer that gives up, if the state is
 *               still READY: only one of the two can happen.
 *
 * A writer that finds an object under its name tries the lock of a
 * starter. If it is taken, another writer lives: refused. If not,
 * the object is of length 0 and gets used, or its writer has died:
 * then it is unlinked, under that lock, and another one created.
 * The lock of the writer has been its maker's alone, so no reader
 * takes one that is being replaced for one whose writer lives.
 *
 * A slot
 *
 * belongs to one side at a time, and only that side touches it.
 * Records go round the ring: record number n lies in slot n modulo
 * slots. At first all slots are the reader's.
 *
 *   reader  sem_post(free)    gives a slot to the writer
 *   writer  sem_wait(free)    takes it, fills it, stores its length
 *                             and its number
 *   writer  sem_post(filled)  gives it to the reader
 *   reader  sem_wait(filled)  takes it, copies number and length
 *                             out and checks the copies, empties it
 *
 * What is stored before a sem_post(3) is seen after the sem_wait(3)
 * that it lets through; nothing else orders the slots. A record of
 * length 0 ends the stream, as read(2) says it. Without it a stream
 * is not complete. The reader says COMPLETE when all its output is
 * out, and only then is the writer done.
 *
 * A side that leaves before says LEFT and posts the semaphore that
 * the other waits for. A side that dies says nothing: the other,
 * whenever a wait has lasted for CHANNEL_SLICE, tests the lock.
 * A stopped process keeps its lock, and is waited for.
 *
 * Neither trusts the other. Who can write to the object can make
 * the other side fail, wait or, through the words of a semaphore,
 * which are libc's, spin; but not touch memory outside the object,
 * nor take a record twice or out of turn.
 *
 * See also: shm_overview(7), sem_overview(7), fcntl(2) (open file
 *           description locks), sem_post(3), sem_clockwait(3),
 *           posix_fallocate(3); writer.c, reader.c
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long a wait lasts before the peer's lock is looked at, in
   seconds. */
#define CHANNEL_SLICE 0.1

/* What channel_create() accepts. */
enum {
    CHANNEL_MAX_SLOTS = 1024,
    CHANNEL_MAX_SLOT_SIZE = 16 * 1024 * 1024
};

/* The most that a wait should try before it sleeps, some 5 ms: it
   looks at nothing else meanwhile. */
enum { CHANNEL_MAX_SPINS = 1000000 };

/* What the functions return. After all but CHANNEL_OK there is only
   one thing to do with the channel: channel_close(). */
enum channel_status {
    CHANNEL_OK,

    /* A call failed, or the object is not as it should be;
       struct channel has the message. */
    CHANNEL_FAILED,

    /* No peer came in time. */
    CHANNEL_NOBODY,

    /* The peer ended before the end of the stream: on purpose, or
       it died. */
    CHANNEL_PEER_LEFT,
    CHANNEL_PEER_DIED,

    /* channel_stop is set. */
    CHANNEL_INTERRUPTED
};

/* What one side says of itself. It alone writes here; the other may
   read it at any time and believes none of it. */
struct channel_side {
    /* 0, then COMPLETE or LEFT, before the last sem_post(3). */
    _Atomic uint32_t end;

    /* Statistics: bytes handed over, waits that had to sleep. */
    _Alignas(8) _Atomic uint64_t bytes;
    _Alignas(8) _Atomic uint64_t waits;
};

/* The length and the number of one record. Written by the writer
   before sem_post(filled), read once by the reader after
   sem_wait(filled). */
struct channel_record {
    _Alignas(64) _Atomic uint32_t length;
    _Atomic uint32_t number;
};

/* What the two must have in common. It looks the same in every word
   size and libc, so that processes of different kinds can tell. The
   size of a sem_t alone would not: glibc's and musl's are equal. */
struct channel_tag {
    uint64_t magic;
    uint32_t version;
    uint32_t word_bits;
    uint32_t libc;
    uint32_t sem_size;
};

/* The head of the object. What the two write at the same time
   stands on cache lines of its own. */
struct channel_shared {
    /* Written first of all, by the writer; read with pread(2). */
    struct channel_tag tag;

    /* Written by the writer before READY. The reader copies them
       out once, after READY, and checks and uses the copies. */
    _Atomic uint32_t slots;
    _Atomic uint32_t slot_size;

    /* See above. */
    _Atomic uint32_t state;

    /* Slots that the writer may fill; posted by the reader. */
    _Alignas(64) sem_t free;

    /* Slots that the reader may empty; posted by the writer. */
    _Alignas(64) sem_t filled;

    _Alignas(64) struct channel_side writer;
    _Alignas(64) struct channel_side reader;

    /* As many as there are slots. */
    struct channel_record record[];
};

/* A role is also the byte of the object that it locks. */
enum channel_role {
    CHANNEL_WRITER = 0,
    CHANNEL_READER = 1,
    CHANNEL_STARTER = 2
};

/* One side's view, in its own memory. What it needs to know of the
   object was copied here, so that the peer cannot change it. */
struct channel {
    enum channel_role role;
    int fd;

    /* The caller's string; must stay. Is the name ours to remove?
     */
    const char *name;
    bool owns_name;

    /* How often a wait tries before it sleeps: 0, or set it after
       the channel was made. Not if this process may run on one
       processor only: there, to try keeps the peer from running. */
    unsigned long spins;
    bool one_processor;

    /* Sizes in bytes; slots begin stride bytes apart. */
    size_t slots, slot_size, stride;

    /* The whole object, its size, and in it what concerns us. */
    struct channel_shared *shared;
    size_t length;
    sem_t *waits_for, *posts;
    struct channel_side *own, *peer;

    /* Records and bytes handed over so far. Have both sides said
       that the stream is complete? */
    uint64_t records, bytes;
    bool complete;

    /* What went wrong. */
    char message[384];
};

/* The signal that asked this process to stop, 0 for none; to be set
   by signal handlers that were installed without SA_RESTART. */
extern volatile sig_atomic_t channel_stop;

/*
 * channel_create() - make the object, wait for its reader, and
 * remove the name
 *
 * name: as for shm_open(3). slots: 1 to CHANNEL_MAX_SLOTS.
 * slot_size: bytes, 1 to CHANNEL_MAX_SLOT_SIZE. seconds: how long
 * to wait, 0 is for ever. All memory is allocated now
 * (posix_fallocate(3)), so that no store can find the filesystem
 * full. What a dead writer left under the name is replaced.
 *
 * Returns CHANNEL_OK, CHANNEL_NOBODY, CHANNEL_PEER_DIED,
 * CHANNEL_INTERRUPTED, or CHANNEL_FAILED: a call failed, another
 * writer has the name, or what is there belongs to another user, is
 * open to others, or is no channel.
 */
enum channel_status channel_create(struct channel *ch,
                                   const char *name, size_t slots,
                                   size_t slot_size,
                                   double seconds);

/*
 * channel_attach() - wait for a writer and become its reader
 *
 * name, seconds: as above. Looks for the name every few
 * milliseconds. An object that is not ready, or that a dead writer
 * has left, is waited out.
 *
 * Returns CHANNEL_OK, CHANNEL_NOBODY, CHANNEL_INTERRUPTED, or
 * CHANNEL_FAILED: a call failed, another reader was first, the
 * writer has another libc, word size or version, or what is there
 * belongs to another user, is open to others, or is no channel.
 */
enum channel_status channel_attach(struct channel *ch,
                                   const char *name,
                                   double seconds);

/*
 * channel_claim() - wait for the next slot
 *
 * slot: set to its address, in shared memory. length: set, in
 * bytes, for a writer to the slot's size, for a reader to the
 * record's length, 0 at the end of the stream. The slot is the
 * caller's until it is handed over; but a peer that does not keep
 * to the protocol can still write there.
 *
 * Returns CHANNEL_OK, CHANNEL_PEER_LEFT, CHANNEL_PEER_DIED,
 * CHANNEL_INTERRUPTED, or CHANNEL_FAILED: sem_clockwait(3) or
 * fcntl(2) failed, or the peer has spoiled the object. A reader
 * first gets all that the writer has handed over.
 */
enum channel_status channel_claim(struct channel *ch, void **slot,
                                  size_t *length);

/*
 * channel_hand_over() - give the claimed slot to the peer
 *
 * length: how many bytes the writer has put there, at most what
 * channel_claim() said; the reader repeats what channel_claim()
 * said. A writer ends the stream with a length of 0, and then waits
 * for the reader to hand that back: a reader does so when all bytes
 * are where they belong. Then, for both of them, the stream is
 * complete.
 *
 * Returns as channel_claim() does, and CHANNEL_FAILED if
 * sem_post(3) failed: EOVERFLOW, the peer has spoiled the
 * semaphore.
 */
enum channel_status channel_hand_over(struct channel *ch,
                                      size_t length);

/*
 * channel_check() - look whether the peer is still there
 *
 * For a side that waits for something else, such as its input.
 *
 * Returns CHANNEL_OK, CHANNEL_PEER_LEFT, CHANNEL_PEER_DIED, or
 * CHANNEL_FAILED if fcntl(2) failed.
 */
enum channel_status channel_check(struct channel *ch);

/*
 * channel_close() - let go of everything
 *
 * Before the stream is complete this is leaving early, and the peer
 * is told. May be called once after channel_create() or
 * channel_attach(), whatever they returned. A forked child must not
 * call it; as long as it keeps the descriptor, it keeps the lock.
 *
 * Returns CHANNEL_OK, or CHANNEL_FAILED if shm_unlink(3), munmap(2)
 * or close(2) failed; all was tried nevertheless.
 */
enum channel_status channel_close(struct channel *ch);

#endif
