/* SPDX-License-Identifier: 0BSD */
/* Fails: memfd-pass.map-fails */
#define _GNU_SOURCE
#include "memfd_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int
make_sealed(const void *data, size_t n)
{
    int fd = memfd_create("memory",
                          MFD_CLOEXEC | MFD_ALLOW_SEALING);
    void *p;
    if (fd == -1)
        return -1;
    if (ftruncate(fd, n) == -1) {
        close(fd);
        return -1;
    }
    p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        close(fd);
        return -1;
    }
    memcpy(p, data, n);
    munmap(p, n);
    if (fcntl(fd, F_ADD_SEALS,
              F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE |
                  F_SEAL_SEAL) == -1) {
        close(fd);
        return -1;
    }
    return fd;
}

int
send_fd(int sock, int fd)
{
    char byte = 0;
    struct iovec iov = {&byte, 1};
    char buf[CMSG_SPACE(sizeof(int))];

    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = buf,
                         .msg_controllen = sizeof(buf)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &fd, sizeof(int));
    return sendmsg(sock, &msg, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

int
receive_fd(int sock)
{
    char byte;
    struct iovec iov = {&byte, 1};
    char buf[CMSG_SPACE(sizeof(int))];

    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = buf,
                         .msg_controllen = sizeof(buf)};
    struct cmsghdr *c;
    int fd;
    ssize_t r = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
    if (r == -1)
        return -1;
    c = CMSG_FIRSTHDR(&msg);
    if (r == 0 || c == NULL || c->cmsg_type != SCM_RIGHTS ||
        c->cmsg_len != CMSG_LEN(sizeof(int)) ||
        (msg.msg_flags & MSG_CTRUNC)) {
        if (c != NULL && c->cmsg_type == SCM_RIGHTS) {
            size_t k = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (size_t i = 0; i < k; i++) {
                memcpy(&fd, CMSG_DATA(c) + i * sizeof(int),
                       sizeof(int));
                close(fd);
            }
        }
        errno = EPROTO;
        return -1;
    }
    memcpy(&fd, CMSG_DATA(c), sizeof(int));
    return fd;
}

const void *
map_sealed(int fd, size_t *n)
{
    struct stat sb;
    void *p;

    int seals;

    seals = fcntl(fd, F_GET_SEALS);
    if (seals == -1)
        return NULL;
    int want = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if ((seals & want) != want) {
        errno = EPERM;
        return NULL;
    }
    fstat(fd, &sb);
    p = mmap(NULL, sb.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return NULL;
    *n = sb.st_size;
    return p;
}
