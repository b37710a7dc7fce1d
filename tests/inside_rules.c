/* SPDX-License-Identifier: 0BSD */
/*
 * inside_rules.c - POSIX's rules for shm_open(3) and shm_unlink(3)
 *
 * Usage: inside_rules
 *
 * Calls both in the ways that POSIX has a rule for, and prints TAP.
 * It is linked with examples/inside/shm_open.c, whose functions
 * then take the place of libc's. Objects are named after the
 * process.
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int number, failures;

static void
ok(int passed, const char *what)
{
    printf("%s %d %s\n", passed ? "ok" : "not ok", ++number, what);
    if (!passed)
        failures++;
}

/* Whether shm_open(3) fails with this error. */
static int
open_gives(const char *name, int oflag, int error)
{
    int fd = shm_open(name, oflag, 0600);

    if (fd != -1) {
        close(fd);
        return 0;
    }
    return errno == error;
}

static int
unlink_gives(const char *name, int error)
{
    return shm_unlink(name) == -1 && errno == error;
}

static mode_t
mode_of(int fd)
{
    struct stat sb;

    return fstat(fd, &sb) == -1 ? 0 : sb.st_mode & 07777;
}

/* A name of this length, its slash included, with another slash at
   every 10th place if slashes is nonzero. */
static char *
long_name(size_t length, int slashes)
{
    static char name[2 * PATH_MAX];

    memset(name, 'x', length);
    for (size_t i = 0; i < length; i += slashes ? 10 : length)
        name[i] = '/';
    name[length] = '\0';
    return name;
}

/* A thread that is to be cancelled opens an object: shm_open(3) is
   no cancellation point, and leaves the thread as cancellable as it
   was. Returns what it was given if so. */
static void *
open_cancelled(void *name)
{
    int fd, state;

    pthread_cancel(pthread_self());
    fd = shm_open(name, O_RDWR | O_CREAT, 0600);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    if (fd == -1)
        return NULL;
    close(fd);
    return state == PTHREAD_CANCEL_ENABLE ? name : NULL;
}

/* The number that the next descriptor will get. */
static int
next_descriptor(void)
{
    int fd = open("/", O_RDONLY);

    close(fd);
    return fd;
}

int
main(void)
{
    char name[32], path[64];
    void *result;
    pthread_t thread;
    int fd, other;
    struct rlimit saved, none;
    struct stat sb;

    snprintf(name, sizeof(name), "/rules.%ld", (long)getpid());
    snprintf(path, sizeof(path), "/dev/shm%s", name);

    ok(open_gives(name, O_RDWR, ENOENT),
       "no O_CREAT, no object: ENOENT");
    ok(unlink_gives(name, ENOENT), "unlink without object: ENOENT");

    umask(027);
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0666);
    ok(fd != -1, "O_CREAT | O_EXCL creates");
    ok(mode_of(fd) == 0640, "its mode is what the umask leaves");
    ok(fcntl(fd, F_GETFD) == FD_CLOEXEC, "FD_CLOEXEC is set");
    ok((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR, "it is O_RDWR");
    ok(!(fcntl(fd, F_GETFL) & O_NONBLOCK),
       "it has no O_NONBLOCK that nobody asked for");
    ok(fstat(fd, &sb) == 0 && sb.st_size == 0, "its length is 0");
    ok(sb.st_uid == geteuid() && sb.st_gid == getegid(),
       "it belongs to the effective user and group");
    ok(open_gives(name, O_RDWR | O_CREAT | O_EXCL, EEXIST),
       "O_CREAT | O_EXCL of an object: EEXIST");

    other = shm_open(name, O_RDWR | O_CREAT, 0777);
    ok(other != -1 && mode_of(other) == 0640,
       "O_CREAT opens an object and keeps its mode");
    close(other);
    close(fd);
    other = shm_open(name, O_RDONLY, 0);
    ok(other == fd, "the lowest free descriptor is used");
    ok(write(other, "x", 1) == -1 && errno == EBADF,
       "O_RDONLY does not write");
    close(other);

    ok(truncate(path, 100) == 0, "(grown to 100)");
    fd = shm_open(name, O_RDWR | O_TRUNC, 0);
    ok(fd != -1 && fstat(fd, &sb) == 0 && sb.st_size == 0,
       "O_TRUNC empties");
    close(fd);

    fd = shm_open(name + 1, O_RDWR, 0);
    other = shm_open(name, O_RDWR, 0);
    ok(fd != -1 && other != -1,
       "with and without slash: one object");
    close(fd);
    close(other);

    if (geteuid() != 0) {
        chmod(path, 0400);
        ok(open_gives(name, O_RDWR, EACCES),
           "no right to write: EACCES");
        ok(open_gives(name, O_RDONLY | O_TRUNC, EACCES),
           "O_TRUNC without the right to write: EACCES");
        chmod(path, 0);
        ok(open_gives(name, O_RDONLY, EACCES),
           "no right to read: EACCES");
    }
    fd = open("/", O_RDONLY);
    getrlimit(RLIMIT_NOFILE, &saved);
    none = saved;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    ok(open_gives(name, O_RDONLY, EMFILE),
       "no descriptor left: EMFILE");
    setrlimit(RLIMIT_NOFILE, &saved);
    close(fd);

    ok(shm_unlink(name) == 0, "unlink");
    ok(open_gives(name, O_RDWR, ENOENT), "and the name is gone");

    ok(open_gives("", O_RDWR | O_CREAT, EINVAL), "\"\": EINVAL");
    ok(open_gives("/", O_RDWR | O_CREAT, EINVAL), "\"/\": EINVAL");
    ok(open_gives("/a/b", O_RDWR | O_CREAT, EINVAL),
       "/a/b: EINVAL");
    ok(open_gives("/.", O_RDONLY, EINVAL), "/.: EINVAL");
    ok(open_gives("/..", O_RDONLY, EINVAL), "/..: EINVAL");
    ok(open_gives("/.", O_RDWR | O_CREAT | O_EXCL, EINVAL) &&
           open_gives("/..", O_RDWR | O_CREAT | O_EXCL, EINVAL),
       "O_CREAT | O_EXCL of both: EINVAL");
    ok(unlink_gives("/.", ENOENT), "unlink /.: ENOENT");
    ok(unlink_gives("", ENOENT), "unlink \"\": ENOENT");
    ok(unlink_gives("/a/b", ENOENT), "unlink /a/b: ENOENT");
    ok(unlink_gives("/..", ENOENT), "unlink /..: ENOENT");

    fd = shm_open(long_name(NAME_MAX + 1, 0), O_RDWR | O_CREAT,
                  0600);
    ok(fd != -1 && shm_unlink(long_name(NAME_MAX + 1, 0)) == 0,
       "NAME_MAX characters and a slash are a name");
    close(fd);
    ok(open_gives(long_name(NAME_MAX + 2, 0), O_RDWR | O_CREAT,
                  ENAMETOOLONG),
       "one more: ENAMETOOLONG");
    ok(unlink_gives(long_name(NAME_MAX + 2, 0), ENAMETOOLONG),
       "unlink of it: ENAMETOOLONG");
    ok(open_gives(long_name(PATH_MAX, 1), O_RDWR | O_CREAT,
                  ENAMETOOLONG),
       "PATH_MAX with slashes: ENAMETOOLONG");
    ok(unlink_gives(long_name(PATH_MAX, 1), ENAMETOOLONG),
       "unlink of it: ENAMETOOLONG");
    ok(open_gives(long_name(PATH_MAX - 1, 1), O_RDWR | O_CREAT,
                  EINVAL),
       "a path's length with slashes: EINVAL");

    ok(symlink("/etc/passwd", path) == 0 &&
           open_gives(name, O_RDONLY, EINVAL),
       "a symbolic link: EINVAL");
    ok(open_gives(name, O_RDWR | O_CREAT | O_EXCL, EEXIST),
       "O_EXCL where a link is: EEXIST");
    unlink(path);
    fd = next_descriptor();
    ok(mkfifo(path, 0600) == 0 &&
           open_gives(name, O_RDONLY, EINVAL),
       "a FIFO, for reading: EINVAL, at once");
    ok(open_gives(name, O_RDWR, EINVAL), "for both: EINVAL");
    unlink(path);
    ok(mkdir(path, 0700) == 0 && open_gives(name, O_RDONLY, EINVAL),
       "a directory, for reading: EINVAL");
    ok(open_gives(name, O_RDWR, EINVAL), "for both: EINVAL");
    rmdir(path);
    ok(mknod(path, S_IFSOCK | 0600, 0) == 0 &&
           open_gives(name, O_RDWR, EINVAL),
       "a socket: EINVAL");
    unlink(path);
    ok(next_descriptor() == fd,
       "none of these has cost a descriptor");

    ok(pthread_create(&thread, NULL, open_cancelled, name) == 0 &&
           pthread_join(thread, &result) == 0 && result == name,
       "it is no cancellation point, and enables none it should "
       "not");
    shm_unlink(name);

    printf("1..%d\n", number);
    return failures > 0;
}
