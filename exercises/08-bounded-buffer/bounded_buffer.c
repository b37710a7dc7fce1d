/* SPDX-License-Identifier: 0BSD */
#include "bounded_buffer.h"

#include <errno.h>

int
ring_init(struct ring *ring)
{
    /* TODO: how many places are empty at first, and how many full?
     */
    (void)ring;
    return 0;
}

int
ring_put(struct ring *ring, int value)
{
    /* TODO: wait for an empty place; fill it with nobody else at
       it; say that there is one more full place. */
    (void)ring;
    (void)value;
    return 0;
}

int
ring_take(struct ring *ring, int *value)
{
    /* TODO: the same from the other side. */
    (void)ring;
    *value = 0;
    return 0;
}
