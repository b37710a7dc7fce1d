/* SPDX-License-Identifier: 0BSD */
/*
 * dev_shm.c - list POSIX shared memory objects and who uses them
 *
 * Usage: dev_shm [NAME...]
 *
 * An ls(1) and ipcs(1) for the filesystem that the objects are in.
 * For every object, or those that are named: kind (shm, or sem for
 * a named semaphore, which lies there too), permissions, owner,
 * size, memory really used, links, and the processes that have it
 * mapped ("map") or hold a descriptor of it ("fd"), as /proc tells.
 * An object with 0 links has lost its name and lives on until its
 * last user lets go; nothing but /proc leads to it.
 *
 * What may not be looked at is counted on standard error: the users
 * of other users' objects, unless root asks; and what is known only
 * from a mapping has "?" where its details should be. Processes of
 * other PID namespaces and descriptors in flight between two
 * processes are not seen. All but printable ASCII prints as \ooo.
 * An object with two names (ln(1)) has its users under one of them.
 *
 * Exit status: 0 done, 1 a NAME was not found or a call failed, 2
 * wrong usage.
 *
 * Build: cc -std=c17 dev_shm.c -o dev_shm
 *        (glibc before 2.34: add -lrt -pthread)
 *
 * See also: proc(5), tmpfs(5), ipcs(1), lsof(8), fuser(1); fstat.c,
 *           shm_unlink.c, persistence.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define SHM_DIR "/dev/shm"

enum { MAPS = 1, HOLDS = 2 };

struct object {
    struct object *next;
    char *name;

    /* If only a mapping is known, all but the inode number is 0. */
    struct stat sb;

    /* MAPS and HOLDS of the process that is looked at just now. */
    int use;

    char *users;
    size_t users_size;
    FILE *users_out;
};

static dev_t shm_dev;
static struct object *objects;

static _Noreturn void
usage(int status)
{
    fputs("usage: dev_shm [NAME...]\n",
          status == EXIT_SUCCESS ? stdout : stderr);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    exit(status);
}

/* Adds an object in the order of names. */
static struct object *
add_object(const char *name, const struct stat *sb)
{
    struct object **at = &objects;
    struct object *o = calloc(1, sizeof(*o));

    if (o == NULL || (o->name = strdup(name)) == NULL)
        err(EXIT_FAILURE, "malloc: %s", name);
    o->users_out = open_memstream(&o->users, &o->users_size);
    if (o->users_out == NULL)
        err(EXIT_FAILURE, "open_memstream: %s", name);
    o->sb = *sb;
    while (*at != NULL && strcmp((*at)->name, name) <= 0)
        at = &(*at)->next;
    o->next = *at;
    *at = o;
    return o;
}

/* The objects with a name: regular files that are still there. */
static void
read_directory(void)
{
    DIR *dir = opendir(SHM_DIR);
    struct dirent *entry;
    struct stat sb;

    if (dir == NULL || fstat(dirfd(dir), &sb) == -1)
        err(EXIT_FAILURE, "opendir: %s", SHM_DIR);
    shm_dev = sb.st_dev;
    while (errno = 0, (entry = readdir(dir)) != NULL)
        if (fstatat(dirfd(dir), entry->d_name, &sb,
                    AT_SYMLINK_NOFOLLOW) == 0) {
            if (S_ISREG(sb.st_mode))
                add_object(entry->d_name, &sb);
        } else if (errno != ENOENT)
            break;
    if (errno != 0 || closedir(dir) == -1)
        err(EXIT_FAILURE, "readdir, fstatat: %s", SHM_DIR);
}

/* Notes that the process uses the object with this inode number.
   One without a name is new to us; path is /proc's name for it. */
static void
note_use(char *path, const struct stat *sb, int use)
{
    static const char mark[] = " (deleted)";
    char *suffix;
    struct object *o = objects;

    /* Elsewhere, or in a directory below: no object. */
    if (strncmp(path, SHM_DIR "/", sizeof(SHM_DIR)) != 0 ||
        strchr(path + sizeof(SHM_DIR), '/') != NULL)
        return;
    suffix = path + strlen(path) - strlen(mark);
    path += sizeof(SHM_DIR);
    while (o != NULL && o->sb.st_ino != sb->st_ino)
        o = o->next;
    if (o == NULL) {
        if (suffix > path && strcmp(suffix, mark) == 0)
            *suffix = '\0';
        o = add_object(path, sb);
    }
    if (sb->st_mode != 0)
        o->sb = *sb;
    o->use |= use;
}

/* Looks at the descriptors in ./fd of /proc/PID; -1: it may not. */
static int
read_descriptors(void)
{
    DIR *dir = opendir("fd");
    struct dirent *entry;
    struct stat sb;

    if (dir == NULL)
        return -1;
    while (errno = 0, (entry = readdir(dir)) != NULL) {
        /* readlinkat(2) stores no null byte at the end. */
        char path[PATH_MAX] = "";

        if (fstatat(dirfd(dir), entry->d_name, &sb, 0) == -1 ||
            sb.st_dev != shm_dev || !S_ISREG(sb.st_mode))
            continue;
        if (readlinkat(dirfd(dir), entry->d_name, path,
                       sizeof(path) - 1) == -1 &&
            errno != ENOENT)
            break;
        note_use(path, &sb, HOLDS);
    }
    return errno != 0 ? (closedir(dir), -1) : closedir(dir);
}

/* Looks at its mappings; -1 if it may not. */
static int
read_maps(void)
{
    char path[64], *line = NULL;
    int name_at, failed;
    size_t size = 0;
    unsigned int maj, min;
    uintmax_t from, to, ino;
    struct stat sb;
    FILE *maps = fopen("maps", "r");

    if (maps == NULL)
        return -1;
    while (getline(&line, &size, maps) != -1) {
        if (sscanf(line, "%jx-%jx %*s %*s %x:%x %ju %n", &from, &to,
                   &maj, &min, &ino, &name_at) != 5 ||
            makedev(maj, min) != shm_dev)
            continue;
        line[strcspn(line, "\n")] = '\0';

        /* Only a privileged process may look behind a mapping. */
        snprintf(path, sizeof(path), "map_files/%jx-%jx", from, to);
        if (stat(path, &sb) == -1 || sb.st_ino != ino)
            sb = (struct stat){.st_ino = (ino_t)ino};
        note_use(line + name_at, &sb, MAPS);
    }
    failed = !feof(maps);
    free(line);
    return fclose(maps) == EOF || failed ? -1 : 0;
}

/* Prints s as one word, with nothing that a terminal obeys. */
static void
print_word(FILE *out, const char *s)
{
    for (; *s != '\0'; s++)
        fprintf(out, isgraph((unsigned char)*s) ? "%c" : "\\%03o",
                (unsigned char)*s);
}

static void
add_user(const char *pid)
{
    static const char *const use[] = {"", ":map", ":fd", ":map,fd"};
    char command[64] = "?";
    FILE *comm = fopen("comm", "r");

    if (comm != NULL) {
        if (fgets(command, sizeof(command), comm) != NULL)
            command[strcspn(command, "\n")] = '\0';
        fclose(comm);
    }
    for (struct object *o = objects; o != NULL; o = o->next) {
        if (o->use == 0)
            continue;
        fprintf(o->users_out, " %s:", pid);
        print_word(o->users_out, command);
        fputs(use[o->use], o->users_out);
        o->use = 0;
    }
}

/* Returns how many processes could not be looked into. */
static int
read_processes(void)
{
    int refused = 0;
    DIR *dir = opendir("/proc");
    struct dirent *entry;

    if (dir == NULL)
        err(EXIT_FAILURE, "opendir: /proc");
    while (errno = 0, (entry = readdir(dir)) != NULL) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        if (fchdir(dirfd(dir)) == -1 ||
            chdir(entry->d_name) == -1 ||
            read_descriptors() == -1 || read_maps() == -1)
            /* No such process: it has ended meanwhile. */
            refused += errno != ENOENT && errno != ESRCH;
        add_user(entry->d_name);
    }
    if (errno != 0 || closedir(dir) == -1)
        err(EXIT_FAILURE, "readdir: /proc");
    return refused;
}

static void
print_object(struct object *o)
{
    char uid[24];
    const struct passwd *pw = getpwuid(o->sb.st_uid);

    snprintf(uid, sizeof(uid), "%ju", (uintmax_t)o->sb.st_uid);
    printf(strncmp(o->name, "sem.", 4) == 0 ? "sem  " : "shm  ");
    if (o->sb.st_mode != 0)
        printf("%04o %-10s %11jd %11jd %5ju /",
               (unsigned int)o->sb.st_mode & 07777,
               pw != NULL ? pw->pw_name : uid,
               (intmax_t)o->sb.st_size,
               (intmax_t)o->sb.st_blocks * 512,
               (uintmax_t)o->sb.st_nlink);
    else
        printf("?    ?                    ?           ?     0 /");
    print_word(stdout, o->name);
    if (fflush(o->users_out) == EOF)
        err(EXIT_FAILURE, "open_memstream: %s", o->name);
    printf("%s\n", o->users_size == 0 ? " -" : o->users);
}

int
main(int argc, char *argv[])
{
    int found, opt, refused, status = EXIT_SUCCESS;
    struct object *o;

    while ((opt = getopt(argc, argv, "h")) != -1)
        usage(opt == 'h' ? EXIT_SUCCESS : 2);

    read_directory();
    refused = read_processes();

    printf("KIND MODE OWNER             SIZE        USED LINKS "
           "NAME USERS\n");
    for (o = objects; o != NULL && optind == argc; o = o->next)
        print_object(o);
    for (int i = optind; i < argc; i++) {
        const char *name = argv[i] + strspn(argv[i], "/");

        found = 0;
        for (o = objects; o != NULL; o = o->next)
            if (strcmp(o->name, name) == 0) {
                print_object(o);
                found = 1;
            }
        if (found == 0) {
            warnx("%s: no such object: %s", SHM_DIR, argv[i]);
            status = EXIT_FAILURE;
        }
    }
    if (fflush(stdout) == EOF || ferror(stdout))
        err(EXIT_FAILURE, "stdout");
    if (refused > 0)
        warnx("processes that could not be looked into: %d",
              refused);
    exit(status);
}
