/* SPDX-License-Identifier: 0BSD */
/*
 * reads.c - a hostile peer that is always in time: what was read
 * once is not the same the next time
 *
 * A length that is read twice, to be checked and to be used, can
 * change in between. Who stores all the time hits that moment by
 * luck only. So the pair is compiled with -fsanitize=thread, which
 * has the compiler call a function at each access to memory, and
 * linked with these instead of ThreadSanitizer. They let the words
 * of the object that may be read only once change right after they
 * were read: slots, slot_size, lengths and numbers of records, the
 * counts of bytes. A pair that reads each once does not notice.
 *
 * All of them lie in the first page of a small object, and nothing
 * else in these programs is atomic; so the offset within the page
 * tells what is read.
 *
 * Build: cc -std=c17 -fsanitize=thread -c writer.c program.c
 *            channel.c
 *        cc -std=c17 reads.c writer.o program.o channel.o -o writer
 *
 * See also: channel.h; hostile.t
 */
#define _POSIX_C_SOURCE 200809L
#include "../../sem-sync/channel.h"
#include <stdatomic.h>
#include <unistd.h>

static bool
only_once(const volatile void *word)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t offset = (uintptr_t)word % page;

    return offset == offsetof(struct channel_shared, slots) ||
           offset == offsetof(struct channel_shared, slot_size) ||
           offset ==
               offsetof(struct channel_shared, writer.bytes) ||
           offset ==
               offsetof(struct channel_shared, reader.bytes) ||
           offset >= sizeof(struct channel_shared);
}

/* The names, and the arguments after the first, are the compiler's:
   values, and orders of memory, for which we take the strongest. */
uint32_t
__tsan_atomic32_load(_Atomic uint32_t *word, int order)
{
    (void)order;
    return only_once(word)
               ? atomic_fetch_xor(word, UINT32_C(1) << 31)
               : *word;
}

uint64_t
__tsan_atomic64_load(_Atomic uint64_t *word, int order)
{
    (void)order;
    return only_once(word)
               ? atomic_fetch_xor(word, UINT64_C(1) << 63)
               : *word;
}

void
__tsan_atomic32_store(_Atomic uint32_t *word, uint32_t value,
                      int order)
{
    (void)order;
    *word = value;
}

void
__tsan_atomic64_store(_Atomic uint64_t *word, uint64_t value,
                      int order)
{
    (void)order;
    *word = value;
}

uint64_t
__tsan_atomic64_fetch_add(_Atomic uint64_t *word, uint64_t value,
                          int order)
{
    (void)order;
    return atomic_fetch_add(word, value);
}

/* gcc calls this ... */
int
__tsan_atomic32_compare_exchange_strong(_Atomic uint32_t *word,
                                        uint32_t *expected,
                                        uint32_t value, int order,
                                        int failure)
{
    (void)order;
    (void)failure;
    return atomic_compare_exchange_strong(word, expected, value);
}

/* ... and clang this, which returns what it has found. */
uint32_t
__tsan_atomic32_compare_exchange_val(_Atomic uint32_t *word,
                                     uint32_t expected,
                                     uint32_t value, int order,
                                     int failure)
{
    (void)order;
    (void)failure;
    atomic_compare_exchange_strong(word, &expected, value);
    return expected;
}

void
__tsan_init(void)
{
}

void
__tsan_func_exit(void)
{
}

/* What is not atomic is the process's own, and read as it is. */
#define IGNORE(access)      \
    void access(void *addr) \
    {                       \
        (void)addr;         \
    }
IGNORE(__tsan_func_entry)
IGNORE(__tsan_read1)
IGNORE(__tsan_read2)
IGNORE(__tsan_read4)
IGNORE(__tsan_read8)
IGNORE(__tsan_read16)
IGNORE(__tsan_write1)
IGNORE(__tsan_write2)
IGNORE(__tsan_write4)
IGNORE(__tsan_write8)
IGNORE(__tsan_write16)

void
__tsan_read_range(void *addr, size_t size)
{
    (void)addr;
    (void)size;
}

void
__tsan_write_range(void *addr, size_t size)
{
    (void)addr;
    (void)size;
}
