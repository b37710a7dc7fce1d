/* SPDX-License-Identifier: 0BSD */
/* The host attaches when the guest has come, and sleeps in poll(2);
   the guest asks for the size before it attaches. */
#define _GNU_SOURCE
#include "system_v.h"

#include <errno.h>
#include <poll.h>
#include <sys/ipc.h>
#include <sys/shm.h>

static void *
remove_it(int id, void *addr)
{
    int error = errno;

    if (shmctl(id, IPC_RMID, NULL) == -1 && addr != NULL) {
        error = errno;
        shmdt(addr);
        addr = NULL;
    }
    errno = error;
    return addr;
}

void *
system_v_host(key_t key, size_t size, int looks)
{
    struct shmid_ds ds = {.shm_nattch = 0};
    int id = shmget(key, size, 0600 | IPC_EXCL | IPC_CREAT);
    void *addr;

    if (id == -1)
        return NULL;
    for (;;) {
        if (shmctl(id, IPC_STAT, &ds) == -1)
            return remove_it(id, NULL);
        if (ds.shm_nattch > 0)
            break;
        if (--looks <= 0) {
            errno = ETIMEDOUT;
            return remove_it(id, NULL);
        }
        poll(NULL, 0, 10);
    }
    addr = shmat(id, NULL, 0);
    return remove_it(id, addr == (void *)-1 ? NULL : addr);
}

void *
system_v_guest(key_t key, size_t *size)
{
    struct shmid_ds ds;
    int id = shmget(key, 0, 0600);
    void *addr;

    if (id == -1 || shmctl(id, IPC_STAT, &ds) == -1)
        return NULL;
    addr = shmat(id, NULL, 0);
    if (addr == (void *)-1)
        return NULL;
    *size = ds.shm_segsz;
    return addr;
}
