/* SPDX-License-Identifier: 0BSD */
/*
 * threads.c - the pair as two threads, for ThreadSanitizer
 *
 * Usage: threads RECORDS
 *
 * ThreadSanitizer reports two accesses to one address that nothing
 * orders. It knows threads, and no other processes. So here one
 * thread streams RECORDS records to another with sem-sync/channel.c
 * as it is, through rings of several sizes; then the one leaves
 * early, then the other. Three things are wrapped at link time,
 * see tests/races.t: the two sides get one mapping, since they go
 * by addresses here; sem_init(3) counts as the store that it is;
 * and what passes sem_clockwait(3) comes after its sem_post(3).
 *
 * Nothing else may order the threads, or it would hide a race: they
 * print nothing, use no file, and no lock after they have mapped
 * the object. The bytes of a record tell its number, and are
 * checked; a wrong one does not end the stream, as a race may be
 * yet to come.
 *
 * Exit status: 0 done; 1 a record or a result was wrong; 2 wrong
 * usage; 66 ThreadSanitizer has reported something.
 *
 * See also: sem-sync/channel.h, channel.pml
 */
#define _GNU_SOURCE
#include "../../sem-sync/channel.h"
#include <err.h>
#include <limits.h>
#include <pthread.h>
#include <sanitizer/tsan_interface.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS = 60 };

/* A stream. The first members are set by main(), the others by the
   thread in question. */
struct stream {
    const char *name;
    size_t slots, slot_size;
    unsigned long records, writer_leaves, reader_leaves;

    struct side {
        enum channel_status status;
        unsigned long records, wrong;
        char message[384];
    } writer, reader;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *mapping;
static int users, most_users;

void *__real_mmap64(void *addr, size_t length, int prot, int flags,
                    int fd, off_t offset);
void *__wrap_mmap64(void *addr, size_t length, int prot, int flags,
                    int fd, off_t offset);
int __real_munmap(void *addr, size_t length);
int __wrap_munmap(void *addr, size_t length);
int __real_sem_init(sem_t *sem, int pshared, unsigned value);
int __wrap_sem_init(sem_t *sem, int pshared, unsigned value);
int __real_sem_post(sem_t *sem);
int __wrap_sem_post(sem_t *sem);
int __real_sem_clockwait(sem_t *sem, clockid_t clock,
                         const struct timespec *t);
int __wrap_sem_clockwait(sem_t *sem, clockid_t clock,
                         const struct timespec *t);

/* The second to map the object gets what the first has got. (With
   _FILE_OFFSET_BITS 64 this is what glibc has for mmap(2).) */
void *
__wrap_mmap64(void *addr, size_t length, int prot, int flags,
              int fd, off_t offset)
{
    pthread_mutex_lock(&mutex);
    if (users == 0)
        mapping = __real_mmap64(addr, length, prot, flags, fd,
                                offset);
    if (mapping != MAP_FAILED)
        users++;
    if (users > most_users)
        most_users = users;
    addr = mapping;
    pthread_mutex_unlock(&mutex);
    return addr;
}

int
__wrap_munmap(void *addr, size_t length)
{
    int result = 0;

    pthread_mutex_lock(&mutex);
    if (--users == 0)
        result = __real_munmap(addr, length);
    pthread_mutex_unlock(&mutex);
    return result;
}

/* What libc does is not looked at. So this says in its place that
   sem_init(3) stores, and that nobody may post before. */
int
__wrap_sem_init(sem_t *sem, int pshared, unsigned value)
{
    *(unsigned char *)sem = 0;
    return __real_sem_init(sem, pshared, value);
}

/* On a single free processor a side may do all that it can before
   the other runs at all, so that they are ordered by accident. So
   who posts sleeps after some posts, which orders nothing. */
int
__wrap_sem_post(sem_t *sem)
{
    static _Thread_local unsigned posts;
    const struct timespec moment = {.tv_nsec = 1000};
    int result;

    atomic_load_explicit((_Atomic unsigned char *)sem,
                         memory_order_relaxed);
    result = __real_sem_post(sem);
    if (++posts % 3 == 0)
        nanosleep(&moment, NULL);
    return result;
}

/* ThreadSanitizer knows sem_timedwait(3), and not this one. */
int
__wrap_sem_clockwait(sem_t *sem, clockid_t clock,
                     const struct timespec *t)
{
    int result = __real_sem_clockwait(sem, clock, t);

    if (result == 0)
        __tsan_acquire(sem);
    return result;
}

/* Records have all lengths that fit in a slot. */
static size_t
length_of(unsigned long record, size_t slot_size)
{
    return record * 37 % slot_size + 1;
}

static void
fill(unsigned char *slot, size_t length, unsigned long record)
{
    for (size_t i = 0; i < length; i++)
        slot[i] = (unsigned char)(record + i);
}

static bool
is_record(const unsigned char *slot, size_t length,
          unsigned long record)
{
    size_t wrong = 0;

    for (size_t i = 0; i < length; i++)
        wrong += slot[i] != (unsigned char)(record + i);
    return wrong == 0;
}

/* Ends a side's part. */
static void
leave(struct channel *ch, struct side *side,
      enum channel_status status)
{
    side->status = status;
    memcpy(side->message, ch->message, sizeof(side->message));
    if (channel_close(ch) != CHANNEL_OK)
        side->status = CHANNEL_FAILED;
}

static void *
write_records(void *arg)
{
    struct stream *s = arg;
    unsigned long n = 0;
    size_t length;
    void *slot;
    enum channel_status status;
    struct channel ch;

    status = channel_create(&ch, s->name, s->slots, s->slot_size,
                            SECONDS);
    while (status == CHANNEL_OK && !ch.complete &&
           n < s->writer_leaves) {
        status = channel_claim(&ch, &slot, &length);
        if (status != CHANNEL_OK)
            break;
        length = n < s->records ? length_of(n, s->slot_size) : 0;
        fill(slot, length, n);
        status = channel_hand_over(&ch, length);
        n++;
    }
    s->writer.records = n;
    leave(&ch, &s->writer, status);
    return NULL;
}

static void *
read_records(void *arg)
{
    struct stream *s = arg;
    unsigned long n = 0;
    size_t length;
    void *slot;
    enum channel_status status;
    struct channel ch;

    status = channel_attach(&ch, s->name, SECONDS);
    while (status == CHANNEL_OK && !ch.complete &&
           n < s->reader_leaves) {
        status = channel_claim(&ch, &slot, &length);
        if (status != CHANNEL_OK)
            break;
        s->reader.wrong += !is_record(slot, length, n) ||
                           (length > 0 &&
                            length != length_of(n, s->slot_size));
        status = channel_hand_over(&ch, length);
        n++;
    }
    s->reader.records = n;
    leave(&ch, &s->reader, status);
    return NULL;
}

/* Runs the threads; says whether a side ended as it should. */
static bool
stream(struct stream *s, enum channel_status writer,
       enum channel_status reader)
{
    pthread_t threads[2];
    bool good;

    most_users = 0;
    if (pthread_create(&threads[0], NULL, write_records, s) != 0 ||
        pthread_create(&threads[1], NULL, read_records, s) != 0 ||
        pthread_join(threads[0], NULL) != 0 ||
        pthread_join(threads[1], NULL) != 0)
        errx(EXIT_FAILURE, "no threads");
    good = s->writer.status == writer &&
           s->reader.status == reader && s->reader.wrong == 0 &&
           most_users == 2 &&
           (writer == CHANNEL_PEER_LEFT ||
            s->reader.records == s->writer.records);
    if (!good)
        warnx("%zu slots of %zu: writer %d, %lu records, %s; "
              "reader %d, %lu records, %lu wrong, %s",
              s->slots, s->slot_size, s->writer.status,
              s->writer.records, s->writer.message,
              s->reader.status, s->reader.records, s->reader.wrong,
              s->reader.message);
    return good;
}

int
main(int argc, char *argv[])
{
    static const size_t slots[] = {1, 2, 7};
    static const size_t sizes[] = {1, 100, 5000};
    unsigned long records = argc == 2 ? strtoul(argv[1], NULL, 10)
                                      : 0;
    int streams = 0, bad = 0;
    char name[32];
    struct stream s;

    if (records == 0) {
        fputs("usage: threads RECORDS\n", stderr);
        exit(2);
    }
    snprintf(name, sizeof(name), "/threads.%ld", (long)getpid());
    for (size_t i = 0; i < 9; i++) {
        s = (struct stream){.name = name,
                            .slots = slots[i / 3],
                            .slot_size = sizes[i % 3],
                            .records = records,
                            .writer_leaves = ULONG_MAX,
                            .reader_leaves = ULONG_MAX};
        bad += !stream(&s, CHANNEL_OK, CHANNEL_OK);
        s.writer_leaves = records / 2;
        bad += !stream(&s, CHANNEL_OK, CHANNEL_PEER_LEFT);
        s.writer_leaves = ULONG_MAX;
        s.reader_leaves = records / 2;
        bad += !stream(&s, CHANNEL_PEER_LEFT, CHANNEL_OK);
        streams += 3;
    }
    printf("%d streams of %lu records, %d of them bad\n", streams,
           records, bad);
    if (fflush(stdout) == EOF)
        err(EXIT_FAILURE, "stdout");
    exit(bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}
