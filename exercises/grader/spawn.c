/* SPDX-License-Identifier: 0BSD */
/*
 * spawn.c - starts a process in a world: see world.h
 *
 * A helper enters the world, by setns(2), and starts the process
 * there. With CLONE_PARENT that becomes a child of the grader,
 * which can wait for it although it lives in another PID namespace.
 *
 * As with vfork(2), both run in the memory of the grader, which
 * waits until they have ended or become another program: to copy it
 * for each of them would take longer than all the rest. So they
 * have stacks of their own, and end by returning, not by exit(3).
 *
 * See also: clone(2), setns(2), vfork(2), capabilities(7)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "world.h"

/* What is to be started, and what became of it. */
struct order {
    uid_t user;
    int (*become)(void *);
    void *data;
    pid_t pid;
    int error;
};

/* Without the rights that who makes a user namespace has in it:
   they would open what permissions forbid. */
static int
become_user(uid_t user)
{
    struct __user_cap_header_struct version = {
        .version = _LINUX_CAPABILITY_VERSION_3,
    };
    struct __user_cap_data_struct none[2] = {0};

    if (world_has_friend() && (setgroups(0, NULL) == -1 ||
                               setresgid(user, user, user) == -1 ||
                               setresuid(user, user, user) == -1))
        return -1;
    return user == WORLD_ROOT
               ? 0
               : (int)syscall(SYS_capset, &version, none);
}

static char stacks[2][64 << 10] __attribute__((aligned(16)));

static int
begin(void *data)
{
    struct order *order = data;

    if (become_user(order->user) == -1 || chdir("/") == -1) {
        order->error = errno;
        return EXIT_FAILURE;
    }
    return order->become(order->data);
}

static int
help(void *data)
{
    struct order *order = data;

    if (world_enter() == 0)
        order->pid = clone(
            begin, stacks[1] + sizeof(stacks[1]),
            CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, order);
    if (order->pid == -1)
        order->error = errno;
    return EXIT_SUCCESS;
}

pid_t
world_spawn(uid_t user, int (*become)(void *), void *data)
{
    struct order order = {user, become, data, -1, 0};
    pid_t helper;

    /* Who lives there already, as the same user, must not reach our
       memory or descriptors through the new one: ptrace(2). */
    must(prctl(PR_SET_DUMPABLE, 0), "prctl");
    helper = clone(help, stacks[0] + sizeof(stacks[0]),
                   CLONE_VM | CLONE_VFORK | SIGCHLD, &order);
    must(helper, "clone");
    must(prctl(PR_SET_DUMPABLE, 1), "prctl");
    waitpid(helper, NULL, 0);
    errno = order.error;
    must(order.error == 0 ? 0 : -1, "a process in it");
    return order.pid;
}
