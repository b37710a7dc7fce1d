/* SPDX-License-Identifier: 0BSD */
/*
 * platform.c - asks a platform for what some programs rest on
 *
 * Usage: platform QUESTION
 *
 * Exit status: 0 the platform can do it; 1 it cannot; 2 the answer
 * could not be found out, which a line on standard error explains.
 *
 * Each question is the shortest way to one that a program of ours
 * asks, and has nothing else in common with it: if the answer is
 * no, the fault is not in the program. See tests/portability.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { UNKNOWN = 2 };

/* Does a robust mutex tell that its owner has died? */
static bool
robust(void)
{
    pid_t pid;
    pthread_mutexattr_t attr;
    struct {
        pthread_mutex_t mutex;
    } * shared;

    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        err(UNKNOWN, "mmap");
    if (pthread_mutexattr_init(&attr) != 0 ||
        pthread_mutexattr_setpshared(&attr,
                                     PTHREAD_PROCESS_SHARED) ||
        pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) ||
        pthread_mutex_init(&shared->mutex, &attr) != 0)
        errx(UNKNOWN, "pthread_mutex_init");

    pid = fork();
    if (pid == -1)
        err(UNKNOWN, "fork");
    if (pid == 0)
        _exit(pthread_mutex_lock(&shared->mutex));
    if (waitpid(pid, NULL, 0) == -1)
        err(UNKNOWN, "waitpid");
    return pthread_mutex_trylock(&shared->mutex) == EOWNERDEAD;
}

/* Does a message without data, but with a descriptor, arrive? */
static bool
no_data(void)
{
    int sock[2];
    _Alignas(size_t) char control[CMSG_SPACE(sizeof(int))] = {0};
    struct msghdr msg = {.msg_control = control,
                         .msg_controllen = sizeof(control)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&msg);

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sock) == -1)
        err(UNKNOWN, "socketpair");
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &sock[0], sizeof(int));
    if (sendmsg(sock[1], &msg, 0) == -1)
        err(UNKNOWN, "sendmsg");

    memset(control, 0, sizeof(control));
    if (recvmsg(sock[0], &msg, MSG_CMSG_CLOEXEC) == -1)
        err(UNKNOWN, "recvmsg");
    return header->cmsg_type == SCM_RIGHTS;
}

/* Has a file of /proc a line with such a text in it? */
static bool
says(FILE *file, const char *text)
{
    char line[4096];

    if (file == NULL)
        err(UNKNOWN, "/proc/self");
    while (fgets(line, sizeof(line), file) != NULL)
        if (strstr(line, text) != NULL)
            return true;
    return false;
}

/* Does /proc/self/maps show what is mapped after it was opened? */
static bool
live_maps(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    int fd = memfd_create("new mapping", 0);

    if (fd == -1 || ftruncate(fd, 1) == -1)
        err(UNKNOWN, "memfd_create");
    if (mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
        err(UNKNOWN, "mmap");
    return says(maps, "new mapping");
}

/* Is the library there that LD_PRELOAD asks for? */
static bool
preload(void)
{
    return says(fopen("/proc/self/maps", "r"), "/shm_open.so");
}

/* Are we the only thread of our process? Else its state in /proc is
   not ours alone, and it may not leave its user namespace. */
static bool
one_thread(void)
{
    return says(fopen("/proc/self/status", "r"), "Threads:\t1\n");
}

/* Does shmctl(2) report the mode that shmget(2) was given? */
static bool
shm_mode(void)
{
    int id = shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
    struct shmid_ds segment;

    if (id == -1 || shmctl(id, IPC_STAT, &segment) == -1 ||
        shmctl(id, IPC_RMID, NULL) == -1)
        err(UNKNOWN, "shmget, shmctl");
    return (segment.shm_perm.mode & 0777) == 0600;
}

int
main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        bool (*ask)(void);
    } questions[] = {
        {"robust", robust},       {"no_data", no_data},
        {"live_maps", live_maps}, {"preload", preload},
        {"shm_mode", shm_mode},   {"one_thread", one_thread}};

    for (size_t i = 0; i < sizeof(questions) / sizeof(*questions);
         i++)
        if (argc == 2 && strcmp(argv[1], questions[i].name) == 0)
            exit(questions[i].ask() ? EXIT_SUCCESS : EXIT_FAILURE);
    fputs("usage: platform QUESTION\n", stderr);
    exit(UNKNOWN);
}
