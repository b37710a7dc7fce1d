/* SPDX-License-Identifier: 0BSD */
/* The memory is filled through a mapping, the seals come one by
   one, and close-on-exec comes afterwards. What is received has
   room. */
#define _GNU_SOURCE
#include "memfd_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FDS_MAX = 253 };

int
make_sealed(const void *data, size_t n)
{
    static const int seals[] = {F_SEAL_GROW, F_SEAL_SHRINK,
                                F_SEAL_WRITE, F_SEAL_SEAL};
    int error, fd = memfd_create("sealed", MFD_ALLOW_SEALING);
    void *addr;

    if (fd == -1)
        return -1;
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
        goto fail;
    errno = posix_fallocate(fd, 0, (off_t)n);
    if (errno != 0)
        goto fail;
    addr = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        goto fail;
    memcpy(addr, data, n);
    if (munmap(addr, n) == -1)
        goto fail;
    for (int i = 0; i < 4; i++)
        if (fcntl(fd, F_ADD_SEALS, seals[i]) == -1)
            goto fail;
    return fd;
fail:
    error = errno;
    close(fd);
    errno = error;
    return -1;
}

int
send_fd(int sock, int fd)
{
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr cmsg;
    } control = {.cmsg = {.cmsg_level = SOL_SOCKET,
                          .cmsg_type = SCM_RIGHTS,
                          .cmsg_len = CMSG_LEN(sizeof(int))}};
    struct iovec iov = {.iov_base = (char[]){'!'}, .iov_len = 1};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = &control,
                         .msg_controllen = sizeof(control.space)};
    ssize_t n;

    memcpy(CMSG_DATA(&control.cmsg), &fd, sizeof(int));
    do
        n = sendmsg(sock, &msg, MSG_NOSIGNAL);
    while (n == -1 && errno == EINTR);
    return n == -1 ? -1 : 0;
}

int
receive_fd(int sock)
{
    union {
        char space[CMSG_SPACE(FDS_MAX * sizeof(int))];
        struct cmsghdr cmsg;
    } control;
    char byte;
    struct iovec iov = {&byte, 1};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = &control,
                         .msg_controllen = sizeof(control.space)};
    struct cmsghdr *cmsg;
    int found = -1, many = 0;
    ssize_t n;

    do
        n = recvmsg(sock, &msg, 0);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        return -1;
    for (cmsg = CMSG_FIRSTHDR(&msg); cmsg != NULL;
         cmsg = CMSG_NXTHDR(&msg, cmsg)) {
        size_t used = CMSG_LEN(0);

        if (cmsg->cmsg_level != SOL_SOCKET ||
            cmsg->cmsg_type != SCM_RIGHTS)
            continue;
        for (; used < cmsg->cmsg_len; used += sizeof(int)) {
            if (found != -1) {
                close(found);
                many = 1;
            }
            memcpy(&found, (char *)cmsg + used, sizeof(int));
        }
    }
    if (found != -1 && !many && (msg.msg_flags & MSG_CTRUNC) == 0 &&
        fcntl(found, F_SETFD, FD_CLOEXEC) == 0)
        return found;
    if (found != -1)
        close(found);
    errno = EPROTO;
    return -1;
}

/* Maps it first, and looks afterwards whether all was well. */
const void *
map_sealed(int fd, size_t *n)
{
    struct stat before, after = {0};
    const int needed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    void *addr = MAP_FAILED;
    int seals, error = 0, mmap_error = EINVAL;

    if (fstat(fd, &before) == -1)
        return NULL;
    if (before.st_size > 0) {
        addr = mmap(NULL, (size_t)before.st_size, PROT_READ,
                    MAP_PRIVATE, fd, 0);
        mmap_error = errno;
    }
    seals = fcntl(fd, F_GET_SEALS);
    if (seals == -1 || fstat(fd, &after) == -1)
        error = errno;
    else if ((seals & needed) != needed ||
             after.st_size != before.st_size)
        error = EPERM;
    else if (addr == MAP_FAILED)
        error = mmap_error;
    if (error == 0) {
        *n = (size_t)after.st_size;
        return addr;
    }
    if (addr != MAP_FAILED)
        munmap(addr, (size_t)before.st_size);
    errno = error;
    return NULL;
}
