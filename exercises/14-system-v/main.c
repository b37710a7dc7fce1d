/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around the two functions: see README.md
 *
 * Usage: system_v host KEY SIZE [LOOKS]
 *        system_v guest KEY TEXT
 *
 * The guest leaves TEXT in the segment, where the host reads it.
 * KEY is a number, in hexadecimal with 0x before it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <time.h>

#include "gate.h"
#include "system_v.h"

enum { LOOKS = 6000 };

/* The first byte: set by the guest when the others, a text, are
   there, and to zero again by the host when it has read them. Waits
   until it is so, ten seconds at most. */
static int
wait_until(char *data, int set)
{
    struct timespec pause = {.tv_nsec = 10000000};

    for (int i = 0; i < 1000; i++) {
        if (atomic_load((atomic_char *)data) == set)
            return 1;
        nanosleep(&pause, NULL);
    }
    return 0;
}

static void
host(key_t key, size_t size, int looks)
{
    char *data = system_v_host(key, size, looks);

    gate_pointer(GATE_RETURNED, data);
    if (data == NULL)
        err(EXIT_FAILURE, "system_v_host: 0x%x", (unsigned int)key);
    puts("a guest has come");
    if (size > 1 && wait_until(data, 1)) {
        printf("it says: %.*s\n", (int)(size - 1), data + 1);
        atomic_store((atomic_char *)data, 0);
    }
    if (shmdt(data) == -1)
        err(EXIT_FAILURE, "shmdt");
}

static void
guest(key_t key, const char *text)
{
    size_t size = SIZE_MAX;
    char *data = system_v_guest(key, &size);

    gate_pointer(GATE_RETURNED, data);
    gate(GATE_INSIDE, (long)size);
    if (data == NULL)
        err(EXIT_FAILURE, "system_v_guest: 0x%x",
            (unsigned int)key);
    printf("%zu bytes\n", size);
    if (size > 1) {
        strncpy(data + 1, text, size - 1);
        atomic_store((atomic_char *)data, 1);
    }
    gate(GATE_LEAVE, 0);
    if (size > 1)
        wait_until(data, 0);
    if (shmdt(data) == -1)
        err(EXIT_FAILURE, "shmdt");
}

int
main(int argc, char *argv[])
{
    const char *role = argc >= 4 ? argv[1] : "";
    key_t key = 0;

    gate(GATE_BEGIN, 0);
    if (argc >= 4)
        key = (key_t)strtoul(argv[2], NULL, 0);
    if (argc == 4 && strcmp(role, "host") == 0)
        host(key, strtoul(argv[3], NULL, 10), LOOKS);
    else if (argc == 5 && strcmp(role, "host") == 0)
        host(key, strtoul(argv[3], NULL, 10), atoi(argv[4]));
    else if (argc == 4 && strcmp(role, "guest") == 0)
        guest(key, argv[3]);
    else
        errx(2, "usage: system_v host KEY SIZE [LOOKS]\n"
                "       system_v guest KEY TEXT");
    exit(EXIT_SUCCESS);
}
