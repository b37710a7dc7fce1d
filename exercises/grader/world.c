/* SPDX-License-Identifier: 0BSD */
/*
 * world.c - see world.h
 *
 * The first process of the world is made by clone(2) with the flags
 * of all namespaces. The grader gives it its users; it arranges the
 * mounts, and then waits.
 */
#define _GNU_SOURCE
#include "world.h"

#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "root.h"

enum { CANNOT = 125 };

/* Who the users of the world are outside of it, if root runs us. */
enum { OUTER_ROOT = 65532, OUTER_USER, OUTER_FRIEND };

/* Whether root runs us, and has such users. In the world itself
   root is nobody. */
static bool is_root;

/* What a world has of its own. The network, in which there is
   nothing, is the dearest; so if root runs us, who can make one by
   itself, all worlds of a program have the same. */
static int namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID |
                        CLONE_NEWIPC | CLONE_NEWNET;

static pid_t first;
static int first_fd = -1, shm_fd = -1, sysvipc_fd = -1,
           program_fd = -1;

/* Outside of it, if root runs us. */
static uid_t
outer(uid_t user)
{
    return user == WORLD_ROOT   ? OUTER_ROOT
           : user == WORLD_USER ? OUTER_USER
                                : OUTER_FRIEND;
}

/* In a namespace that somebody has made for himself alone, root has
   no other users. */
static bool
has_users(void)
{
    FILE *file = fopen("/proc/self/uid_map", "re");
    unsigned long start, outside, count;
    bool found = false;

    while (file != NULL && !found &&
           fscanf(file, "%lu %lu %lu", &start, &outside, &count) ==
               3)
        found = start <= OUTER_ROOT && start + count > OUTER_FRIEND;
    if (file != NULL)
        fclose(file);
    return found;
}

void
world_program(const char *path)
{
    is_root = geteuid() == 0 && has_users();
    if (is_root) {
        must(unshare(CLONE_NEWNET), "unshare");
        namespaces &= ~CLONE_NEWNET;
    }
    program_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (program_fd == -1)
        err(EXIT_FAILURE, "open: %s", path);
}

bool
world_has_friend(void)
{
    return is_root;
}

static void
put(pid_t pid, const char *file, const char *text)
{
    char path[64];
    int fd;

    snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, file);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd == -1 ||
        write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        err(CANNOT, "no world of its own: %s", path);
    close(fd);
}

/* An ordinary user can give the world one user, himself. */
static void
map_users(pid_t pid)
{
    char text[128];

    if (world_has_friend()) {
        snprintf(text, sizeof(text), "%d %d 1\n%d %d 1\n%d %d 1\n",
                 WORLD_ROOT, OUTER_ROOT, WORLD_USER, OUTER_USER,
                 WORLD_FRIEND, OUTER_FRIEND);
        put(pid, "uid_map", text);
        put(pid, "gid_map", text);
        return;
    }
    put(pid, "setgroups", "deny");
    snprintf(text, sizeof(text), "%d %ld 1\n", WORLD_USER,
             (long)geteuid());
    put(pid, "uid_map", text);
    snprintf(text, sizeof(text), "%d %ld 1\n", WORLD_USER,
             (long)getegid());
    put(pid, "gid_map", text);
}

/* The first process. A pipe tells it that it has users now. It
   tells that all is ready by its descriptor of /proc/sysvipc/shm,
   which stays that of the world, whoever reads it. */
static _Noreturn void
be_first(size_t shm_size, const int go[2], const int ready[2])
{
    uid_t user = world_has_friend() ? WORLD_ROOT : WORLD_USER;
    int sysvipc;
    char byte;

    close(go[1]);
    close(ready[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (read(go[0], &byte, 1) != 1)
        _exit(CANNOT);
    if (world_has_friend()) {
        must(setresgid(user, user, user), "setresgid");
        must(setresuid(user, user, user), "setresuid");

        /* That has cleared it. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    root_make(program_fd, shm_size);
    sysvipc = open("/proc/sysvipc/shm", O_RDONLY | O_CLOEXEC);
    must(sysvipc, "/proc/sysvipc/shm");
    must(write(ready[1], &sysvipc, sizeof(sysvipc)) ==
                 sizeof(sysvipc)
             ? 0
             : -1,
         "write");
    close(ready[1]);
    for (;;)
        if (wait(NULL) == -1)
            pause();
}

void
world_begin(size_t shm_size)
{
    int go[2], ready[2], sysvipc;
    char path[64];

    must(pipe2(go, O_CLOEXEC), "pipe");
    must(pipe2(ready, O_CLOEXEC), "pipe");
    fflush(NULL);
    first = (pid_t)syscall(SYS_clone, namespaces | SIGCHLD, 0, 0, 0,
                           0);
    must(first, "clone");
    if (first == 0)
        be_first(shm_size, go, ready);
    close(go[0]);
    close(ready[1]);
    map_users(first);
    must(write(go[1], "", 1) == 1 ? 0 : -1, "write");
    close(go[1]);

    /* If it does not, it has said why. */
    if (read(ready[0], &sysvipc, sizeof(sysvipc)) !=
        sizeof(sysvipc))
        exit(CANNOT);
    close(ready[0]);
    first_fd = (int)syscall(SYS_pidfd_open, first, 0);
    must(first_fd, "pidfd_open");
    sysvipc_fd = (int)syscall(SYS_pidfd_getfd, first_fd, sysvipc,
                              0);
    must(sysvipc_fd, "pidfd_getfd");
    snprintf(path, sizeof(path), "/proc/%ld/root/dev/shm",
             (long)first);
    shm_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    must(shm_fd, path);
}

int
world_enter(void)
{
    return setns(first_fd, namespaces);
}

int
world_shm(void)
{
    return shm_fd;
}

int
world_sysvipc(void)
{
    return sysvipc_fd;
}

void
world_as(uid_t user)
{
    if (!is_root)
        return;
    setfsgid(outer(user));
    setfsuid(outer(user));
}

void
world_as_grader(void)
{
    setfsuid(geteuid());
    setfsgid(getegid());
}

void
world_end(void)
{
    kill(first, SIGKILL);
    waitpid(first, NULL, 0);
    close(first_fd);
    close(shm_fd);
    close(sysvipc_fd);
}
