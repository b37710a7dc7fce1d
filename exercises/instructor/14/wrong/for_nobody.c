/* SPDX-License-Identifier: 0BSD */
/* Fails: system-v.mode */
#define _GNU_SOURCE
#include "system_v.h"

#include <errno.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <time.h>

/* Returns 0 when a guest has come, or an error. */
static int
wait_for_guest(int id, int looks)
{
    struct timespec pause = {.tv_nsec = 10000000};
    struct shmid_ds ds;

    for (int i = 0; i < looks; i++) {
        if (shmctl(id, IPC_STAT, &ds) == -1)
            return errno;
        if (ds.shm_nattch > 1)
            return 0;
        nanosleep(&pause, NULL);
    }
    return ETIMEDOUT;
}

void *
system_v_host(key_t key, size_t size, int looks)
{
    int error, id = shmget(key, size, IPC_CREAT | IPC_EXCL);
    void *addr;

    if (id == -1)
        return NULL;
    addr = shmat(id, NULL, 0);
    error = addr == (void *)-1 ? errno : wait_for_guest(id, looks);

    /* In any case. Those who are attached keep the memory. */
    if (shmctl(id, IPC_RMID, NULL) == -1 && error == 0)
        error = errno;
    if (error == 0)
        return addr;
    if (addr != (void *)-1)
        shmdt(addr);
    errno = error;
    return NULL;
}

void *
system_v_guest(key_t key, size_t *size)
{
    int error, id = shmget(key, 0, 0);
    void *addr;
    struct shmid_ds ds;

    if (id == -1)
        return NULL;
    addr = shmat(id, NULL, 0);
    if (addr == (void *)-1)
        return NULL;
    if (shmctl(id, IPC_STAT, &ds) == -1) {
        error = errno;
        shmdt(addr);
        errno = error;
        return NULL;
    }
    *size = ds.shm_segsz;
    return addr;
}
