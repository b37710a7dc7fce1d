/* SPDX-License-Identifier: 0BSD */
/*
 * drive.c - bringing actors to where a check wants them: see
 * actor.h
 */
#define _GNU_SOURCE
#include "actor.h"

#include <signal.h>

#include "check.h"

/* So often an actor may pause, or be at a gate. */
enum { EVENTS_MAX = 10000 };

void
actor_to_gate(struct actor *a, enum gate gate, const char *doing)
{
    enum event event;
    int pauses = 0;

    do
        event = actor_next(a, false);
    while (event == AT_PAUSE && ++pauses < EVENTS_MAX);
    if (event != AT_GATE || a->gate != gate)
        fail("it goes on", "%s: %s", doing, actor_event(a, event));
}

void
actor_end(struct actor *a, const char *doing)
{
    enum event event;
    int events = 0;

    do
        event = actor_next(a, false);
    while ((event == AT_PAUSE || event == AT_GATE) &&
           ++events < EVENTS_MAX);
    if (event != ENDED || a->status != 0)
        fail("it ends, with status 0", "%s: %s", doing,
             actor_event(a, event));
}

enum event
actor_interrupt(struct actor *a)
{
    enum event event;

    actor_kill(a, SIGUSR1);
    event = actor_next(a, false);
    if (event == AT_GATE && a->gate == GATE_SIGNAL)
        event = actor_next(a, false);
    return event;
}

bool
actor_to_call(struct actor *a, int k)
{
    for (int i = 0; i < k; i++)
        if (actor_next(a, true) != AT_CALL)
            return false;
    return true;
}

bool
actor_step(struct actor *a, int k)
{
    for (int i = 0; i < k; i++) {
        enum event event = actor_next(a, true);

        if (event != AT_CALL &&
            (event != AT_GATE || a->gate == GATE_RETURNED))
            return false;
    }
    return true;
}

bool
actor_has_returned(const struct actor *a)
{
    return a->held && a->call.nr == GATE_CALL &&
           a->gate == GATE_RETURNED;
}
