/* SPDX-License-Identifier: 0BSD */
/*
 * shm_unlink.c - remove names of POSIX shared memory objects
 *
 * Usage: shm_unlink [-f] NAME...
 *   -f  a name that does not exist is not an error
 *
 * Like rm(1) for shared memory, silent when all goes well. Only the
 * name goes: a process that has the object open or mapped goes on
 * using it, and the memory is freed when the last of them is done.
 * No permission on the object is needed, since the name is an entry
 * of a directory; but that directory is sticky, so only the
 * object's owner (or root) can remove a name. All names are tried;
 * one failure makes the status 1.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 shm_unlink.c -o shm_unlink
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: shm_unlink(3), unlink(2); shm_open.c, persistence.c,
 *           dev_shm.c
 */
#define _POSIX_C_SOURCE 200809L
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: shm_unlink [-f] NAME...\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

int
main(int argc, char *argv[])
{
    bool force = false;
    int opt, status = EXIT_SUCCESS;

    while ((opt = getopt(argc, argv, "fh")) != -1) {
        switch (opt) {
        case 'f':
            force = true;
            break;
        default:
            usage(opt == 'h' ? EXIT_SUCCESS : 2);
        }
    }
    if (optind == argc) {
        warnx("expected at least one NAME");
        usage(2);
    }

    for (int i = optind; i < argc; i++) {
        /* From now on shm_open(3) of this name finds nothing, or
           makes another object; those who have this one do not
           notice. */
        if (shm_unlink(argv[i]) == -1) {
            if (force && errno == ENOENT)
                continue;
            warn("shm_unlink: %s", argv[i]);
            status = EXIT_FAILURE;
        }
    }
    exit(status);
}
