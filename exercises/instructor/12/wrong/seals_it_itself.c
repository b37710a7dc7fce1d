/* SPDX-License-Identifier: 0BSD */
/* Fails: memfd-pass.trusts-nobody */
#define _GNU_SOURCE
#include "memfd_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NEEDED = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static int
fail(int fd, int error)
{
    close(fd);
    errno = error;
    return -1;
}

int
make_sealed(const void *data, size_t n)
{
    const char *p = data;
    int fd = memfd_create("sealed",
                          MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd == -1)
        return -1;
    while (n > 0) {
        ssize_t written = write(fd, p, n);

        if (written == -1)
            return fail(fd, errno);
        p += written;
        n -= (size_t)written;
    }
    if (fcntl(fd, F_ADD_SEALS, NEEDED | F_SEAL_SEAL) == -1)
        return fail(fd, errno);
    return fd;
}

int
send_fd(int sock, int fd)
{
    _Alignas(
        struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
    char byte = 0;
    struct iovec iov = {&byte, 1};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = control,
                         .msg_controllen = sizeof(control)};
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
    return sendmsg(sock, &msg, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int
receive_fd(int sock)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    char byte;
    struct iovec iov = {&byte, 1};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = control,
                         .msg_controllen = sizeof(control)};
    struct cmsghdr *cmsg;
    ssize_t n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
    size_t number = 0;
    int fds[sizeof(control) / sizeof(int)];

    if (n == -1)
        return -1;
    cmsg = CMSG_FIRSTHDR(&msg);
    if (cmsg != NULL && cmsg->cmsg_level == SOL_SOCKET &&
        cmsg->cmsg_type == SCM_RIGHTS) {
        /* The padding has room for a second one. */
        number = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(fds, CMSG_DATA(cmsg), number * sizeof(int));
    }
    if (number == 1 && (msg.msg_flags & MSG_CTRUNC) == 0)
        return fds[0];
    for (size_t i = 0; i < number; i++)
        close(fds[i]);
    errno = EPROTO;
    return -1;
}

const void *
map_sealed(int fd, size_t *n)
{
    struct stat sb;
    void *addr;
    int seals = fcntl(fd, F_GET_SEALS);

    if (seals == -1)
        return NULL;
    if (fcntl(fd, F_ADD_SEALS, NEEDED) == 0)
        seals = NEEDED;
    if ((seals & NEEDED) != NEEDED) {
        errno = EPERM;
        return NULL;
    }

    /* Only now the length cannot change any more. */
    if (fstat(fd, &sb) == -1)
        return NULL;
    addr = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE,
                fd, 0);
    if (addr == MAP_FAILED)
        return NULL;
    *n = (size_t)sb.st_size;
    return addr;
}
