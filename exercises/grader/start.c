/* SPDX-License-Identifier: 0BSD */
/*
 * start.c - see start.h
 */
#define _GNU_SOURCE
#include "start.h"

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "park.h"
#include "world.h"

struct start {
    const char **args;
    int socket;
};

static int
limit(unsigned int what, rlim_t most)
{
    struct rlimit rlim = {most, most};

    return setrlimit(what, &rlim);
}

/* Passes the listener on, and becomes the program. */
static int
become(void *data)
{
    const struct start *how = data;
    char control[CMSG_SPACE(sizeof(int))] = {0}, byte = 0;
    struct iovec iov = {&byte, 1};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = control,
                         .msg_controllen = sizeof(control)};
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
    const char *const environment[] = {"LC_ALL=C",
                                       "PATH=/usr/bin:/bin", NULL};
    int listener, null = open("/dev/null", O_RDWR);

    for (int fd = 0; fd <= 2; fd++)
        if (dup2(null, fd) == -1)
            return 125;
    if (null > 2)
        close(null);
    signal(SIGPIPE, SIG_DFL);
    umask(022);
    listener = park_here();
    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(cmsg), &listener, sizeof(int));
    if (listener == -1 || sendmsg(how->socket, &msg, 0) != 1)
        return 125;

    /* The grader's own needs do not count. */
    if (limit(RLIMIT_AS, 256UL << 20) == 0 &&
        limit(RLIMIT_CORE, 0) == 0 && limit(RLIMIT_CPU, 5) == 0 &&
        limit(RLIMIT_FSIZE, 64UL << 20) == 0 &&
        limit(RLIMIT_NOFILE, 64) == 0 &&
        limit(RLIMIT_STACK, 8UL << 20) == 0)
        execve("/lab", (char **)how->args, (char **)environment);
    return 125;
}

static int
receive_listener(int socket)
{
    char control[CMSG_SPACE(sizeof(int))], byte;
    struct iovec iov = {&byte, 1};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = control,
                         .msg_controllen = sizeof(control)};
    struct cmsghdr *cmsg;
    int fd = -1;

    if (recvmsg(socket, &msg, MSG_CMSG_CLOEXEC) != 1)
        return -1;
    cmsg = CMSG_FIRSTHDR(&msg);
    if (cmsg != NULL && cmsg->cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
    return fd;
}

pid_t
start(uid_t user, const char **args, int *listener)
{
    struct start how = {.args = args};
    int pair[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
                   pair) == -1)
        err(EXIT_FAILURE, "socketpair");
    how.socket = pair[1];
    pid = world_spawn(user, become, &how);
    close(pair[1]);
    *listener = receive_listener(pair[0]);
    close(pair[0]);
    return pid;
}
