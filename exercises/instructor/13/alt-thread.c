/* SPDX-License-Identifier: 0BSD */
/* A thread with a working directory of its own does it, so no path
   is put together. */
#define _GNU_SOURCE
#include "shm_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct job {
    const char *dir, *file;
    int oflag;
    mode_t mode;
    int (*work)(const struct job *);
    int result, error;
};

static int
open_it(const struct job *job)
{
    return open(job->file, job->oflag | O_NOFOLLOW | O_CLOEXEC,
                job->mode & 0777);
}

static int
unlink_it(const struct job *job)
{
    return unlink(job->file);
}

static void *
work_there(void *data)
{
    struct job *job = data;

    job->result = -1;
    if (unshare(CLONE_FS) == 0 && chdir(job->dir) == 0)
        job->result = job->work(job);
    job->error = errno;
    return NULL;
}

static int
do_job(struct job *job)
{
    pthread_t thread;
    int error = pthread_create(&thread, NULL, work_there, job);

    if (error == 0) {
        pthread_join(thread, NULL);
        error = job->error;
    } else {
        job->result = -1;
    }
    errno = error;
    return job->result;
}

/* The name of the file, or NULL with errno. */
static const char *
file_of(const char *name)
{
    while (*name == '/')
        name++;
    errno = EINVAL;
    if (*name == '\0' || strchr(name, '/') != NULL ||
        strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return NULL;
    errno = ENAMETOOLONG;
    return strlen(name) > NAME_MAX ? NULL : name;
}

int
my_shm_open(const char *dir, const char *name, int oflag,
            mode_t mode)
{
    struct job job = {dir, file_of(name), oflag, mode, open_it, 0,
                      0};

    return job.file == NULL ? -1 : do_job(&job);
}

int
my_shm_unlink(const char *dir, const char *name)
{
    struct job job = {dir, file_of(name), 0, 0, unlink_it, 0, 0};
    int result = -1;

    if (job.file != NULL)
        result = do_job(&job);
    else if (errno == EINVAL)
        errno = ENOENT;
    if (result == -1 && errno == EPERM)
        errno = EACCES;
    return result;
}
