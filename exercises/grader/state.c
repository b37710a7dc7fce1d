/* SPDX-License-Identifier: 0BSD */
/*
 * state.c - see state.h
 */
#define _GNU_SOURCE
#include "state.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

FILE *
open_proc(pid_t pid, const char *file)
{
    char path[128];

    snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, file);
    return fopen(path, "re");
}

enum state
state_of(pid_t pid, long *nr)
{
    FILE *file = open_proc(pid, "stat");
    char line[512] = "", *end;
    enum state state;

    *nr = -1;
    if (file == NULL)
        return DEAD;
    if (fgets(line, sizeof(line), file) == NULL)
        line[0] = '\0';
    fclose(file);

    /* The name of the program, in parentheses, may be anything. */
    end = strrchr(line, ')');
    switch (end == NULL ? 'X' : end[2]) {
    case 'S':
        state = SLEEPS;
        break;
    case 'T':
    case 't':
        state = STOPPED;
        break;
    case 'Z':
    case 'X':
        state = DEAD;
        break;
    default:
        state = RUNS;
    }
    if (state == SLEEPS) {
        file = open_proc(pid, "syscall");
        if (file == NULL)
            return DEAD;

        /* "running" if it has been woken in between. */
        if (fscanf(file, "%ld", nr) != 1)
            state = RUNS;
        fclose(file);
    }
    return state;
}

/* Looks at its threads, and at its children and theirs, counts
   them, and kills these if asked. Returns whether one of them
   moves. */
static bool
look_at_others(pid_t pid, long nr, int *n, bool kills)
{
    bool waits = nr == SYS_wait4 || nr == SYS_waitid, moves = false;
    char name[64];
    struct dirent *task;
    DIR *dir;

    snprintf(name, sizeof(name), "/proc/%ld/task", (long)pid);
    dir = opendir(name);
    while (dir != NULL && (task = readdir(dir)) != NULL) {
        pid_t thread = (pid_t)strtol(task->d_name, NULL, 10);
        long child, its_nr;
        FILE *children;

        if (thread == 0)
            continue;
        if (thread != pid) {
            ++*n;
            moves |= state_of(thread, &its_nr) == RUNS;
        }
        snprintf(name, sizeof(name), "task/%ld/children",
                 (long)thread);
        children = open_proc(pid, name);
        while (children != NULL &&
               fscanf(children, "%ld", &child) == 1) {
            enum state state = state_of((pid_t)child, &its_nr);

            ++*n;
            moves |= state == RUNS || (state == DEAD && waits);
            moves |= look_at_others((pid_t)child, its_nr, n, kills);
            if (kills)
                kill((pid_t)child, SIGKILL);
        }
        if (children != NULL)
            fclose(children);
    }
    if (dir != NULL)
        closedir(dir);
    return moves;
}

bool
others_move(pid_t pid, long nr)
{
    int n = 0;

    return look_at_others(pid, nr, &n, false);
}

int
others_count(pid_t pid)
{
    int n = 0;

    look_at_others(pid, -1, &n, false);
    return n;
}

void
others_kill(pid_t pid)
{
    int n = 0;

    look_at_others(pid, -1, &n, true);
}

bool
state_is_futex(long nr)
{
    switch (nr) {
    case SYS_futex:
#ifdef SYS_futex_time64
    case SYS_futex_time64:
#endif
        return true;
    default:
        return false;
    }
}

double
state_cpu(pid_t pid)
{
    struct timespec t;
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) != 0 ||
        clock_gettime(clock, &t) == -1)
        return 0;
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
state_settle(pid_t pid, double cpu_max)
{
    const struct timespec little = {0, 50000};
    double since = state_cpu(pid);
    long nr;

    while (state_of(pid, &nr) == RUNS &&
           state_cpu(pid) < since + cpu_max)
        nanosleep(&little, NULL);
}

bool
state_stirs(pid_t pid)
{
    const struct timespec ms = {0, 1000000};
    double before = state_cpu(pid);

    for (int i = 0; i < 50 && state_cpu(pid) == before; i++)
        nanosleep(&ms, NULL);
    return state_cpu(pid) != before;
}
