/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around the four functions: see README.md
 *
 * Usage: memfd_pass send NAME TEXT [SIZE]
 *        memfd_pass receive NAME
 * and, for the grader:
 *        memfd_pass make TEXT SIZE
 *        memfd_pass map KIND SIZE
 *        memfd_pass give NAME NUMBER
 *        memfd_pass take NAME
 *
 * The two processes meet at a socket with an abstract name, which
 * is in no filesystem. give and take are send and receive as they
 * ought to be, and as they ought not: give sends a byte and NUMBER
 * descriptors; if NUMBER is -1, it closes the connection.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gate.h"
#include "memfd_pass.h"

enum { FDS_MAX = 8, BYTES_MAX = 64 };

/* The grader may have stdin closed here: then 0 is the descriptor
   that comes next. */
static void
gate_before(enum gate where)
{
    if (gate(where, 0) == 1)
        close(STDIN_FILENO);
}

static socklen_t
address_of(const char *name, struct sockaddr_un *address)
{
    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;
    if (strlen(name) >= sizeof(address->sun_path))
        errx(2, "%s: too long", name);
    memcpy(address->sun_path + 1, name, strlen(name));
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
                       strlen(name));
}

/* Waits for somebody, and returns the connection. */
static int
accept_at(const char *name)
{
    struct sockaddr_un address;
    socklen_t length = address_of(name, &address);
    int sock, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd == -1)
        err(EXIT_FAILURE, "socket");
    if (bind(fd, (struct sockaddr *)&address, length) == -1)
        err(EXIT_FAILURE, "bind: %s", name);
    if (listen(fd, 1) == -1)
        err(EXIT_FAILURE, "listen: %s", name);
    gate(GATE_ENTER, 0);
    sock = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    if (sock == -1)
        err(EXIT_FAILURE, "accept: %s", name);
    close(fd);
    return sock;
}

static int
connect_to(const char *name)
{
    struct sockaddr_un address;
    socklen_t length = address_of(name, &address);
    int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (sock == -1)
        err(EXIT_FAILURE, "socket");
    if (connect(sock, (struct sockaddr *)&address, length) == -1)
        err(EXIT_FAILURE, "connect: %s", name);
    gate_before(GATE_ENTER);
    return sock;
}

/* The text with its final zero, again and again. */
static char *
fill(const char *text, size_t n)
{
    char *data = malloc(n);

    if (data == NULL)
        err(EXIT_FAILURE, "malloc");
    for (size_t i = 0; i < n; i++)
        data[i] = text[i % (strlen(text) + 1)];
    return data;
}

static int
make(const char *text, size_t n)
{
    int fd;
    char *data = fill(text, n);

    gate_before(GATE_INSIDE);
    fd = make_sealed(data, n);
    gate(GATE_RETURNED, fd);
    if (fd == -1)
        err(EXIT_FAILURE, "make_sealed");
    free(data);
    return fd;
}

static void
send_it(const char *name, const char *text, size_t n)
{
    int sock = accept_at(name);
    int fd = make(text, n);
    int result = send_fd(sock, fd);

    gate(GATE_LEAVE, result);
    if (result == -1)
        err(EXIT_FAILURE, "send_fd");
    printf("%zu bytes, sealed, sent\n", n);
}

static const char *
map(int fd, size_t *n)
{
    const char *text = map_sealed(fd, n);

    gate_pointer(GATE_RETURNED, text);
    gate(GATE_LEAVE, (long)*n);
    if (text == NULL)
        err(EXIT_FAILURE, "map_sealed");
    return text;
}

static void
receive(const char *name)
{
    int sock = connect_to(name);
    int fd = receive_fd(sock);
    size_t n = 0;
    const char *text;

    gate(GATE_RETURNED, fd);
    if (fd == -1)
        err(EXIT_FAILURE, "receive_fd");
    text = map(fd, &n);
    printf("%zu bytes: %.*s\n", n, (int)strnlen(text, n), text);
}

/* What somebody else might send. */
static int
strange(const char *kind, size_t n)
{
    static const struct {
        const char *kind;
        int seals;
    } kinds[] = {
        {"sealed", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE},
        {"empty", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE},
        {"for-good",
         F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL},
        {"more-seals", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE |
                           F_SEAL_FUTURE_WRITE},
        {"unsealed", 0},
        {"can-shrink", F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL},
        {"can-grow", F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL},
        {"can-write", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL},
        {"has-writer", F_SEAL_SHRINK | F_SEAL_GROW |
                           F_SEAL_FUTURE_WRITE | F_SEAL_SEAL},
    };
    size_t i = 0;
    char *data = fill("text", n);
    int fd;

    if (strcmp(kind, "file") == 0)
        return open("/bin/sh", O_RDONLY | O_CLOEXEC);
    while (strcmp(kind, kinds[i].kind) != 0)
        if (++i == sizeof(kinds) / sizeof(kinds[0]))
            return -1;
    fd = memfd_create(kind, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd == -1)
        err(EXIT_FAILURE, "memfd_create");
    if (strcmp(kind, "empty") == 0)
        n = 0;
    if (write(fd, data, n) != (ssize_t)n ||
        fcntl(fd, F_ADD_SEALS, kinds[i].seals) == -1)
        err(EXIT_FAILURE, "%s", kind);
    free(data);
    return fd;
}

static void
give(const char *name, int number)
{
    _Alignas(struct cmsghdr) char
        control[CMSG_SPACE(FDS_MAX * sizeof(int))] = {0};
    struct iovec iov = {control, 1};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    int sock = accept_at(name);
    int fd = strange("sealed", 100);

    if (number > 0) {
        struct cmsghdr *cmsg = (struct cmsghdr *)control;

        cmsg->cmsg_level = SOL_SOCKET;
        cmsg->cmsg_type = SCM_RIGHTS;
        cmsg->cmsg_len = CMSG_LEN((size_t)number * sizeof(int));
        for (int i = 0; i < number; i++)
            memcpy(CMSG_DATA(cmsg) + (size_t)i * sizeof(int), &fd,
                   sizeof(int));
        msg.msg_control = control;
        msg.msg_controllen = CMSG_SPACE((size_t)number *
                                        sizeof(int));
    }
    if (number >= 0 && sendmsg(sock, &msg, 0) != 1)
        err(EXIT_FAILURE, "sendmsg");
    if (number < 0)
        close(sock);
    gate(GATE_LEAVE, fd);
}

/* Says how many descriptors came, which is the first of them, and
   how many bytes. */
static void
take(const char *name)
{
    _Alignas(struct cmsghdr) char
        control[CMSG_SPACE(FDS_MAX * sizeof(int))];
    char bytes[BYTES_MAX];
    struct iovec iov = {bytes, sizeof(bytes)};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = control,
                         .msg_controllen = sizeof(control)};
    struct cmsghdr *cmsg;
    int sock = connect_to(name);
    ssize_t n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
    size_t number = 0;
    int fd = -1;

    if (n == -1)
        err(EXIT_FAILURE, "recvmsg");
    cmsg = CMSG_FIRSTHDR(&msg);
    if (cmsg != NULL && cmsg->cmsg_level == SOL_SOCKET &&
        cmsg->cmsg_type == SCM_RIGHTS) {
        number = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
    }
    gate(GATE_INSIDE, (long)number);
    gate(GATE_RETURNED, fd);
    gate(GATE_LEAVE, n);
}

static void
map_strange(const char *kind, size_t size)
{
    int fd = strange(kind, size);
    size_t n = 0;

    gate(GATE_ENTER, fd);
    map(fd, &n);
}

int
main(int argc, char *argv[])
{
    const char *role = argc >= 3 ? argv[1] : "";

    gate(GATE_BEGIN, 0);
    if (argc == 4 && strcmp(role, "send") == 0)
        send_it(argv[2], argv[3], strlen(argv[3]) + 1);
    else if (argc == 5 && strcmp(role, "send") == 0)
        send_it(argv[2], argv[3], strtoul(argv[4], NULL, 10));
    else if (argc == 3 && strcmp(role, "receive") == 0)
        receive(argv[2]);
    else if (argc == 4 && strcmp(role, "make") == 0)
        make(argv[2], strtoul(argv[3], NULL, 10));
    else if (argc == 4 && strcmp(role, "map") == 0)
        map_strange(argv[2], strtoul(argv[3], NULL, 10));
    else if (argc == 4 && strcmp(role, "give") == 0)
        give(argv[2], atoi(argv[3]));
    else if (argc == 3 && strcmp(role, "take") == 0)
        take(argv[2]);
    else
        errx(2, "usage: memfd_pass send NAME TEXT [SIZE]\n"
                "       memfd_pass receive NAME");
    exit(EXIT_SUCCESS);
}
