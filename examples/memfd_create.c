/* SPDX-License-Identifier: 0BSD */
/*
 * memfd_create.c - shared memory without a name, sealed and handed
 * over
 *
 * Usage: memfd_create
 *
 * memfd_create(2) makes an object that never has a name, so there
 * is none to clash, to guess or to leave behind; who shall share it
 * must be handed the descriptor. Here a receiver, a process that
 * inherits nothing of it, gets it over a Unix domain socket. Watch
 * the seals: once set, nobody can write to the object or change its
 * size, so the receiver needs not trust the sender. It checks the
 * seals first, and only then the size.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 memfd_create.c -o memfd_create
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: memfd_create(2), fcntl(2) (file seals), unix(7),
 * cmsg(3); shm_open.c, fork.c
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static const char message[] = "sealed and delivered";

static _Noreturn void
usage(int status)
{
    fputs("usage: memfd_create\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF)
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* A message of one byte, with room for one descriptor beside it. */
static char byte;
static struct iovec iov = {.iov_base = &byte, .iov_len = 1};
static union {
    char space[CMSG_SPACE(sizeof(int))];
    struct cmsghdr header;
} control;
static struct msghdr msg = {.msg_iov = &iov,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof(control)};

static void
send_fd(int sock, int fd)
{
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(fd));
    memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));

    /* MSG_NOSIGNAL: a receiver that has died is EPIPE, not SIGPIPE.
     */
    if (sendmsg(sock, &msg, MSG_NOSIGNAL) == -1)
        err(EXIT_FAILURE, "sendmsg");
}

/* The kernel gives the receiver a descriptor of its own, with
   another number, for the same open file. */
static int
receive_fd(int sock)
{
    int fd;
    ssize_t n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);

    if (n == -1)
        err(EXIT_FAILURE, "recvmsg");
    if (n == 0 || CMSG_FIRSTHDR(&msg) == NULL ||
        control.header.cmsg_type != SCM_RIGHTS ||
        control.header.cmsg_len != CMSG_LEN(sizeof(fd)))
        errx(EXIT_FAILURE, "recvmsg: no descriptor came");
    memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
    return fd;
}

static void
receiver(int sock)
{
    int fd, seals;
    char *addr;
    struct stat sb;

    fd = receive_fd(sock);
    seals = fcntl(fd, F_GET_SEALS);
    if (seals == -1)
        err(EXIT_FAILURE, "fcntl: F_GET_SEALS");
    if ((seals & SEALS) != SEALS)
        errx(EXIT_FAILURE, "memfd: seals are missing");

    /* Sealed: the size that we see now is the size it will keep. */
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: memfd");
    addr = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_SHARED, fd,
                0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: memfd");
    printf("receiver: links %ju, reads: %.*s\n",
           (uintmax_t)sb.st_nlink, (int)sb.st_size, addr);
    if (munmap(addr, (size_t)sb.st_size) == -1)
        err(EXIT_FAILURE, "munmap: memfd");
    if (close(fd) == -1 || close(sock) == -1)
        err(EXIT_FAILURE, "close: memfd");
    if (ferror(stdout) || fflush(stdout) == EOF)
        err(EXIT_FAILURE, "stdout");
}

/* Prints how an attempt that the seals should stop went. */
static void
attempt(const char *what, int result, int expected,
        const char *error)
{
    if (result != -1 || errno != expected)
        err(EXIT_FAILURE, "%s: not %s", what, error);
    printf("sender: %s: %s\n", what, error);
}

static int
make_memfd(void)
{
    int fd;
    char *addr;

    fd = memfd_create("demo", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd == -1)
        err(EXIT_FAILURE, "memfd_create");
    if (ftruncate(fd, sizeof(message) - 1) == -1)
        err(EXIT_FAILURE, "ftruncate: memfd");
    addr = mmap(NULL, sizeof(message) - 1, PROT_READ | PROT_WRITE,
                MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: memfd");
    memcpy(addr, message, sizeof(message) - 1);

    /* A writable mapping would be a way round the seal. */
    attempt("seal while mapped writable",
            fcntl(fd, F_ADD_SEALS, SEALS), EBUSY, "EBUSY");
    if (munmap(addr, sizeof(message) - 1) == -1)
        err(EXIT_FAILURE, "munmap: memfd");
    if (fcntl(fd, F_ADD_SEALS, SEALS) == -1)
        err(EXIT_FAILURE, "fcntl: F_ADD_SEALS");

    attempt("shrink", ftruncate(fd, 0), EPERM, "EPERM");
    attempt("grow", ftruncate(fd, 4096), EPERM, "EPERM");
    attempt("write", (int)write(fd, "!", 1), EPERM, "EPERM");
    return fd;
}

int
main(int argc, char *argv[])
{
    int fd, opt, status;
    int sock[2];
    pid_t pid;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 0) {
        warnx("expected no arguments");
        usage(2);
    }

    /* The object must not become a standard descriptor. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    /* The receiver starts before the object exists; all it has is
       an end of a socket, as after connect(2) to a path. */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock) ==
        -1)
        err(EXIT_FAILURE, "socketpair");
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0) {
        close(sock[0]);
        receiver(sock[1]);
        _exit(EXIT_SUCCESS);
    }
    if (close(sock[1]) == -1)
        err(EXIT_FAILURE, "close: socket");

    fd = make_memfd();
    if (ferror(stdout) || fflush(stdout) == EOF)
        err(EXIT_FAILURE, "stdout");
    send_fd(sock[0], fd);
    if (close(fd) == -1 || close(sock[0]) == -1)
        err(EXIT_FAILURE, "close: memfd");

    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    exit(status == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}
