/* SPDX-License-Identifier: 0BSD */
/*
 * memfd_create.c - shared memory without a name, handed over
 *
 * Usage: memfd_create
 *
 * memfd_create(2) makes an object that no directory holds: its
 * argument is only a label, shown in /proc/PID/fd. So there is no
 * name to clash, to guess or to leave behind, and a process that is
 * to share it must be handed the descriptor. Here a child makes it
 * and sends it over a Unix domain socket. The receiver is the
 * parent, which was there before the object and inherits nothing of
 * it. The sender has ended by the time it receives; still the
 * object lives, in the socket. Watch the seals: once set, nobody
 * can write to the object or change its size, so the receiver need
 * not trust the sender. It checks the seals first, and only then
 * the size.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 memfd_create.c -o memfd_create
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: memfd_create(2), fcntl(2) (file seals), unix(7),
 *           cmsg(3); shm_open.c, fork.c
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };
enum { LENGTH = 20 };

static _Noreturn void
usage(int status)
{
    fputs("usage: memfd_create\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* A message that carries one descriptor and no data. A sequenced-
   packet socket allows that; over SOCK_STREAM at least one byte of
   data must go with it (unix(7)). */
static _Alignas(size_t) char control[CMSG_SPACE(sizeof(int))];
static struct msghdr msg = {.msg_control = control,
                            .msg_controllen = sizeof(control)};

static void
report(const char *attempt, ssize_t result)
{
    printf("sender: %s: %s\n", attempt,
           result != -1     ? "done"
           : errno == EBUSY ? "EBUSY"
           : errno == EPERM ? "EPERM"
                            : strerror(errno));
}

static _Noreturn void
close_and_exit(int fd, const int sock[2])
{
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: memfd");
    if (close(sock[0]) == -1 || close(sock[1]) == -1)
        err(EXIT_FAILURE, "close: socketpair");
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}

static _Noreturn void
sender(const int sock[2])
{
    int fd = memfd_create("demo", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    char *addr;
    struct cmsghdr *header = CMSG_FIRSTHDR(&msg);

    if (fd == -1)
        err(EXIT_FAILURE, "memfd_create: demo");
    if (ftruncate(fd, LENGTH) == -1)
        err(EXIT_FAILURE, "ftruncate: memfd");
    addr = mmap(NULL, LENGTH, PROT_WRITE, MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: memfd");
    memcpy(addr, "sealed and delivered", LENGTH);

    /* A writable mapping would be a way round the seal. */
    report("seal while mapped", fcntl(fd, F_ADD_SEALS, SEALS));
    if (munmap(addr, LENGTH) == -1)
        err(EXIT_FAILURE, "munmap: memfd");
    report("seal", fcntl(fd, F_ADD_SEALS, SEALS));
    report("shrink", ftruncate(fd, 0));
    report("grow", ftruncate(fd, 4096));
    report("write", write(fd, "!", 1));

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(fd));
    memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    if (sendmsg(sock[1], &msg, MSG_NOSIGNAL) == -1)
        err(EXIT_FAILURE, "sendmsg");
    close_and_exit(fd, sock);
}

int
main(int argc, char *argv[])
{
    int fd, opt, seals, status, sock[2];
    char *addr;
    pid_t pid;
    struct cmsghdr *header;
    struct stat sb;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 0) {
        warnx("expected no arguments");
        usage(2);
    }

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    /* Nothing but this socket is to connect the two processes. */
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sock) == -1)
        err(EXIT_FAILURE, "socketpair");
    pid = fork();
    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0)
        sender(sock);

    /* A sender that fails says why, unless it is killed. */
    if (waitpid(pid, &status, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    if (WIFSIGNALED(status))
        errx(EXIT_FAILURE, "sender: signal %d", WTERMSIG(status));
    if (status != 0)
        exit(EXIT_FAILURE);

    if (recvmsg(sock[0], &msg, MSG_CMSG_CLOEXEC) == -1)
        err(EXIT_FAILURE, "recvmsg");
    header = CMSG_FIRSTHDR(&msg);
    if (header == NULL || header->cmsg_level != SOL_SOCKET ||
        header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof(fd)))
        errx(EXIT_FAILURE, "recvmsg: no descriptor came");
    memcpy(&fd, CMSG_DATA(header), sizeof(fd));

    seals = fcntl(fd, F_GET_SEALS);
    if (seals == -1 || (seals & SEALS) != SEALS)
        errx(EXIT_FAILURE, "fcntl: memfd: seals are missing");

    /* Sealed: the size that we see now is the size it will keep. */
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: memfd");
    if (sb.st_size < LENGTH)
        errx(EXIT_FAILURE, "fstat: memfd: too short");
    addr = mmap(NULL, LENGTH, PROT_READ, MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: memfd");
    printf("receiver: links %lu, reads: %.*s\n",
           (unsigned long)sb.st_nlink, LENGTH, addr);
    if (munmap(addr, LENGTH) == -1)
        err(EXIT_FAILURE, "munmap: memfd");
    close_and_exit(fd, sock);
}
