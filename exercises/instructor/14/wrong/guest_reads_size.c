/* SPDX-License-Identifier: 0BSD */
/* Fails: system-v.waits */
#define _GNU_SOURCE
#include "system_v.h"

#include <errno.h>
#include <sys/shm.h>
#include <time.h>

void *
system_v_host(key_t key, size_t size, int looks)
{
    struct shmid_ds ds;
    struct timespec t = {0, 10000000};
    int id = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);
    void *p;

    if (id == -1)
        return NULL;
    p = shmat(id, NULL, 0);
    if (p == (void *)-1) {
        shmctl(id, IPC_RMID, NULL);
        return NULL;
    }
    for (int i = 0; i < looks; i++) {
        if (shmctl(id, IPC_STAT, &ds) == -1) {
            int e = errno;
            shmdt(p);
            shmctl(id, IPC_RMID, NULL);
            errno = e;
            return NULL;
        }
        if (ds.shm_nattch > 1) {
            if (shmctl(id, IPC_RMID, NULL) == -1) {
                int e = errno;
                shmdt(p);
                errno = e;
                return NULL;
            }
            return p;
        }
        nanosleep(&t, NULL);
    }
    shmdt(p);
    shmctl(id, IPC_RMID, NULL);
    errno = ETIMEDOUT;
    return NULL;
}

void *
system_v_guest(key_t key, size_t *size)
{
    int id = shmget(key, *size, 0600);
    struct shmid_ds ds;
    void *p;

    if (id == -1)
        return NULL;
    p = shmat(id, NULL, 0);
    if (p == (void *)-1)
        return NULL;
    if (shmctl(id, IPC_STAT, &ds) == -1) {
        int e = errno;
        shmdt(p);
        errno = e;
        return NULL;
    }
    *size = ds.shm_segsz;
    return p;
}
