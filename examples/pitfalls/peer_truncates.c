/* SPDX-License-Identifier: 0BSD */
/*
 * peer_truncates.c - another process shrinks the object
 *
 * Usage: peer_truncates [-b | -f]
 *        -b: only the broken way; -f: only the fixed one
 *
 * A process that has an object open for writing can call
 * ftruncate(2). A reader that has checked the length and mapped
 * all of it then dies of SIGBUS, through no fault of its own. With
 * shm_open(3) only permissions help: whoever may write may also
 * shrink. The cure is an object of memfd_create(2) with
 * F_SEAL_SHRINK: from then on the kernel refuses to shrink it
 * (EPERM). If you were given the descriptor, first check the seals
 * (F_GET_SEALS), then the length (fstat(2)). (Without a seal,
 * read(2) a copy: past the end it returns 0, and raises no
 * signal.)
 *
 * Seen in: hyprwm/Hyprland issue 7518
 * Fault on purpose: SIGBUS, Non-existent physical address
 *
 * Exit status: 0 shown, 1 a call failed, 2 wrong usage.
 * Build: cc -std=c17 peer_truncates.c -o peer_truncates
 * See also: ftruncate(2), memfd_create(2), fcntl(2) (file seals);
 *           ../memfd_create.c
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE "usage: peer_truncates [-b | -f]\n"
enum { LENGTH = 4096 };
static char name[32];

static int
broken(void)
{
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    return fd;
}

static int
fixed(void)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd == -1)
        err(EXIT_FAILURE, "memfd_create: %s", name);
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL) == -1)
        err(EXIT_FAILURE, "fcntl: %s", name);
    return fd;
}

/* The signal interrupts the load, not stdio, so printf(3) is safe
   here. On return the load is repeated, and this time the signal
   kills the process, without a core file. */
static void
on_sigbus(int sig, siginfo_t *info, void *context)
{
    (void)context;
    signal(sig, SIG_DFL);
    prctl(PR_SET_DUMPABLE, 0);
    printf("  reader: SIGBUS, %s\n",
           info->si_code == BUS_ADRERR ? "BUS_ADRERR" : "other");
}

static void
show(const char *title, int (*create)(void))
{
    int fd, status;
    volatile char *addr;

    puts(title);
    fd = create();
    /* F_SEAL_SHRINK does not forbid to grow. */
    if (ftruncate(fd, LENGTH) == -1)
        err(EXIT_FAILURE, "ftruncate: %s", name);
    addr = mmap(NULL, LENGTH, PROT_READ, MAP_SHARED, fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);
    printf("  mapped: 4096 bytes, the first is %d\n", addr[0]);

    /* First the peer, and then the reader. */
    for (int i = 0; i < 2; i++) {
        pid_t pid = fork();

        if (pid == -1)
            err(EXIT_FAILURE, "fork");
        if (pid == 0) {
            if (i == 1)
                printf("  reader: reads %d\n", addr[0]);
            else if (ftruncate(fd, 0) == 0)
                puts("  peer: ftruncate to 0: done");
            else if (errno == EPERM)
                puts("  peer: ftruncate to 0: EPERM");
            else
                err(EXIT_FAILURE, "ftruncate: %s", name);
            _exit(EXIT_SUCCESS);
        }
        if (waitpid(pid, &status, 0) == -1)
            err(EXIT_FAILURE, "waitpid");
        if (status != 0 && (i == 0 || !WIFSIGNALED(status) ||
                            WTERMSIG(status) != SIGBUS))
            errx(EXIT_FAILURE, "%s: wait status %d",
                 i == 0 ? "peer" : "reader", status);
    }
    printf("  reader: %s\n",
           status == 0 ? "exit status 0" : "killed by SIGBUS");
    if (munmap((void *)addr, LENGTH) == -1 || close(fd) == -1)
        err(EXIT_FAILURE, "munmap, close: %s", name);
}

int
main(int argc, char *argv[])
{
    int way = getopt(argc, argv, "bfh");
    struct sigaction action = {.sa_sigaction = on_sigbus,
                               .sa_flags = SA_SIGINFO};

    if (way == '?' || optind < argc) {
        if (way != '?')
            warnx("expected no arguments");
        fputs(USAGE, stderr);
        exit(2);
    }
    /* Else printf(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (way == 'h')
        fputs(USAGE, stdout);
    if (sigaction(SIGBUS, &action, NULL) == -1)
        err(EXIT_FAILURE, "sigaction");
    snprintf(name, sizeof(name), "/peer.%ld", (long)getpid());
    if (way == 'b' || way == -1)
        show("broken: an object of shm_open, which a writer may "
             "shrink",
             broken);
    if (way == 'f' || way == -1)
        show("fixed: an object of memfd_create, sealed", fixed);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
