/* SPDX-License-Identifier: 0BSD */
/*
 * fchown.c - change owner or group of a POSIX shared memory object
 *
 * Usage: fchown NAME [OWNER][:GROUP]
 *   Names or numeric IDs, much as chown(1) takes them. "OWNER:"
 *   gives the object to OWNER's login group as well.
 *
 * Prints owner and group before and after. The owner of an object
 * may change its group to another that he or she is a member of;
 * any other change needs privilege (CAP_CHOWN): EPERM. In a user
 * namespace, such as that of private.sh, an ID that is not mapped
 * is EINVAL.
 *
 * Exit status: 0 done, 1 a call failed or there is no such user or
 * group, 2 wrong usage.
 *
 * Build: cc -std=c17 fchown.c -o fchown
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: fchown(2), chown(1), user_namespaces(7); fchmod.c,
 *           acl.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static _Noreturn void
usage(int status)
{
    fputs("usage: fchown NAME [OWNER][:GROUP]\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* A numeric id that names nobody. 4294967295 is (uid_t)-1, which
   tells fchown(2) to change nothing, and so is no id. */
static id_t
parse_id(const char *what, const char *s)
{
    unsigned long long id;

    errno = 0;
    id = strtoull(s, NULL, 10);
    if (*s == '\0' || s[strspn(s, "0123456789")] != '\0' ||
        errno == ERANGE || id >= UINT32_MAX)
        errx(EXIT_FAILURE, "no such %s: %s", what, s);
    return (id_t)id;
}

/* Splits owner at its colon and looks both parts up. A part that is
   not there becomes -1: fchown(2) leaves it as it is. */
static void
parse_owner(char *owner, uid_t *uid, gid_t *gid)
{
    char *group = strchr(owner, ':');
    const struct group *gr;
    const struct passwd *pw = NULL;

    *uid = (uid_t)-1;
    *gid = (gid_t)-1;
    if (group != NULL)
        *group++ = '\0';
    if (*owner != '\0') {
        pw = getpwnam(owner);
        *uid = pw != NULL ? pw->pw_uid : parse_id("user", owner);
    }
    if (group != NULL && *group != '\0') {
        gr = getgrnam(group);
        *gid = gr != NULL ? gr->gr_gid : parse_id("group", group);
    } else if (group != NULL && *owner != '\0') {
        if (pw == NULL)
            errx(EXIT_FAILURE, "no login group: %s", owner);
        *gid = pw->pw_gid;
    } else if (*owner == '\0') {
        warnx("neither owner nor group given");
        usage(2);
    }
}

int
main(int argc, char *argv[])
{
    int fd, opt;
    const char *name;
    struct stat before, after;
    uid_t uid;
    gid_t gid;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);
    if (argc - optind != 2) {
        warnx("expected NAME and [OWNER][:GROUP]");
        usage(2);
    }
    name = argv[optind];
    parse_owner(argv[optind + 1], &uid, &gid);

    /* Else printf(3) or err(3) might write into the object. */
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) == -1)
            err(EXIT_FAILURE, "descriptor %d", i);

    fd = shm_open(name, O_RDONLY, 0);
    if (fd == -1)
        err(EXIT_FAILURE, "shm_open: %s", name);
    if (fstat(fd, &before) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);

    if (fchown(fd, uid, gid) == -1)
        err(EXIT_FAILURE, "fchown: %s", name);

    if (fstat(fd, &after) == -1)
        err(EXIT_FAILURE, "fstat: %s", name);
    if (close(fd) == -1)
        err(EXIT_FAILURE, "close: %s", name);

    printf("old owner: %ju:%ju\n", (uintmax_t)before.st_uid,
           (uintmax_t)before.st_gid);
    printf("new owner: %ju:%ju\n", (uintmax_t)after.st_uid,
           (uintmax_t)after.st_gid);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(EXIT_SUCCESS);
}
