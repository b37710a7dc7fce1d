/* SPDX-License-Identifier: 0BSD */
/*
 * shm_open.c - shm_open(3) and shm_unlink(3), written from scratch
 *
 * What a libc does for POSIX shared memory, the whole of it: check
 * the name, put it behind the directory of a tmpfs(5), and call
 * open(2) or unlink(2). All the rest, from ftruncate(2) to
 * fchmod(2), is the kernel's, for files of any kind.
 *
 * Built as a shared library it stands in for libc's pair:
 *
 *     LD_PRELOAD=./inside/shm_open.so ./shm_open -cx /demo
 *
 * Deliberately stricter than glibc 2.36 in three places, each
 * within the text of POSIX:
 *   - a name longer than NAME_MAX is ENAMETOOLONG; glibc says so
 *     only up to a few bytes more, and then EINVAL (shm_open) or
 *     ENOENT (shm_unlink);
 *   - "." and ".." are EINVAL (ENOENT for shm_unlink), while glibc
 *     opens the directory itself for reading;
 *   - a FIFO, device, socket or symbolic link is EINVAL, while
 *     glibc opens the first two (and may wait in open(2) for a
 *     FIFO's other end) and says ENXIO and ELOOP for the others.
 * As in glibc, shm_unlink(3) of a name that cannot exist is ENOENT;
 * musl says EINVAL, which POSIX does not list there.
 *
 * Build: cc -std=c17 -fPIC -shared shm_open.c -o shm_open.so
 *
 * See also: shm_open(3), shm_unlink(3), open(2), unlink(2),
 *           tmpfs(5), ld.so(8); ../shm_open.c, ../shm_unlink.c
 */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SHM_DIR
#define SHM_DIR "/dev/shm/"
#endif

enum { PATH_SIZE = sizeof(SHM_DIR) + NAME_MAX };

/*
 * Turns the name of an object into a path (PATH_SIZE bytes).
 * Leading slashes are dropped, so that "/x", "x" and "//x" are one
 * object. Returns 0, or -1 with errno set: ENAMETOOLONG for a name
 * longer than a path or a file name can be, EINVAL for one that is
 * empty, holds a further slash, or is "." or "..".
 */
static int
shm_path(const char *name, char *path)
{
    size_t length = strlen(name);

    if (length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    while (*name == '/')
        name++;
    length = strlen(name);
    if (length == 0 || strchr(name, '/') != NULL ||
        strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        errno = EINVAL;
        return -1;
    }
    if (length > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(path, SHM_DIR, sizeof(SHM_DIR) - 1);
    memcpy(path + sizeof(SHM_DIR) - 1, name, length + 1);
    return 0;
}

/* Lets only regular files through, with the flags asked for. If we
   have just created what fails here, it goes again. */
static int
only_regular(int fd, const char *path, int oflag)
{
    int error;
    struct stat sb = {.st_mode = S_IFREG};

    if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) &&
        fcntl(fd, F_SETFL, oflag) == 0)
        return fd;
    error = S_ISREG(sb.st_mode) ? errno : EINVAL;
    if ((oflag & O_CREAT) != 0 && (oflag & O_EXCL) != 0)
        unlink(path);
    close(fd);
    errno = error;
    return -1;
}

/*
 * Opens the object called name, and creates it if oflag has O_CREAT
 * and there is none; its permissions are mode without the bits of
 * the umask(2). oflag: O_RDONLY or O_RDWR, with O_CREAT, O_EXCL,
 * O_TRUNC. Returns the lowest free descriptor, close-on-exec, or -1
 * with errno: EINVAL and ENAMETOOLONG as above, EINVAL for what is
 * no regular file, and what open(2) says: EACCES, EEXIST, EMFILE,
 * ENFILE, ENOENT, ENOSPC. See shm_open(3).
 */
int
shm_open(const char *name, int oflag, mode_t mode)
{
    int cancel_state, fd;
    char path[PATH_SIZE];

    if (shm_path(name, path) == -1)
        return -1;

    /* open(2) is a point where a thread can be cancelled,
       shm_open(3) is none. O_NOFOLLOW: a link that somebody left in
       this directory for all must not lead elsewhere. O_NONBLOCK:
       whatever lies there must not make us wait. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    fd = open(path, oflag | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
              mode);
    if (fd != -1)
        fd = only_regular(fd, path, oflag);
    pthread_setcancelstate(cancel_state, NULL);

    /* A directory opened for writing, a symbolic link, a socket:
       none of them is an object. */
    if (fd == -1 &&
        (errno == EISDIR || errno == ELOOP || errno == ENXIO))
        errno = EINVAL;
    return fd;
}

/*
 * Removes the name of an object; the object lives on while it is
 * open or mapped anywhere. Returns 0, or -1 with errno:
 * ENAMETOOLONG as above, ENOENT when there is no such name, or can
 * be none, EACCES when it is not the caller's to remove. See
 * shm_unlink(3).
 */
int
shm_unlink(const char *name)
{
    char path[PATH_SIZE];

    if (shm_path(name, path) == -1) {
        if (errno == EINVAL)
            errno = ENOENT;
        return -1;
    }
    if (unlink(path) == -1) {
        /* In a sticky directory the kernel says EPERM, POSIX
         * EACCES. */
        if (errno == EPERM)
            errno = EACCES;
        return -1;
    }
    return 0;
}
