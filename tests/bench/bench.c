/* SPDX-License-Identifier: 0BSD */
/*
 * bench.c - the two processes of a benchmark, and its clock
 *
 * See also: prctl(2) (PR_SET_PDEATHSIG), sched_setaffinity(2),
 *           getrusage(2), clock_gettime(2); bench.h
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "bench.h"
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What a process has used since bench_start(). */
struct used {
    double cpu;
    long switches, memory;
};

/* In memory that both processes have. */
struct common {
    /* How many have come to bench_start(). */
    _Atomic int there;

    /* Posted by the parent when all is measured. The child waits
       for it, so that its end does not disturb. */
    sem_t leave;

    /* Stored by the child before it waits, read by the parent when
       the child has ended. */
    struct used child;

    /* And what has arrived there, if it is the consumer. */
    uint64_t arrived;
    struct sum sum;
};

static struct common *common;

static pid_t child = -1;

/* Set by bench_stop(). */
static struct used used;

void (*bench_cleanup)(void);

static void
clean_up(void)
{
    if (bench_cleanup != NULL)
        bench_cleanup();
}

static void
end(int sig)
{
    static const char line[] = "the child has ended too early\n";

    clean_up();
    if (sig == SIGCHLD)
        _exit(write(2, line, sizeof(line) - 1) == -1 ? 2 : 1);
    signal(sig, SIG_DFL);
    raise(sig);
}

static void
on_signal(int sig, void (*handler)(int))
{
    struct sigaction act = {.sa_handler = handler,
                            .sa_flags = SA_NOCLDSTOP};

    if (sigaction(sig, &act, NULL) == -1)
        err(EXIT_FAILURE, "sigaction");
}

static void
mask_signals(int how)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(how, &set, NULL) == -1)
        err(EXIT_FAILURE, "sigprocmask");
}

void
bench_begin(struct bench *b)
{
    mask_signals(SIG_BLOCK);
    on_signal(SIGINT, end);
    on_signal(SIGTERM, end);
    on_signal(SIGHUP, end);
    if (atexit(clean_up) != 0)
        errx(EXIT_FAILURE, "atexit: failed");

    b->samples = bench_buffer(b->trips * sizeof(b->samples[0]));
    common = bench_shared(sizeof(*common));
    if (sem_init(&common->leave, 1, 0) == -1)
        err(EXIT_FAILURE, "sem_init");
}

void *
bench_buffer(size_t length)
{
    void *addr = mmap(NULL, length, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    memset(addr, 1, length);
    return addr;
}

void *
bench_shared(size_t length)
{
    char name[32];
    int fd;
    void *addr;

    /* The child will inherit the mapping: the name can go. */
    snprintf(name, sizeof(name), "/bench.%jd", (intmax_t)getpid());
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (shm_unlink(name) == -1)
        err(EXIT_FAILURE, "shm_unlink: %s", name);
    errno = posix_fallocate(fd, 0, (off_t)length);
    if (errno != 0)
        err(EXIT_FAILURE, "posix_fallocate: %s", name);
    addr = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED,
                fd, 0);
    if (addr == MAP_FAILED)
        err(EXIT_FAILURE, "mmap: %s", name);
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);
    bench_touch(addr, length);
    return addr;
}

void
bench_touch(const void *addr, size_t length)
{
    const volatile char *p = addr;

    for (size_t i = 0; i < length; i += 4096)
        (void)p[i];
}

bool
bench_fork(struct bench *b)
{
    bool is_child;
    cpu_set_t set;
    int cpu;
    pid_t parent = getpid();

    on_signal(SIGCHLD, end);
    child = fork();
    if (child == -1)
        err(EXIT_FAILURE, "fork");
    is_child = child == 0;

    /* The parent may have died before the child asked for this. */
    if (is_child && (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1 ||
                     getppid() != parent))
        errx(EXIT_FAILURE, "the parent has ended");

    cpu = b->cpu[is_child ? 0 : 1];
    if (cpu != -1) {
        CPU_ZERO(&set);
        CPU_SET((size_t)cpu, &set);
        if (sched_setaffinity(0, sizeof(set), &set) == -1)
            err(EXIT_FAILURE, "sched_setaffinity: %d", cpu);
    }
    return is_child;
}

uint64_t
bench_now(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_MONOTONIC, &t) == -1)
        err(EXIT_FAILURE, "clock_gettime");
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void
bench_start(struct bench *b)
{
    mask_signals(SIG_UNBLOCK);

    /* Both stay awake: if one had to be woken up, this would be
       measured with the first message. */
    atomic_fetch_add(&common->there, 1);
    while (child != -1 && atomic_load(&common->there) < 2)
        sched_yield();
    if (getrusage(RUSAGE_SELF, &b->usage) == -1)
        err(EXIT_FAILURE, "getrusage");
    b->start = bench_now();
}

void
bench_sample(struct bench *b)
{
    uint64_t took = bench_now() - b->sent_at;

    b->samples[b->done++] = took < UINT32_MAX ? (uint32_t)took
                                              : UINT32_MAX;
}

static double
seconds(const struct timeval *t)
{
    return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

void
bench_stop(struct bench *b)
{
    char line[128];
    struct rusage now, *old = &b->usage;
    FILE *fp;

    b->stop = bench_now();
    if (getrusage(RUSAGE_SELF, &now) == -1)
        err(EXIT_FAILURE, "getrusage");
    used.cpu = seconds(&now.ru_utime) + seconds(&now.ru_stime) -
               seconds(&old->ru_utime) - seconds(&old->ru_stime);
    used.switches = now.ru_nvcsw + now.ru_nivcsw - old->ru_nvcsw -
                    old->ru_nivcsw;

    /* Not ru_maxrss, which still knows what ran before execve(2).
     */
    fp = fopen("/proc/self/status", "re");
    if (fp == NULL)
        err(EXIT_FAILURE, "/proc/self/status");
    while (fgets(line, sizeof(line), fp) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            used.memory = strtol(line + 6, NULL, 10);
    if (fclose(fp) == EOF)
        err(EXIT_FAILURE, "/proc/self/status");
}

void
bench_leave(struct bench *b)
{
    bench_stop(b);
    common->child = used;
    common->arrived = b->arrived;
    common->sum = b->sum;
    while (sem_wait(&common->leave) == -1)
        if (errno != EINTR)
            err(EXIT_FAILURE, "sem_wait");
    _exit(EXIT_SUCCESS);
}

static int
by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

void
bench_report(struct bench *b)
{
    static const unsigned int percent[] = {1, 25, 50, 75, 99};
    int status = 0;

    if (b->stop == 0)
        bench_stop(b);
    on_signal(SIGCHLD, SIG_DFL);
    if (child != -1) {
        if (sem_post(&common->leave) == -1)
            err(EXIT_FAILURE, "sem_post");
        if (waitpid(child, &status, 0) == -1)
            err(EXIT_FAILURE, "waitpid");
        if (status != 0)
            errx(EXIT_FAILURE, "child: wait status %#x",
                 (unsigned int)status);
    }

    if (common->arrived > 0) {
        b->arrived = common->arrived;
        b->sum = common->sum;
    }
    if (b->arrived > 0)
        printf("bytes=%" PRIu64 " checksum=%016" PRIx64 " ",
               b->arrived, sum_value(&b->sum));
    if (b->sent_at != 0) {
        printf("trips=%lu ", b->trips);
        qsort(b->samples, b->trips, sizeof(uint32_t), by_value);
        for (size_t i = 0; i < sizeof(percent) / sizeof(*percent);
             i++)
            printf("p%u=%" PRIu32 " ", percent[i],
                   b->samples[(b->trips - 1) * percent[i] / 100]);
    }
    printf("seconds=%.9f cpu=%.6f switches=%ld memory=%ld\n",
           (double)(b->stop - b->start) / 1e9,
           used.cpu + common->child.cpu,
           used.switches + common->child.switches,
           used.memory + common->child.memory);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
