/* SPDX-License-Identifier: 0BSD */
/*
 * acl.c - access control lists of POSIX shared memory objects
 *
 * Usage: acl NAME [ACL]
 *   ACL  the whole list in the text form of acl(5), long or short:
 *        u::rw,u:alice:r,g::-,o::-
 *
 * Prints the object's ACL, after replacing it if one is given. An
 * ACL lets in one more user, which the nine permission bits cannot
 * express. Watch those bits: once there is a mask, fstat(2) shows
 * the mask as the permissions of the group, and fchmod(2) sets it.
 * 0640 may thus stand for an object that the group may not read and
 * alice may. A list with named entries needs a mask; if ACL has
 * none, one that limits nothing is added.
 *
 * Exit status: 0 done, 1 a call failed, 2 wrong usage.
 *
 * Build: cc -std=c17 acl.c -lacl -o acl
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: acl(5), acl_get_fd(3), acl_from_text(3), getfacl(1),
 *           setfacl(1); fchmod.c, fstat.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/acl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: acl NAME [ACL]\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Replaces the object's ACL by the one in text. */
static void
set_acl(int fd, const char *name, const char *text)
{
    acl_t acl = acl_from_text(text);

    if (acl == NULL)
        err(EXIT_FAILURE, "acl_from_text: %s", text);

    /* Named entries without a mask are no valid list. */
    if (acl_valid(acl) == -1 && acl_calc_mask(&acl) == -1)
        err(EXIT_FAILURE, "acl_calc_mask: %s", text);
    if (acl_valid(acl) == -1)
        err(EXIT_FAILURE, "acl_valid: %s", text);

    if (acl_set_fd(fd, acl) == -1)
        err(EXIT_FAILURE, "acl_set_fd: %s", name);
    if (acl_free(acl) == -1)
        err(EXIT_FAILURE, "acl_free: %s", name);
}

static void
print_acl(int fd, const char *name)
{
    char *text;
    acl_t acl;
    struct stat sb;

    acl = acl_get_fd(fd);
    if (acl == NULL)
        err(EXIT_FAILURE, "acl_get_fd: %s", name);
    text = acl_to_text(acl, NULL);
    if (text == NULL)
        err(EXIT_FAILURE, "acl_to_text: %s", name);
    printf("%s", text);
    if (acl_free(text) == -1 || acl_free(acl) == -1)
        err(EXIT_FAILURE, "acl_free: %s", name);

    if (fstat(fd, &sb) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    printf("fstat sees: %04o\n", (unsigned int)sb.st_mode & 07777);
}

int
main(int argc, char *argv[])
{
    int fd, opt;
    const char *name;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 1 && argc - optind != 2) {
        warnx("expected NAME and at most one ACL");
        usage(2);
    }
    name = argv[optind];

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    /* As for fchmod(2), it is the owner who may change the list,
       whatever the descriptor is open for. */
    fd = shm_open(name, O_RDONLY, 0);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);

    if (argc - optind == 2)
        set_acl(fd, name, argv[optind + 1]);
    print_acl(fd, name);

    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
