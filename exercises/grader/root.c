/* SPDX-License-Identifier: 0BSD */
/*
 * root.c - see root.h
 */
#define _GNU_SOURCE
#include "root.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check.h"

/* Makes a directory, or a link, or a file beneath the new root look
   like the one outside. */
static void
show(const char *path)
{
    char target[PATH_MAX], here[PATH_MAX];
    struct stat sb;
    ssize_t n;

    if (lstat(path, &sb) == -1)
        return;
    snprintf(here, sizeof(here), "/tmp%s", path);
    if (S_ISLNK(sb.st_mode)) {
        n = readlink(path, target, sizeof(target) - 1);
        must(n == -1 ? -1 : 0, path);
        target[n] = '\0';
        must(symlink(target, here), here);
        return;
    }
    if (S_ISDIR(sb.st_mode))
        must(mkdir(here, 0755), here);
    else
        must(mknod(here, S_IFREG | 0644, 0), here);
    must(mount(path, here, NULL, MS_BIND | MS_REC, NULL), path);
}

/* A copy, since its users may not reach the original. */
static void
copy_program(int program_fd, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                  0755);
    off_t offset = 0;
    ssize_t n;

    must(fd, path);
    do {
        n = sendfile(fd, program_fd, &offset, 1 << 20);
        must(n == -1 ? -1 : 0, path);
    } while (n > 0);
    close(fd);
}

/* A new root with nothing in it but the system's programs and
   libraries, a few devices, /proc, /dev/shm and the program. The
   cache of ld.so(8) saves each start a dozen calls, which would all
   be held. */
void
root_make(int program_fd, size_t shm_size)
{
    static const char *const shown[] = {
        "/usr",         "/bin",      "/lib",
        "/lib32",       "/lib64",    "/etc/ld.so.cache",
        "/dev/null",    "/dev/zero", "/dev/full",
        "/dev/urandom",
    };
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    char options[64];

    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "/");
    must(mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID, "mode=755"),
         "tmpfs");
    must(mkdir("/tmp/dev", 0755), "/dev");
    must(mkdir("/tmp/etc", 0755), "/etc");
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
        show(shown[i]);
    copy_program(program_fd, "/tmp/lab");
    must(mkdir("/tmp/proc", 0755), "/proc");
    must(mount("proc", "/tmp/proc", "proc",
               MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL),
         "/proc");
    must(mount_setattr(AT_FDCWD, "/tmp", AT_RECURSIVE, &read_only,
                       sizeof(read_only)),
         "read-only");

    /* The only place that can be written to. The directory itself
       is made while its parent still can. */
    must(mount(NULL, "/tmp", NULL, MS_REMOUNT | MS_BIND, NULL),
         "/");
    must(mkdir("/tmp/dev/shm", 0755), "/dev/shm");
    snprintf(options, sizeof(options), "mode=1777,size=%zu",
             shm_size);
    must(mount("tmpfs", "/tmp/dev/shm", "tmpfs",
               MS_NOSUID | MS_NODEV, options),
         "/dev/shm");
    must(chdir("/tmp"), "/tmp");
    must((int)syscall(SYS_pivot_root, ".", "."), "pivot_root");
    must(umount2(".", MNT_DETACH), "umount");
    must(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY,
               NULL),
         "/");
}
