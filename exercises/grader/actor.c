/* SPDX-License-Identifier: 0BSD */
/*
 * actor.c - see actor.h
 */
#define _GNU_SOURCE
#include "actor.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "pause.h"
#include "start.h"

/* Processor time that no program here needs for anything, in
   seconds, and calls that none makes without pausing. */
static const double CPU_MAX = 0.1;
enum {
    CALLS_MAX = 10000,
    ACTORS_MAX = 64,
    CHILDREN_MAX = 8,
    FORKS_MAX = 1000
};

static struct actor actors[ACTORS_MAX];
static int n_actors;

struct actor *
actor_start(uid_t user, ...)
{
    const char *args[ARGS_MAX + 2] = {"lab"};
    struct actor *a = &actors[n_actors];
    va_list rest;

    if (++n_actors == ACTORS_MAX)
        errx(EXIT_FAILURE, "more than %d actors", ACTORS_MAX);
    va_start(rest, user);
    for (int i = 1; i <= ARGS_MAX; i++) {
        args[i] = va_arg(rest, char *);
        if (args[i] == NULL)
            break;
    }
    va_end(rest);
    memset(a, 0, sizeof(*a));
    a->pid = start(user, args, &a->listener);
    if (a->listener == -1)
        cannot("the kernel holds no system calls for us (seccomp)");
    actor_to_gate(a, GATE_BEGIN,
                  "before it calls anything of yours");
    return a;
}

void
actor_answer(struct actor *a, long value, int error)
{
    a->answered = true;
    a->answer = value;
    a->answer_error = error;
}

/* It wakes others. They and it would run for the next lock. So it
   is stopped as the call returns, until who has been woken is held
   at a call, or sleeps again. */
static void
wake(struct actor *a)
{
    bool asleep[ACTORS_MAX] = {false};
    long nr;

    for (int i = 0; i < n_actors; i++)
        asleep[i] = !actors[i].held && !actors[i].ended &&
                    state_of(actors[i].pid, &nr) == SLEEPS;
    kill(a->pid, SIGSTOP);
    park_continue(a->listener, &a->call);
    state_settle(a->pid, CPU_MAX);
    for (int i = 0; i < n_actors; i++)
        if (asleep[i])
            state_settle(actors[i].pid, CPU_MAX);
    a->stopped = true;
}

static void
resume(struct actor *a)
{
    if (a->stopped)
        kill(a->pid, SIGCONT);
    a->stopped = false;
}

/* Lets the call at which it is held be made or not. */
static void
let_go(struct actor *a)
{
    if (!a->held)
        return;
    if (a->answered)
        park_answer(a->listener, &a->call, a->answer,
                    a->answer_error);
    else if (a->call.nr == GATE_CALL)
        park_answer(a->listener, &a->call, 0, 0);
    else if (a->pauses)
        pause_over(a->listener, &a->call);
    else if (park_wakes(&a->call))
        wake(a);
    else
        park_continue(a->listener, &a->call);
    a->held = a->answered = a->pauses = false;
}

/* It is held at this call; but its threads and children are not,
   and may not be many. */
static void
take(struct actor *a, const struct call *call)
{
    if (park_forks(call) &&
        (++a->forks > FORKS_MAX ||
         others_count(a->pid) >= CHILDREN_MAX)) {
        park_answer(a->listener, call, 0, EAGAIN);
    } else if (call->pid != a->pid) {
        park_continue(a->listener, call);
    } else {
        a->call = *call;
        a->held = true;
    }
}

static bool
has_ended(struct actor *a)
{
    if (!a->ended && waitpid(a->pid, &a->status, WNOHANG) == a->pid)
        a->ended = true;
    return a->ended;
}

/* Whether it waits in the kernel, and not for us: what it has
   reported would have come by now. */
static bool
is_asleep(struct actor *a)
{
    struct call call;
    enum state state = state_of(a->pid, &a->nr);

    if (state == STOPPED)
        return true;
    if (state != SLEEPS ||
        (a->forks > 0 && others_move(a->pid, a->nr)))
        return false;
    switch (park_next(a->listener, &call, 0)) {
    case 0:
        return true;
    case 1:
        take(a, &call);
        return false;
    default:
        return false;
    }
}

enum event
actor_next(struct actor *a, bool every_call)
{
    double since = state_cpu(a->pid);
    unsigned int calls = 0;
    long before = -1;

    resume(a);
    for (;;) {
        let_go(a);
        if (a->stopped && every_call)
            return AT_CALL;
        resume(a);
        while (!a->held) {
            struct call call;

            if (has_ended(a))
                return ENDED;
            if (park_next(a->listener, &call, 1) == 1) {
                take(a, &call);
            } else if (is_asleep(a)) {
                /* Seen twice, with a millisecond between. */
                if (before == a->nr)
                    return ASLEEP;
                before = a->nr;
            } else if (!a->held &&
                       state_cpu(a->pid) > since + CPU_MAX) {
                return BUSY;
            }
        }
        if (a->call.nr == GATE_CALL) {
            a->gate = (enum gate)a->call.args[0];
            a->value = (long)a->call.args[1];
            a->error = (int)a->call.args[2];
            return AT_GATE;
        }
        a->pauses = is_pause(&a->call) ||
                    (a->hurries && is_timed_wait(&a->call));
        if (a->pauses)
            return AT_PAUSE;
        if (++calls > CALLS_MAX)
            return BUSY;
        if (every_call)
            return AT_CALL;
    }
}

const char *
actor_event(const struct actor *a, enum event event)
{
    static char text[128];

    switch (event) {
    case AT_GATE:
        return "it goes on";
    case AT_CALL:
        snprintf(text, sizeof(text), "it calls %s(2)",
                 park_name(a->call.nr));
        return text;
    case AT_PAUSE:
        snprintf(text, sizeof(text), "it waits, with %s(2)",
                 park_name(a->call.nr));
        return text;
    case ASLEEP:
        if (state_is_futex(a->nr))
            return "it sleeps in the kernel (futex), as "
                   "sem_wait(3) and mutexes do";
        snprintf(text, sizeof(text), "it sleeps in %s(2)",
                 park_name((int)a->nr));
        return text;
    case BUSY:
        return "it spins: it uses the processor and waits for "
               "nothing";
    case ENDED:
        if (WIFSIGNALED(a->status))
            snprintf(text, sizeof(text), "it was killed by SIG%s",
                     sigabbrev_np(WTERMSIG(a->status)));
        else
            snprintf(text, sizeof(text), "it ended, with status %d",
                     WEXITSTATUS(a->status));
        return text;
    default:
        return "?";
    }
}

void
actor_kill(struct actor *a, int sig)
{
    kill(a->pid, sig);
}

void
actors_end(void)
{
    for (int i = 0; i < n_actors; i++) {
        if (!actors[i].ended) {
            if (actors[i].forks > 0) {
                kill(actors[i].pid, SIGSTOP);
                others_kill(actors[i].pid);
            }
            kill(actors[i].pid, SIGKILL);
            waitpid(actors[i].pid, NULL, 0);
        }
        close(actors[i].listener);
    }
    n_actors = 0;
}
