/* SPDX-License-Identifier: 0BSD */
/* Fails: bounded-buffer.crowd */
#define _GNU_SOURCE
#include "bounded_buffer.h"

#include <errno.h>

struct x {
    sem_t m, c;
    unsigned in, out;
    unsigned waiting;
};

int
ring_init(struct ring *q)
{
    struct x *r = (void *)q;

    return sem_init(&r->m, 1, 1) || sem_init(&r->c, 1, 0) ? -1 : 0;
}

static void
w(sem_t *s)
{
    while (sem_wait(s) == -1 && errno == EINTR)
        ;
}

static void
lock(struct x *r)
{
    w(&r->m);
}

static void
wait(struct x *r)
{
    sem_post(&r->m);
    r->waiting++;
    w(&r->c);
    lock(r);
}

static void
wakeall(struct x *r)
{
    while (r->waiting) {
        r->waiting--;
        sem_post(&r->c);
    }
    sem_post(&r->m);
}

int
ring_put(struct ring *q, int v)
{
    struct x *r = (void *)q;

    lock(r);
    while (r->in - r->out == SLOTS)
        wait(r);
    slot_set(r->in++ % SLOTS, v);
    wakeall(r);
    return 0;
}

int
ring_take(struct ring *q, int *v)
{
    struct x *r = (void *)q;

    lock(r);
    while (r->in == r->out)
        wait(r);
    *v = slot_get(r->out++ % SLOTS);
    wakeall(r);
    return 0;
}
