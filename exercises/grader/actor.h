/* SPDX-License-Identifier: 0BSD */
/*
 * actor.h - the processes of a check, and who of them moves
 *
 * An actor is the program of an exercise, started in the world in
 * one of its roles. It is held at its first gate, and moves only
 * while the grader waits in actor_next(). So a check can say: A
 * goes to its third call; B goes as far as it gets; A goes on.
 *
 * See also: park.h, state.h, watch.h, world.h
 */
#ifndef ACTOR_H
#define ACTOR_H

#include "gate.h"
#include "park.h"
#include "state.h"
#include "watch.h"

/* Where an actor has come to. */
enum event {
    /* It is held at a gate: see gate, value, error. */
    AT_GATE = 1,
    /* It is held at another call that matters: see call. Or, if it
       has woken others, when that call has returned: !held. */
    AT_CALL,
    /* It wants time to pass: see pause.h. When it goes on, it has
       passed. */
    AT_PAUSE,
    /* It waits in the kernel, for somebody to wake it: see nr. */
    ASLEEP,
    /* It goes round and round, and waits for nothing. */
    BUSY,
    /* See status, as waitpid(2) gives it. */
    ENDED
};

struct actor {
    pid_t pid;
    int listener;
    bool held;
    struct call call;
    /* The call is a pause; or it is stopped, having woken others.
     */
    bool pauses, stopped;
    long nr;
    enum gate gate;
    long value;
    int error;
    int status;
    bool ended;
    unsigned int forks;
    /* If a wait until some time is a pause, too. */
    bool hurries;
    /* What is said when it goes on: see actor_answer(). */
    long answer;
    int answer_error;
    bool answered;
};

enum { ARGS_MAX = 24 };

/* Starts the program as that user, with arguments that end with
   NULL, and waits until it is at its first gate. If it never gets
   there, the check fails. */
struct actor *actor_start(uid_t user, ...)
    __attribute__((sentinel));

/* Lets it go on, to its next event. AT_CALL only if every_call. */
enum event actor_next(struct actor *a, bool every_call);

/* Lets it go on until it is at that gate. If anything else happens
   first but calls, the check fails; what it was doing stands in the
   message. Pauses are not counted. */
void actor_to_gate(struct actor *a, enum gate gate,
                   const char *doing);

/* Sends SIGUSR1, which main.c catches, and lets it go on. If the
   handler is called, that stops at a gate, and it goes on from
   there. (It is not called while the signal is blocked.) */
enum event actor_interrupt(struct actor *a);

/* Lets it end. If it does not, or not with 0, the check fails. */
void actor_end(struct actor *a, const char *doing);

/* Lets it go on to its k-th call from here. Returns false if it
   comes to anything else first. */
bool actor_to_call(struct actor *a, int k);

/* Lets it go on k gates and calls. Returns false if it has returned
   before, or gets no further. */
bool actor_step(struct actor *a, int k);

/* Whether it is held where the function that is checked has
   returned. */
bool actor_has_returned(const struct actor *a);

/* What the gate or call at which it is held will return; with an
   error, it fails instead of being made. */
void actor_answer(struct actor *a, long value, int error);

void actor_kill(struct actor *a, int sig);

/* An event in words, for messages. */
const char *actor_event(const struct actor *a, enum event event);

/* Kills all actors. */
void actors_end(void);

#endif
