/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around the two functions: see README.md
 *
 * Usage: shm_open open DIR NAME FLAGS [MODE [UMASK]]
 *        shm_open unlink DIR NAME
 *
 * FLAGS: r or w (O_RDONLY or O_RDWR), c (O_CREAT), x (O_EXCL), t
 * (O_TRUNC). MODE and UMASK are octal.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gate.h"
#include "shm_open.h"

static int
flags_of(const char *letters)
{
    int oflag = strchr(letters, 'w') != NULL ? O_RDWR : O_RDONLY;

    if (strchr(letters, 'c') != NULL)
        oflag |= O_CREAT;
    if (strchr(letters, 'x') != NULL)
        oflag |= O_EXCL;
    if (strchr(letters, 't') != NULL)
        oflag |= O_TRUNC;
    return oflag;
}

static void
open_object(const char *dir, const char *name, int oflag,
            mode_t mode)
{
    struct stat sb;
    int fd;

    gate(GATE_ENTER, 0);
    fd = my_shm_open(dir, name, oflag, mode);
    gate(GATE_RETURNED, fd);
    if (fd == -1)
        err(EXIT_FAILURE, "my_shm_open: %s", name);
    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat");
    printf("mode %04o, %lld bytes\n", sb.st_mode & 07777U,
           (long long)sb.st_size);
}

static void
unlink_object(const char *dir, const char *name)
{
    int result;

    gate(GATE_ENTER, 0);
    result = my_shm_unlink(dir, name);
    gate(GATE_RETURNED, result);
    if (result == -1)
        err(EXIT_FAILURE, "my_shm_unlink: %s", name);
}

int
main(int argc, char *argv[])
{
    const char *role = argc >= 4 ? argv[1] : "";
    mode_t mode = 0600;

    gate(GATE_BEGIN, 0);
    if (argc >= 6)
        mode = (mode_t)strtoul(argv[5], NULL, 8);
    if (argc >= 7)
        umask((mode_t)strtoul(argv[6], NULL, 8));
    if (argc >= 5 && argc <= 7 && strcmp(role, "open") == 0)
        open_object(argv[2], argv[3], flags_of(argv[4]), mode);
    else if (argc == 4 && strcmp(role, "unlink") == 0)
        unlink_object(argv[2], argv[3]);
    else
        errx(2,
             "usage: shm_open open DIR NAME FLAGS [MODE [UMASK]]\n"
             "       shm_open unlink DIR NAME");
    exit(EXIT_SUCCESS);
}
