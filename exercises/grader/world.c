/* SPDX-License-Identifier: 0BSD */
/*
 * world.c - see world.h
 *
 * Three processes take part: the grader; the first process of the
 * world, made by clone(2) with the flags of all namespaces, which
 * arranges the mounts and then waits; and, for a moment, a helper
 * that enters the world by setns(2) to start a process there. With
 * CLONE_PARENT that becomes a child of the grader, which can wait
 * for it although it lives in another PID namespace.
 */
#define _GNU_SOURCE
#include "world.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static pid_t first;
static int first_fd = -1, shm_fd = -1, program_fd = -1;

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

/* The first process. pipe tells it that it has users now; it tells
   that all is ready by closing. */
static _Noreturn void
be_first(size_t shm_size, const int go[2], const int ready[2])
{
    uid_t user = world_has_friend() ? WORLD_ROOT : WORLD_USER;
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
    must(write(ready[1], "", 1) == 1 ? 0 : -1, "write");
    close(ready[1]);
    for (;;)
        if (wait(NULL) == -1)
            pause();
}

void
world_begin(size_t shm_size)
{
    int go[2], ready[2];
    char byte, path[64];

    must(pipe2(go, O_CLOEXEC), "pipe");
    must(pipe2(ready, O_CLOEXEC), "pipe");
    fflush(NULL);
    first = (pid_t)syscall(SYS_clone,
                           CLONE_NEWUSER | CLONE_NEWNS |
                               CLONE_NEWPID | CLONE_NEWIPC |
                               CLONE_NEWNET | SIGCHLD,
                           0, 0, 0, 0);
    must(first, "clone");
    if (first == 0)
        be_first(shm_size, go, ready);
    close(go[0]);
    close(ready[1]);
    map_users(first);
    must(write(go[1], "", 1) == 1 ? 0 : -1, "write");
    close(go[1]);

    /* If it does not, it has said why. */
    if (read(ready[0], &byte, 1) != 1)
        exit(CANNOT);
    close(ready[0]);
    first_fd = (int)syscall(SYS_pidfd_open, first, 0);
    must(first_fd, "pidfd_open");
    snprintf(path, sizeof(path), "/proc/%ld/root/dev/shm",
             (long)first);
    shm_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    must(shm_fd, path);
}

static void
enter(void)
{
    must(setns(first_fd, CLONE_NEWUSER | CLONE_NEWNS |
                             CLONE_NEWPID | CLONE_NEWIPC |
                             CLONE_NEWNET),
         "setns");
}

/* Without the rights that who makes a user namespace has in it:
   they would open what permissions forbid. */
static void
become_user(uid_t user)
{
    struct __user_cap_header_struct version = {
        .version = _LINUX_CAPABILITY_VERSION_3,
    };
    struct __user_cap_data_struct none[2] = {0};

    if (world_has_friend()) {
        must(setgroups(0, NULL), "setgroups");
        must(setresgid(user, user, user), "setresgid");
        must(setresuid(user, user, user), "setresuid");
    }
    if (user != WORLD_ROOT)
        must((int)syscall(SYS_capset, &version, none), "capset");
}

pid_t
world_spawn(uid_t user, void (*become)(void *), void *data)
{
    pid_t helper, pid = -1;
    int report[2];

    must(pipe2(report, O_CLOEXEC), "pipe");
    fflush(NULL);
    helper = fork();
    must(helper, "fork");
    if (helper == 0) {
        enter();
        pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0,
                             0, 0, 0);
        if (pid == 0) {
            become_user(user);
            must(chdir("/"), "/");
            become(data);
            _exit(CANNOT);
        }
        if (write(report[1], &pid, sizeof(pid)) != sizeof(pid))
            _exit(CANNOT);
        _exit(EXIT_SUCCESS);
    }
    close(report[1]);
    if (read(report[0], &pid, sizeof(pid)) != sizeof(pid))
        pid = -1;
    close(report[0]);
    waitpid(helper, NULL, 0);
    return pid;
}

int
world_shm(void)
{
    return shm_fd;
}

void
world_end(void)
{
    kill(first, SIGKILL);
    waitpid(first, NULL, 0);
    close(first_fd);
    close(shm_fd);
}
