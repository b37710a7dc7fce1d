/* SPDX-License-Identifier: 0BSD */
/*
 * shmget.c - System V shared memory beside POSIX shared memory
 *
 * Usage: shmget
 *
 * Takes a segment and an object through the same life, step by
 * step. Watch where they differ. A key is a number that two
 * programs must agree on (ftok(3) makes one from a file, and may
 * make the same one from another); a name is a name. shmget(2)
 * fixes the size and ignores the umask. A segment has calls of its
 * own for everything; an object is a file and takes the ordinary
 * ones. Both live on when they are removed in use: a segment until
 * the last shmdt(2), an object until the last munmap(2) and the
 * last close(2).
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 shmget.c -o shmget
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: shmget(2), shmop(2), shmctl(2), ftok(3), sysvipc(7),
 *           ipcs(1), ipcrm(1); shm_open.c, persistence.c, dev_shm.c
 */
#define _XOPEN_SOURCE 700
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LENGTH = 10000 };

static char name[32];
static int id = -1;

static _Noreturn void
usage(int status)
{
    fputs("usage: shmget\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Ends the program and leaves neither segment nor object behind. */
static _Noreturn void
fail(const char *call)
{
    warn("%s: %s", call, name);
    if (id != -1)
        shmctl(id, IPC_RMID, NULL);
    shm_unlink(name);
    exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
    int fd, opt, row = -1;
    char path[64], *segment, *object;
    FILE *list;
    key_t key = (key_t)getpid();
    struct shmid_ds ds;
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

    snprintf(name, sizeof(name), "/shmget.%jd", (intmax_t)key);
    snprintf(path, sizeof(path), "/dev/shm%s", name);
    umask(077);
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0644);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    id = shmget(key, LENGTH, IPC_CREAT | IPC_EXCL | 0644);
    if (id == -1)
        fail("shmget");

    /* After ftruncate(2), a store might find no memory: SIGBUS. */
    errno = posix_fallocate(fd, 0, LENGTH);
    if (errno != 0)
        fail("posix_fallocate");
    segment = shmat(id, NULL, 0);
    if (segment == (void *)-1)
        fail("shmat");
    object = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED,
                  fd, 0);
    if (object == MAP_FAILED)
        fail("mmap");
    snprintf(segment, LENGTH, "hello");
    snprintf(object, LENGTH, "hello");

    if (shmctl(id, IPC_STAT, &ds) == -1)
        fail("shmctl");

    if (stat(path, &sb) == -1)
        fail("stat");

    /* After a heading, each line begins with a key and an id. */
    list = fopen("/proc/sysvipc/shm", "r");
    if (list == NULL)
        fail("fopen: /proc/sysvipc/shm");
    while (row != id && fscanf(list, "%*[^\n] %*d %d", &row) == 1)
        continue;
    if (ferror(list) || fclose(list) == EOF)
        fail("fclose: /proc/sysvipc/shm");

    printf("             System V           POSIX\n");
    printf("size         %-18zu %jd\n", ds.shm_segsz,
           (intmax_t)sb.st_size);
    printf("0644 gives   %-18.4o %.4o\n",
           (unsigned int)ds.shm_perm.mode & 0777,
           (unsigned int)sb.st_mode & 0777);
    printf("attached     %-18lu not counted\n", ds.shm_nattch);
    printf("listed in    %-18s /dev/shm\n",
           row == id ? "/proc/sysvipc/shm" : "nowhere");

    if (shmctl(id, IPC_RMID, NULL) == -1)
        fail("shmctl");
    if (shm_unlink(name) == -1)
        fail("shm_unlink");
    printf("removed      %-18s %s\n",
           shmget(key, 0, 0) == -1 ? "no such key" : "still there",
           access(path, F_OK) == -1 ? "no such name"
                                    : "still there");
    printf("still reads  %-18s %s\n", segment, object);

    if (shmdt(segment) == -1)
        fail("shmdt");
    if (munmap(object, LENGTH) == -1)
        fail("munmap");
    if (fstat(fd, &sb) == -1)
        fail("fstat");
    printf("unmapped     %-18s fstat: still %jd bytes\n",
           shmctl(id, IPC_STAT, &ds) == -1 ? "gone" : "still there",
           (intmax_t)sb.st_size);
    if (close(fd) == -1)
        fail("close");
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
