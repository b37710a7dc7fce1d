/* SPDX-License-Identifier: 0BSD */
/*
 * 13.c - checks of shm_open
 *
 * Each of them has a directory of its own in the world's /dev/shm,
 * and looks at what is there when a function has returned.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../actor.h"
#include "../check.h"
#include "../world.h"

/* The directory, as its users see it and as world_stat() does; what
   is opened or removed there; and its function. */
static const char *dir, *name;
static const char *const opens = "my_shm_open";
static const char *const unlinks = "my_shm_unlink";
static int n_before;
static mode_t mask;

static bool
is_open(int nr)
{
#ifdef SYS_open
    if (nr == SYS_open || nr == SYS_creat)
        return true;
#endif
    return nr == SYS_openat;
}

static bool
is_unlink(int nr)
{
#ifdef SYS_unlink
    if (nr == SYS_unlink)
        return true;
#endif
    return nr == SYS_unlinkat;
}

static int
be_shell(void *command)
{
    execl("/bin/sh", "sh", "-c", (char *)command, (char *)NULL);
    return 1;
}

/* A command, run in the world by its user, in the directory.
   Returns whether it says true. */
static bool
run_shell(const char *format, va_list args)
{
    char command[9000];
    int n, status;
    pid_t pid;

    n = snprintf(command, sizeof(command), "umask 022; cd %s; ",
                 dir);
    vsnprintf(command + n, sizeof(command) - (size_t)n, format,
              args);
    pid = world_spawn(WORLD_USER, be_shell, command);
    if (waitpid(pid, &status, 0) != pid)
        cannot("/bin/sh does not work in a world of its own");
    return status == 0;
}

static bool __attribute__((format(printf, 1, 2)))
shell_says(const char *format, ...)
{
    va_list args;
    bool result;

    va_start(args, format);
    result = run_shell(format, args);
    va_end(args);
    return result;
}

static void __attribute__((format(printf, 1, 2)))
shell(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (!run_shell(format, args))
        cannot("/bin/sh does not work in a world of its own");
    va_end(args);
}

static void
choose(void)
{
    int made;

    name = seeded_name();
    if (asprintf((char **)&dir, "/dev/shm/sub.%s", name + 5) == -1)
        cannot("asprintf");
    world_as(WORLD_USER);
    made = mkdirat(world_shm(), dir + strlen("/dev/shm/"), 0755);
    world_as_grader();
    if (made == -1)
        cannot("no directory can be made");
}

static int
remove_it(const char *path, const struct stat *sb, int type,
          struct FTW *where)
{
    (void)sb;
    (void)type;
    (void)where;
    return remove(path);
}

static void
clean(void)
{
    actors_end();
    if (fchdir(world_shm()) == -1 ||
        nftw(dir + strlen("/dev/shm/"), remove_it, 8,
             FTW_DEPTH | FTW_PHYS) == -1)
        cannot("a directory cannot be removed");
}

/* Where world_stat() and world_open() find it. */
static const char *
inside(const char *file)
{
    char *path;

    if (asprintf(&path, "%s/%s", dir + strlen("/dev/shm"),
                 file + strspn(file, "/")) == -1)
        cannot("asprintf");
    return path;
}

/* A file that another program has put into the directory. */
static void
put(const char *file, mode_t mode, const char *contents)
{
    world_unlink(inside(file));
    if (!world_create(WORLD_USER, inside(file), mode, contents,
                      strlen(contents)))
        cannot("no file can be made");
}

/* Calls the function, and lets it return. */
static struct actor *
call_with(const char *object, const char *flags, const char *mode,
          const char *its_umask)
{
    struct actor *a;

    if (flags == NULL)
        a = actor_start(WORLD_USER, "unlink", dir, object, NULL);
    else
        a = actor_start(WORLD_USER, "open", dir, object, flags,
                        mode, its_umask, NULL);
    actor_to_gate(a, GATE_ENTER, "before the function");
    n_before = watch_descriptors(a->pid);
    mask = watch_umask(a->pid);
    return a;
}

static struct actor *
call(const char *object, const char *flags)
{
    struct actor *a = call_with(object, flags, "600", "022");

    actor_to_gate(a, GATE_RETURNED,
                  flags == NULL ? "in my_shm_unlink()"
                                : "in my_shm_open()");
    return a;
}

/* A name as it may stand in a message. */
static const char *
quoted(const char *object)
{
    static char text[64];

    if (strlen(object) > 40)
        snprintf(text, sizeof(text), "%zu bytes%s",
                 strlen(object) - strspn(object, "/"),
                 *object == '/' ? " after slashes" : "");
    else
        snprintf(text, sizeof(text), "\"%s\"", object);
    return text;
}

static void
judge_error(struct actor *a, const char *function,
            const char *object, int error)
{
    char expected[64];

    snprintf(expected, sizeof(expected), "-1, and %s",
             strerrorname_np(error));
    if (a->value != -1)
        fail(expected, "%s(..., %s) returns %ld", function,
             quoted(object), a->value);
    if (a->error != error)
        fail(expected, "%s(..., %s) says %s", function,
             quoted(object), strerrorname_np(a->error));
    if (watch_descriptors(a->pid) > n_before)
        fail("no descriptor is left",
             "%s(..., %s) fails, leaves one open", function,
             quoted(object));
}

/* It has returned a descriptor of that file. */
static void
judge_opened(struct actor *a, const char *object, const char *file)
{
    struct stat sb, own;
    int fd;

    if (a->value == -1)
        fail("a descriptor", "my_shm_open(..., %s) returns -1, %s",
             quoted(object), strerrorname_np(a->error));
    if (world_stat(inside(file), &sb) == -1)
        fail("a file of that name in the directory",
             "my_shm_open(..., %s) returns, and it is not there",
             quoted(object));
    fd = watch_open(a->pid, (int)a->value, O_PATH);
    if (fd == -1 || fstat(fd, &own) == -1 ||
        own.st_ino != sb.st_ino || own.st_dev != sb.st_dev)
        fail("a descriptor of that file",
             "my_shm_open(..., %s) returns one of something else",
             quoted(object));
    close(fd);
}

static void
is_in_place(void)
{
    struct stat sb;

    choose();
    judge_opened(call(name, "wcx"), name, name);
    if (world_stat(inside(name), &sb) == -1 ||
        !S_ISREG(sb.st_mode) || sb.st_size != 0)
        fail("a regular file, and empty",
             "there is something else");
    clean();
}

/* What its descriptor is for. */
static void
judge_access(struct actor *a, const char *flags, int access)
{
    if ((watch_flags(a->pid, (int)a->value) & O_ACCMODE) != access)
        fail(access == O_RDWR ? "O_RDWR" : "O_RDONLY",
             "flags \"%s\": the descriptor is for something else",
             flags);
}

/* What there is when it has been called so. */
static void
judge_flags(const char *flags, int access, off_t length)
{
    struct actor *a;
    struct stat sb;

    put(name, 0644, "hello");
    a = call(name, flags);
    judge_opened(a, name, name);
    judge_access(a, flags, access);
    if (world_stat(inside(name), &sb) == -1 || sb.st_size != length)
        fail(length == 0 ? "it is empty" : "it stays as it was",
             "flags \"%s\": the object had 5 bytes, and has %lld "
             "now",
             flags, (long long)sb.st_size);
    actors_end();
}

static void
has_flags(void)
{
    struct actor *a;
    struct stat sb;

    choose();
    judge_error(call(name, "w"), opens, name, ENOENT);
    if (world_stat(inside(name), &sb) == 0)
        fail("nothing is made",
             "without O_CREAT there is an object");
    a = call(name, "rcx");
    judge_opened(a, name, name);
    judge_access(a, "rcx", O_RDONLY);
    judge_error(call(name, "wcx"), opens, name, EEXIST);
    judge_flags("r", O_RDONLY, 5);
    judge_flags("w", O_RDWR, 5);
    judge_flags("rc", O_RDONLY, 5);
    judge_flags("wc", O_RDWR, 5);
    judge_flags("wt", O_RDWR, 0);
    judge_flags("wct", O_RDWR, 0);
    clean();
}

static void
has_mode(void)
{
    static const struct {
        const char *mode, *umask;
        mode_t result;
    } modes[] = {
        {"600", "022", 0600},  {"666", "022", 0644},
        {"666", "0", 0666},    {"777", "077", 0700},
        {"660", "777", 0},     {"464", "020", 0444},
        {"7666", "022", 0644}, {"4600", "0", 0600},
    };

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        struct stat sb;
        struct actor *a;

        choose();
        a = call_with(name, "wcx", modes[i].mode, modes[i].umask);
        actor_to_gate(a, GATE_RETURNED, "in my_shm_open()");
        judge_opened(a, name, name);
        world_stat(inside(name), &sb);
        if ((sb.st_mode & 07777) != modes[i].result)
            fail("the low nine bits, without those of the umask",
                 "mode 0%s under umask 0%s gives %04o",
                 modes[i].mode, modes[i].umask,
                 sb.st_mode & 07777U);
        if (watch_umask(a->pid) != mask)
            fail("it stays", "the umask was %03o, and is %03o",
                 mask, watch_umask(a->pid));
        clean();
    }
}

static void
keeps_mode(void)
{
    struct stat sb;
    struct actor *a;

    choose();
    put(name, 0600, "");
    a = call_with(name, "wc", "666", "022");
    actor_to_gate(a, GATE_RETURNED, "in my_shm_open()");
    judge_opened(a, name, name);
    if (world_stat(inside(name), &sb) == -1 ||
        (sb.st_mode & 07777) != 0600)
        fail("it stays",
             "an object exists, with mode 0600, and has %04o "
             "afterwards",
             sb.st_mode & 07777U);
    clean();
}

static void
drops_slashes(void)
{
    static const char *const names[] = {
        "/x",  "x",   "//x", "/////x", "/...",
        "/.x", "..x", "/ x", "x.",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        choose();
        judge_opened(call(names[i], "wcx"), names[i], names[i]);
        clean();
    }
}

/* There is a directory x, and a file x/y. */
static const char *const impossible[] = {
    "",     "/",    "//",  ".",   "..",   "/.",
    "//..", "/x/y", "x/y", "/y/", "x//y",
};
enum { N_IMPOSSIBLE = sizeof(impossible) / sizeof(impossible[0]) };

static void
knows_names(void)
{
    choose();
    shell("mkdir x; : >x/y; : >y");
    for (int i = 0; i < N_IMPOSSIBLE; i++) {
        judge_error(call(impossible[i], "r"), opens, impossible[i],
                    EINVAL);
        judge_error(call(impossible[i], "wc"), opens, impossible[i],
                    EINVAL);
        actors_end();
    }
    clean();
}

/* So often that character, after so many slashes. */
static const char *
repeated(size_t slashes, int c, size_t n)
{
    char *s = malloc(slashes + n + 1);

    if (s == NULL)
        cannot("malloc");
    memset(s, '/', slashes);
    memset(s + slashes, c, n);
    s[slashes + n] = '\0';
    return s;
}

/* Of a file: so many letters. */
static const char *
long_name(size_t slashes, size_t letters)
{
    return repeated(slashes, 'a' + (int)seeded(26), letters);
}

/* Of a directory: digits, since a file may lie beside it. */
static const char *
long_path(void)
{
    return repeated(1, '0' + (int)seeded(10), NAME_MAX);
}

/* In a directory whose path leaves room for one more component of
   15 letters, a name has twice as many. It works, or it is too
   long; but it is not cut. */
static void
cuts_nothing(void)
{
    static char deep[PATH_MAX];
    const size_t room = sizeof("/15-letters-here"), part = 200;
    const char *top = dir, *s = long_name(1, 30);
    struct actor *a;

    snprintf(deep, sizeof(deep), "%s", top);
    for (size_t i = 0, n = strlen(top); n < sizeof(deep) - room;
         i++)
        deep[n++] = i % part == 0 ? '/' : '5';
    shell("mkdir -p %s", deep);
    dir = deep;
    judge_opened(call("/15-letters-here", "wcx"),
                 "/15-letters-here", "/15-letters-here");
    shell("rm 15-letters-here");
    a = call(s, "wcx");
    if (a->value == -1)
        judge_error(a, opens, s, ENAMETOOLONG);
    if (!shell_says("[ \"$(ls)\" = \"%s\" ]",
                    a->value == -1 ? "" : s + 1))
        fail("a file of all 30 letters, or ENAMETOOLONG",
             "my_shm_open() with a name of 30 letters, in a "
             "directory whose path has %zu: another file is there",
             strlen(dir));
    shell("rm -f *; : >%.15s", s + 1);
    a = call(s, NULL);
    if (a->value != -1 || !shell_says("[ -e %.15s ]", s + 1))
        fail("-1, and nothing is removed",
             "my_shm_unlink() with a name of 30 letters, which is "
             "not there: another file is removed");
    actors_end();
    dir = top;
    shell("rm -r [0-9]*");
}

/* In a directory of a long path, too. */
static void
knows_lengths(void)
{
    const char *top, *s;
    char *deep;

    choose();
    top = dir;
    for (int i = 0; i < 2; i++) {
        s = long_name(1, NAME_MAX);
        judge_opened(call(s, "wcx"), s, s);
        s = long_name(300, NAME_MAX - 1);
        judge_opened(call(s, "wcx"), s, s);
        for (size_t n = NAME_MAX + 1; n < 20000; n += 1 + n * 3) {
            s = long_name(1, n);
            judge_error(call(s, "wcx"), opens, s, ENAMETOOLONG);
            judge_error(call(s, "r"), opens, s, ENAMETOOLONG);
            judge_error(call(s, NULL), unlinks, s, ENAMETOOLONG);
        }
        actors_end();
        if (asprintf(&deep, "%s%s%s%s", top, long_path(),
                     long_path(), long_path()) == -1)
            cannot("asprintf");
        shell("mkdir -p %s", deep);
        dir = deep;
    }
    dir = top;
    cuts_nothing();
    clean();
}

/* What is opened, if anything is, is not what a link points to. */
static void
judge_not_followed(struct actor *a, const char *when)
{
    struct stat sb, own;
    int fd;

    if (a->value == -1)
        return;
    fd = watch_open(a->pid, (int)a->value, O_PATH);
    if (fd == -1 || fstat(fd, &own) == -1 ||
        world_stat(inside("target"), &sb) == -1 ||
        own.st_ino == sb.st_ino)
        fail("it is not followed", "%s, and its target is opened",
             when);
    close(fd);
}

static void
follows_no_link(void)
{
    struct stat sb;

    choose();
    shell(
        "echo secret >target; ln -s target .%s; ln -s nothing none",
        name);
    judge_not_followed(call(name, "r"), "it is a symbolic link");
    judge_error(call(name, "w"), opens, name, ELOOP);
    judge_error(call(name, "wct"), opens, name, ELOOP);
    judge_error(call("/none", "wc"), opens, "/none", ELOOP);
    judge_error(call("/none", "wcx"), opens, "/none", EEXIST);
    if (world_stat(inside("nothing"), &sb) == 0)
        fail("nothing is made",
             "a file is made where a link points");
    clean();
}

/* While it is held at each of its calls in turn, somebody puts a
   link in the object's place. */
static void
trusts_nobody(void)
{
    bool returned = false;

    for (int k = 1; !returned; k++) {
        struct actor *a;

        choose();
        shell("echo secret >target; : >.%s", name);
        a = call_with(name, "w", "600", "022");
        for (int i = 0; i < k && !returned; i++)
            returned = actor_next(a, true) != AT_CALL;
        if (!returned) {
            shell("ln -sf target .%s", name);
            actor_to_gate(a, GATE_RETURNED,
                          "somebody puts a link there while it is "
                          "in my_shm_open()");
        }
        judge_not_followed(a, "a link comes while it is at work");
        clean();
    }
}

static void
is_cloexec(void)
{
    struct actor *a;

    choose();
    a = call(name, "wcx");
    judge_opened(a, name, name);
    if ((watch_flags(a->pid, (int)a->value) & O_CLOEXEC) == 0)
        fail("it is closed by execve(2)",
             "it is not: FD_CLOEXEC is not set");
    if (watch_descriptors(a->pid) != n_before + 1)
        fail("one", "descriptors open: %d more than before",
             watch_descriptors(a->pid) - n_before);
    clean();
}

static void
removes(void)
{
    struct actor *a;
    struct stat sb;

    choose();
    shell("touch .%s x; ln -s .%s link", name, name);
    a = call("//x", NULL);
    if (a->value != 0)
        fail("0", "my_shm_unlink(..., \"//x\") returns %ld, %s",
             a->value, strerrorname_np(a->error));
    if (world_stat(inside("x"), &sb) == 0)
        fail("the object is gone", "my_shm_unlink() returns 0, and "
                                   "its name is still there");
    if (watch_descriptors(a->pid) > n_before)
        fail("no descriptor is left",
             "my_shm_unlink() returns 0, leaves one open");
    judge_error(call("//x", NULL), unlinks, "//x", ENOENT);
    call("/link", NULL);
    if (world_stat(inside(name), &sb) == -1 ||
        world_stat(inside("link"), &sb) == 0)
        fail("the link is removed, and nothing else",
             "the name of a symbolic link is removed: %s",
             world_stat(inside("link"), &sb) == 0
                 ? "it is still there"
                 : "what it points to is gone");
    clean();
}

/* Each call that opens something, or removes it, fails once, so. If
   the function works all the same, there was another way: then it
   has to have worked. So it is if its calls are not held, as in a
   thread. */
static void
judge_refused(const char *flags, int error, int expected)
{
    bool refused = true;

    for (int k = 1; refused; k++) {
        enum event event = AT_CALL;
        struct actor *a;
        struct stat sb;
        int n = 0;

        put(name, 0644, "");
        a = call_with(name, flags, "600", "022");
        refused = false;
        while (!refused &&
               (event == AT_CALL || event == AT_PAUSE)) {
            event = actor_next(a, true);
            refused = event == AT_CALL &&
                      (flags == NULL ? is_unlink(a->call.nr)
                                     : is_open(a->call.nr)) &&
                      ++n == k;
        }
        if (refused)
            actor_answer(a, 0, error);
        if (event != AT_GATE)
            actor_to_gate(a, GATE_RETURNED, "in the function");
        if (flags != NULL && a->value != -1)
            judge_opened(a, name, name);
        else if (flags != NULL || a->value != 0 ||
                 world_stat(inside(name), &sb) == 0)
            judge_error(a, flags == NULL ? unlinks : opens, name,
                        expected);
        actors_end();
    }
}

/* There is no such directory, and then it is a file. */
static void
judge_directories(const char *function, const char *flags)
{
    const char *top = dir;
    struct stat sb;

    put("file", 0644, "");
    if (asprintf((char **)&dir, "%s/none", top) == -1)
        cannot("asprintf");
    judge_error(call(name, flags), function, name, ENOENT);
    if (world_stat(dir + strlen("/dev/shm"), &sb) == 0)
        fail("nothing is made",
             "%s(): there is no such directory, and it makes one",
             function);
    if (asprintf((char **)&dir, "%s/file", top) == -1)
        cannot("asprintf");
    judge_error(call(name, flags), function, name, ENOTDIR);
    dir = top;
}

static void
knows_open_errors(void)
{
    static const int errors[] = {EPERM, EMFILE, EROFS};

    choose();
    judge_directories(opens, "r");
    judge_directories(opens, "wcx");
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]);
         i++) {
        judge_refused("w", errors[i], errors[i]);
        judge_refused("wc", errors[i], errors[i]);
    }
    clean();
}

/* It calls the function with that object, and is then where it was
   before. */
static void
judge_stays(const char *object, const char *flags)
{
    struct actor *a = call_with(object, flags, "600", "022");
    struct stat before, after;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%ld/cwd", (long)a->pid);
    if (stat(path, &before) == -1)
        cannot("/proc does not tell a working directory");
    actor_to_gate(a, GATE_RETURNED, "in the function");
    if (stat(path, &after) == -1 || after.st_ino != before.st_ino ||
        after.st_dev != before.st_dev)
        fail("the same as before",
             "%s(..., %s) has changed the working directory",
             flags == NULL ? unlinks : opens, quoted(object));
    actors_end();
}

/* Whether it works or not. */
static void
stays_in_place(void)
{
    choose();
    judge_stays(name, "w");
    judge_stays(name, "wcx");
    judge_stays(name, NULL);
    judge_stays(name, NULL);
    judge_stays("/x/y", "w");
    judge_stays("/x/y", NULL);
    clean();
}

static void
knows_unlink_errors(void)
{
    static const int errors[] = {EROFS, EBUSY, EIO};
    struct stat sb;

    choose();
    shell("mkdir x sub; : >x/y; : >y; : >.%s", name);
    for (int i = 0; i < N_IMPOSSIBLE; i++) {
        judge_error(call(impossible[i], NULL), unlinks,
                    impossible[i], ENOENT);
        actors_end();
    }
    judge_error(call("/sub", NULL), unlinks, "/sub", EISDIR);
    if (world_stat(inside("x/y"), &sb) == -1 ||
        world_stat(inside("sub"), &sb) == -1)
        fail("what is no object stays",
             "a directory was removed, or what is in one");
    judge_refused(NULL, EPERM, EACCES);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        judge_refused(NULL, errors[i], errors[i]);
    judge_directories(unlinks, NULL);
    clean();
}

const struct check checks_13[] = {
    {"shm_open.place",
     "the object is in the directory that you are told",
     "who looks for it there finds nothing", "open(2)", is_in_place,
     0, false},
    {"shm_open.flags", "oflag does what it does in open(2)",
     "without O_CREAT nothing may be made, without O_TRUNC nothing "
     "cut",
     "shm_open(3), open(2)", has_flags, 0, false},
    {"shm_open.mode",
     "nine bits are taken from mode, the umask's are not",
     "an object would be open to others, or be set-user-ID",
     "shm_open(3), umask(2)", has_mode, 0, false},
    {"shm_open.keeps",
     "an object that exists keeps its permissions",
     "whoever opens it next could open it to all",
     "open(2), fchmod(2)", keeps_mode, 0, false},
    {"shm_open.slashes", "slashes at the beginning do not count",
     "programs that use x, /x and //x would not meet",
     "shm_open(3)", drops_slashes, 0, false},
    {"shm_open.names", "a name cannot lead out of the directory",
     "with /../etc/passwd any file could be opened",
     "shm_open(3): EINVAL", knows_names, 0, false},
    {"shm_open.link", "a symbolic link is an error",
     "in a directory for all, anybody can leave a link to your "
     "files",
     "open(2): O_NOFOLLOW", follows_no_link, 0, false},
    {"shm_open.swap", "a link that comes late is not followed",
     "between two calls, another process can put one there",
     "open(2): O_NOFOLLOW", trusts_nobody, 0, false},
    {"shm_open.cloexec",
     "one descriptor is open, and close-on-exec",
     "other programs would inherit it", "shm_open(3), open(2)",
     is_cloexec, 0, false},
    {"shm_open.errors", "other errors are those of open(2)",
     "callers look at errno to see what they can do about it",
     "open(2), errno(3)", knows_open_errors, 0, false},
    {"shm_open.cwd", "the working directory stays",
     "the caller's next relative path leads elsewhere", "chdir(2)",
     stays_in_place, 0, false},
    {"shm_open.unlink", "my_shm_unlink() removes what it should",
     "an object whose name stays uses memory until the next boot",
     "shm_unlink(3), unlink(2)", removes, 0, false},
    {"shm_open.unlink-errors",
     "its errors are those of shm_unlink(3)",
     "callers go by errno: ENOENT, for one, may be all right",
     "shm_unlink(3), unlink(2)", knows_unlink_errors, 0, false},
    {"shm_open.long",
     "names of 255 bytes work, longer ones are an error",
     "a buffer that is too small cuts the name, or is overrun",
     "shm_open(3): ENAMETOOLONG; path_resolution(7)", knows_lengths,
     0, false},
    {0},
};
