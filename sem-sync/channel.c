/* SPDX-License-Identifier: 0BSD */
/*
 * channel.c - one writer, one reader, a ring of slots in POSIX
 *             shared memory
 *
 * The protocol and the functions are described in channel.h.
 *
 * See also: shm_overview(7), sem_overview(7), fcntl(2)
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "channel.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A libc that is not glibc counts as musl. */
#ifdef __GLIBC__
enum { LIBC = 1 };
#define HAVE_SEM_CLOCKWAIT __GLIBC_PREREQ(2, 30)
#else
enum { LIBC = 2 };
#endif

static const struct channel_tag TAG = {
    .magic = UINT64_C(0x6c656e6e61686373),
    .version = 1,
    .word_bits = 8 * sizeof(long),
    .libc = LIBC,
    .sem_size = sizeof(sem_t)};

/* A lock of libatomic would be one process's own. */
_Static_assert(ATOMIC_INT_LOCK_FREE == 2 &&
                   ATOMIC_LLONG_LOCK_FREE == 2,
               "atomics that work between processes");

/* Values of "state" and of "end". */
enum { READY = 1, ATTACHED = 2, GONE = 3 };
enum { COMPLETE = 1, LEFT = 2 };

/* The size from which on a ring is large enough for naps. */
enum { NAP_RING = 1024 * 1024 };

volatile sig_atomic_t channel_stop;

static bool
one_processor(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) == 0 &&
           CPU_COUNT(&set) == 1;
}

/* Seconds on a clock. */
static double
now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A call went wrong, and has set errno ... */
static enum channel_status
fail(struct channel *ch, const char *call)
{
    if (errno == EINTR && channel_stop != 0)
        return CHANNEL_INTERRUPTED;
    snprintf(ch->message, sizeof(ch->message), "%s: %s: %s", call,
             ch->name, strerror(errno));
    return CHANNEL_FAILED;
}

/* ... or the object is not as it should be. */
static enum channel_status
refuse(struct channel *ch, const char *reason)
{
    snprintf(ch->message, sizeof(ch->message), "%s: %s", ch->name,
             reason);
    return CHANNEL_FAILED;
}

/* Locks a role's byte unless somebody has (F_OFD_SETLK), or only
   looks (F_OFD_GETLK). Returns CHANNEL_OK if somebody has locked
   it, CHANNEL_NOBODY if nobody had, or CHANNEL_FAILED. Such a lock
   belongs to the open file description; one of F_SETLK is lost when
   the process closes any descriptor of the object. */
static enum channel_status
lock(struct channel *ch, int cmd, enum channel_role role)
{
    struct flock fl = {.l_type = F_WRLCK, .l_len = 1};

    fl.l_start = (off_t)role;
    if (fcntl(ch->fd, cmd, &fl) == -1)
        return errno == EAGAIN || errno == EACCES
                   ? CHANNEL_OK
                   : fail(ch, "fcntl");
    return cmd == F_OFD_SETLK || fl.l_type == F_UNLCK
               ? CHANNEL_NOBODY
               : CHANNEL_OK;
}

/* Notes the slots, and returns the length of an object with them,
   the header and each slot rounded up to pages; 0: cannot be. */
static size_t
lay_out(struct channel *ch, size_t slots, size_t slot_size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t head = sizeof(struct channel_shared) +
                  slots * sizeof(struct channel_record);

    ch->slots = slots;
    ch->slot_size = slot_size;
    ch->stride = (slot_size + page - 1) / page * page;
    head = (head + page - 1) / page * page;
    if (slots < 1 || slots > CHANNEL_MAX_SLOTS || slot_size < 1 ||
        slot_size > CHANNEL_MAX_SLOT_SIZE ||
        ch->stride > (PTRDIFF_MAX - head) / slots)
        return 0;
    return head + slots * ch->stride;
}

static enum channel_status
map(struct channel *ch)
{
    bool writer = ch->role == CHANNEL_WRITER;
    struct channel_shared *shared = mmap(NULL, ch->length,
                                         PROT_READ | PROT_WRITE,
                                         MAP_SHARED, ch->fd, 0);

    if (shared == MAP_FAILED)
        return fail(ch, "mmap");
    ch->shared = shared;
    ch->waits_for = writer ? &shared->free : &shared->filled;
    ch->posts = writer ? &shared->filled : &shared->free;
    ch->own = writer ? &shared->writer : &shared->reader;
    ch->peer = writer ? &shared->reader : &shared->writer;
    return CHANNEL_OK;
}

static enum channel_status
detach(struct channel *ch)
{
    void *addr = ch->shared;
    int fd = ch->fd;

    ch->shared = NULL;
    ch->fd = -1;
    if (addr != NULL && munmap(addr, ch->length) == -1)
        return fail(ch, "munmap");
    if (fd != -1 && close(fd) == -1)
        return fail(ch, "close");
    return CHANNEL_OK;
}

/* Opens the object, looks whose it is, as anyone can create a name
   first, and copies its tag, all 0 if it has none yet. Returns
   CHANNEL_NOBODY if there is no object. */
static enum channel_status
open_object(struct channel *ch, int oflag, struct stat *sb,
            struct channel_tag *tag)
{
    ch->fd = shm_open(ch->name, O_RDWR | oflag, 0600);
    if (ch->fd == -1)
        return errno == ENOENT && oflag == 0 ? CHANNEL_NOBODY
                                             : fail(ch, "shm_open");
    if (fstat(ch->fd, sb) == -1)
        return fail(ch, "fstat");
    if (!S_ISREG(sb->st_mode))
        return refuse(ch, "not a shared memory object");
    if (sb->st_uid != geteuid() || (sb->st_mode & 077) != 0)
        return refuse(ch, "not ours alone: owner or permissions");
    *tag = (struct channel_tag){0};
    if (pread(ch->fd, tag, sizeof(*tag), 0) == -1)
        return fail(ch, "pread");
    if (sb->st_size > 0 && tag->magic != TAG.magic)
        return refuse(ch, "not a channel");
    return CHANNEL_OK;
}

/* Removes the name, unless somebody did so who should not. */
static enum channel_status
remove_name(struct channel *ch)
{
    struct stat sb;

    ch->owns_name = false;
    if (fstat(ch->fd, &sb) == 0 && sb.st_nlink == 0)
        return CHANNEL_OK;
    if (shm_unlink(ch->name) == -1)
        return fail(ch, "shm_unlink");
    return CHANNEL_OK;
}

/* Opens the object, locks it and so comes to own its name. */
static enum channel_status
own_name(struct channel *ch)
{
    struct channel_tag tag;
    struct stat sb;
    enum channel_status status;

    while (channel_stop == 0) {
        /* Without O_EXCL: the lock decides who creates. */
        status = open_object(ch, O_CREAT, &sb, &tag);
        if (status != CHANNEL_OK)
            return status;
        status = lock(ch, F_OFD_SETLK, CHANNEL_STARTER);
        if (status == CHANNEL_FAILED)
            return status;
        if (fstat(ch->fd, &sb) == -1)
            return fail(ch, "fstat");
        if (status == CHANNEL_OK && sb.st_nlink > 0)
            return refuse(ch, "another writer is there");
        ch->owns_name = sb.st_nlink > 0;
        if (ch->owns_name && sb.st_size == 0) {
            status = lock(ch, F_OFD_SETLK, CHANNEL_WRITER);
            if (status == CHANNEL_OK)
                return refuse(ch, "somebody else locks it");
            return status == CHANNEL_NOBODY ? CHANNEL_OK : status;
        }

        /* Without a name it is another pair's. Else its writer has
           died, but a reader may have it mapped: it is not cut
           short, but replaced. */
        if (ch->owns_name &&
            (status = remove_name(ch)) != CHANNEL_OK)
            return status;
        if ((status = detach(ch)) != CHANNEL_OK)
            return status;
    }
    return CHANNEL_INTERRUPTED;
}

/* Waits for our semaphore until a time on CLOCK_MONOTONIC. */
static int
wait_until(struct channel *ch, double end)
{
    struct timespec t;

#if !HAVE_SEM_CLOCKWAIT
    /* If this clock is set back meanwhile, it takes longer. */
    end += now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC);
#endif
    t.tv_sec = (time_t)end;
    t.tv_nsec = (long)((end - (double)t.tv_sec) * 1e9);
#if HAVE_SEM_CLOCKWAIT
    return sem_clockwait(ch->waits_for, CLOCK_MONOTONIC, &t);
#else
    return sem_timedwait(ch->waits_for, &t);
#endif
}

/* Waits for our semaphore as long as the peer, once it is attached,
   is there; and if seconds is not 0, no longer than that. */
static enum channel_status
wait_for_peer(struct channel *ch, double seconds)
{
    double end, deadline;
    unsigned long spins = ch->one_processor ? 0 : ch->spins;
    enum channel_status status;
    const struct timespec nap = {.tv_nsec = 1};

    for (unsigned long i = 0; i <= spins; i++)
        if (sem_trywait(ch->waits_for) == 0)
            return CHANNEL_OK;
    ch->own->waits++;

    /* To wake us up would cost the peer more than anything else
       here. From the shortest nap, some 50 us, we wake up by
       ourselves; meanwhile a large ring does not run full. */
    if (!ch->one_processor && spins == 0 &&
        ch->length >= NAP_RING) {
        nanosleep(&nap, NULL);
        if (sem_trywait(ch->waits_for) == 0)
            return CHANNEL_OK;
    }
    deadline = now(CLOCK_MONOTONIC) + seconds;
    while (channel_stop == 0) {
        end = now(CLOCK_MONOTONIC) + CHANNEL_SLICE;
        if (seconds > 0 && end > deadline)
            end = deadline;
        if (wait_until(ch, end) == 0)
            return CHANNEL_OK;
        if (errno != ETIMEDOUT && errno != EINTR)
            return fail(ch, "sem_clockwait");

        /* It may have posted before it died: look once more. */
        status = channel_check(ch);
        if (status != CHANNEL_OK)
            return sem_trywait(ch->waits_for) == 0 ? CHANNEL_OK
                                                   : status;
        if (seconds > 0 && now(CLOCK_MONOTONIC) >= deadline)
            return CHANNEL_NOBODY;
    }
    return CHANNEL_INTERRUPTED;
}

enum channel_status
channel_create(struct channel *ch, const char *name, size_t slots,
               size_t slot_size, double seconds)
{
    uint32_t ready = READY;
    enum channel_status status;

    *ch = (struct channel){.name = name, .fd = -1};
    ch->one_processor = one_processor();
    ch->role = CHANNEL_WRITER;
    ch->length = lay_out(ch, slots, slot_size);
    if (ch->length == 0)
        return refuse(ch, "cannot have such slots");
    if ((status = own_name(ch)) != CHANNEL_OK)
        return status;

    /* The tag comes first: whatever happens from here on, the next
       writer can tell that this is a channel. A write(2) that is
       cut short sets no errno. */
    errno = ENOSPC;
    if (pwrite(ch->fd, &TAG, sizeof(TAG), 0) != sizeof(TAG))
        return fail(ch, "pwrite");

    /* In one step: what libc allocates may grow page by page. */
    if (ftruncate(ch->fd, (off_t)ch->length) == -1)
        return fail(ch, "ftruncate");
    do
        errno = posix_fallocate(ch->fd, 0, (off_t)ch->length);
    while (errno == EINTR && channel_stop == 0);
    if (errno != 0)
        return fail(ch, "posix_fallocate");
    if ((status = map(ch)) != CHANNEL_OK)
        return status;
    ch->shared->slots = (uint32_t)slots;
    ch->shared->slot_size = (uint32_t)slot_size;
    if (sem_init(&ch->shared->free, 1, 0) == -1 ||
        sem_init(&ch->shared->filled, 1, 0) == -1)
        return fail(ch, "sem_init");
    atomic_store_explicit(&ch->shared->state, READY,
                          memory_order_release);

    /* The first slot that it gives means that the reader is there.
       The slot is not claimed yet, so it is posted again. */
    status = wait_for_peer(ch, seconds);
    if (status == CHANNEL_NOBODY &&
        !atomic_compare_exchange_strong(&ch->shared->state, &ready,
                                        GONE))
        status = ready == ATTACHED
                     ? wait_for_peer(ch, 0)
                     : refuse(ch, "spoiled by another process");
    if (status != CHANNEL_OK)
        return status;
    if (sem_post(ch->waits_for) == -1)
        return fail(ch, "sem_post");
    return remove_name(ch);
}

/* Tries once. Returns CHANNEL_NOBODY if no writer is ready. */
static enum channel_status
try_to_attach(struct channel *ch)
{
    uint32_t ready = READY;
    struct channel_tag tag;
    struct channel_shared *shared;
    struct stat sb;
    enum channel_status status = open_object(ch, 0, &sb, &tag);

    if (status != CHANNEL_OK)
        return status;

    /* Is it being made, or left by a writer that has died? */
    status = lock(ch, F_OFD_GETLK, CHANNEL_WRITER);
    if (status != CHANNEL_OK || tag.magic == 0)
        return status == CHANNEL_OK ? CHANNEL_NOBODY : status;
    if (memcmp(&tag, &TAG, sizeof(TAG)) != 0)
        return refuse(ch, "the writer has another libc, word size "
                          "or version");

    /* To touch a mapping beyond the object's end is a SIGBUS. */
    if (sb.st_size < (off_t)sizeof(*shared))
        return CHANNEL_NOBODY;
    ch->length = (size_t)sb.st_size;
    if ((status = map(ch)) != CHANNEL_OK)
        return status;
    shared = ch->shared;
    if (atomic_load_explicit(&shared->state,
                             memory_order_acquire) == 0)
        return CHANNEL_NOBODY;
    if (lay_out(ch, shared->slots, shared->slot_size) != ch->length)
        return refuse(ch, "not as long as its header says");

    /* Too late, a lock would only hide that a reader has died. */
    if (shared->state != READY &&
        lock(ch, F_OFD_GETLK, CHANNEL_READER) == CHANNEL_NOBODY)
        return CHANNEL_NOBODY;
    status = lock(ch, F_OFD_SETLK, CHANNEL_READER);
    if (status == CHANNEL_OK)
        return refuse(ch, "another reader is there");

    /* Has the writer given up, or another reader been there? */
    if (status == CHANNEL_FAILED ||
        !atomic_compare_exchange_strong(&shared->state, &ready,
                                        ATTACHED))
        return status;
    status = lock(ch, F_OFD_GETLK, CHANNEL_WRITER);
    for (size_t i = 0; status == CHANNEL_OK && i < ch->slots; i++)
        if (sem_post(ch->posts) == -1)
            return fail(ch, "sem_post");
    return status;
}

enum channel_status
channel_attach(struct channel *ch, const char *name, double seconds)
{
    double deadline = now(CLOCK_MONOTONIC) + seconds;
    struct timespec nap = {.tv_nsec = 1000000};
    enum channel_status status;

    *ch = (struct channel){.name = name, .fd = -1};
    ch->one_processor = one_processor();
    ch->role = CHANNEL_READER;
    for (;;) {
        if (channel_stop != 0)
            return CHANNEL_INTERRUPTED;
        status = try_to_attach(ch);
        if (status != CHANNEL_NOBODY)
            break;
        if ((status = detach(ch)) != CHANNEL_OK)
            return status;
        if (seconds > 0 && now(CLOCK_MONOTONIC) >= deadline)
            return CHANNEL_NOBODY;
        nanosleep(&nap, NULL);
        if (nap.tv_nsec < 16000000)
            nap.tv_nsec *= 2;
    }
    if (status != CHANNEL_OK)
        detach(ch);
    return status;
}

enum channel_status
channel_claim(struct channel *ch, void **slot, size_t *length)
{
    size_t n = (size_t)(ch->records % ch->slots);
    uint32_t number;
    enum channel_status status = wait_for_peer(ch, 0);

    if (status != CHANNEL_OK)
        return status;
    *slot = (char *)ch->shared + ch->length -
            (ch->slots - n) * ch->stride;
    if (ch->role == CHANNEL_WRITER) {
        *length = ch->slot_size;
        return ch->peer->end == 0 ? CHANNEL_OK : CHANNEL_PEER_LEFT;
    }
    number = ch->shared->record[n].number;
    *length = ch->shared->record[n].length;
    if (number == (uint32_t)(ch->records + 1) &&
        *length <= ch->slot_size)
        return CHANNEL_OK;
    return ch->peer->end == LEFT
               ? CHANNEL_PEER_LEFT
               : refuse(ch, "spoiled by the writer");
}

enum channel_status
channel_hand_over(struct channel *ch, size_t length)
{
    size_t n = (size_t)(ch->records % ch->slots);
    enum channel_status status;

    ch->records++;
    ch->bytes += length;
    ch->own->bytes = ch->bytes;
    if (ch->role == CHANNEL_WRITER) {
        ch->shared->record[n].length = (uint32_t)length;
        ch->shared->record[n].number = (uint32_t)ch->records;
    } else if (length == 0) {
        ch->own->end = COMPLETE;
        ch->complete = true;
    }
    if (sem_post(ch->posts) == -1)
        return fail(ch, "sem_post");

    /* At the end the writer waits until all slots are back. */
    for (size_t i = 0; length == 0 && !ch->complete; i++) {
        if (i == ch->slots)
            return refuse(ch, "spoiled by the reader");
        status = wait_for_peer(ch, 0);
        ch->complete = ch->peer->end == COMPLETE;
        if (status != CHANNEL_OK && !ch->complete)
            return status;
        if (ch->peer->end == LEFT)
            return CHANNEL_PEER_LEFT;
    }
    return CHANNEL_OK;
}

enum channel_status
channel_check(struct channel *ch)
{
    /* The state first: a reader locks before it says ATTACHED. */
    uint32_t state = ch->shared->state;
    enum channel_status status = lock(ch, F_OFD_GETLK, !ch->role);

    if (ch->peer->end == LEFT)
        return CHANNEL_PEER_LEFT;
    if (status != CHANNEL_NOBODY)
        return status;
    return ch->owns_name && state != ATTACHED ? CHANNEL_OK
                                              : CHANNEL_PEER_DIED;
}

enum channel_status
channel_close(struct channel *ch)
{
    enum channel_status status = CHANNEL_OK;

    if (ch->owns_name)
        status = remove_name(ch);
    if (ch->shared != NULL && !ch->complete) {
        ch->own->end = LEFT;
        sem_post(ch->posts);
    }
    return detach(ch) == CHANNEL_OK ? status : CHANNEL_FAILED;
}
