/* SPDX-License-Identifier: 0BSD */
/*
 * 02.c - checks of mode-acl
 *
 * What an object allows is asked of the kernel: its mode, its ACL,
 * and whether processes of two users can open it. For let_in() the
 * caller is root, and one of the two belongs to the object's group.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../actor.h"
#include "../check.h"
#include "../world.h"

/* An umask that takes nothing away, some that do, and all. */
static const mode_t umasks[] = {0, 022, 027, 077, 0777};
static const mode_t modes[] = {0640, 0751, 0666, 0464, 0};
enum { N = 5 };

static const char *name;
static size_t length;
static mode_t mode, mask;

static uid_t
me(void)
{
    return world_has_friend() ? WORLD_ROOT : WORLD_USER;
}

static const char *
octal(mode_t m)
{
    char text[8];

    snprintf(text, sizeof(text), "%04o", (unsigned int)m);
    return strdup(text);
}

static struct actor *
creator(mode_t its_mode, mode_t its_umask)
{
    name = seeded_name();
    length = 1 + seeded(20000);
    mode = its_mode;
    mask = its_umask;
    return actor_start(me(), "create", name, text_of((long)length),
                       octal(mode), octal(mask), NULL);
}

/* One call more. Returns false if that was none. */
static bool
step(struct actor *a)
{
    enum event event = actor_next(a, true);

    return event == AT_CALL || event == AT_PAUSE;
}

static void
forget(void)
{
    actors_end();
    world_unlink(name);
}

static void
must_create(struct actor *a, struct stat *sb)
{
    actor_to_gate(a, GATE_RETURNED, "in create_mode()");
    if (a->value == -1)
        fail("a descriptor", "mode %04o, umask %04o: %s",
             (unsigned int)mode, (unsigned int)mask,
             strerror(a->error));
    if (world_stat(name, sb) == -1)
        fail("an object of the name that was asked for",
             "shm_open(\"%s\"): %s", name, strerror(errno));
}

static void
creates(void)
{
    for (int i = 0; i < N; i++) {
        struct actor *a = creator(modes[i], umasks[i]);
        int before = watch_descriptors(a->pid), fd, more;
        struct stat sb, theirs;

        must_create(a, &sb);
        more = watch_descriptors(a->pid) - before;
        fd = watch_open(a->pid, (int)a->value, O_PATH);
        if (fd == -1 || fstat(fd, &theirs) == -1 ||
            theirs.st_ino != sb.st_ino)
            fail("its descriptor", "what create_mode() returns is "
                                   "no descriptor of the object");
        close(fd);
        if ((watch_flags(a->pid, (int)a->value) & O_ACCMODE) !=
                O_RDWR ||
            more != 1)
            fail("one, for reading and writing",
                 "descriptors open: %d more than before, or it is "
                 "not for reading and writing",
                 more);
        if ((size_t)sb.st_size != length)
            fail(text_of((long)length), "fstat(2): %lld bytes",
                 (long long)sb.st_size);
        forget();
    }
}

static void
has_mode(void)
{
    for (int i = 0; i < N * N; i++) {
        struct actor *a = creator(modes[i / N], umasks[i % N]);
        struct stat sb;

        must_create(a, &sb);
        if ((sb.st_mode & 07777) != mode)
            fail(octal(mode),
                 "the umask is %04o; %04o was asked for, and it "
                 "has %04o",
                 (unsigned int)mask, (unsigned int)mode,
                 (unsigned int)sb.st_mode & 07777);
        forget();
    }
}

static void
keep_umask(struct actor *a, const char *when)
{
    mode_t now = watch_umask(a->pid);

    if (now != mask)
        fail(octal(mask), "%s, and then the umask is %04o", when,
             (unsigned int)now);
}

static void
has_umask(void)
{
    for (int i = 0; i < N; i++) {
        struct actor *a = creator(0640, umasks[i]);
        struct stat sb;

        must_create(a, &sb);
        keep_umask(a, "an object is created");
        forget();
        a = creator(0640, umasks[i]);
        if (!world_create(me(), name, 0600, "theirs", 6))
            cannot("no object can be created");
        actor_to_gate(a, GATE_RETURNED, "in create_mode()");
        keep_umask(a, "the name is taken");
        forget();
    }
}

/* Looks before each of its calls, under an umask that takes nothing
   away, and under one that takes much. */
static void
is_never_wider(void)
{
    for (int i = 0; i < 2 * N; i++) {
        struct actor *a = creator(modes[i / 2], i % 2 ? 077 : 0);
        struct stat sb;

        while (step(a))
            if (world_stat(name, &sb) == 0 &&
                (sb.st_mode & 07777 & ~mode) != 0)
                fail("never more than was asked for",
                     "mode %04o, but before %s(2) it has %04o",
                     (unsigned int)mode, park_name(a->call.nr),
                     (unsigned int)sb.st_mode & 07777);
        forget();
    }
}

/* The name is taken by somebody else when it is held at its k-th
   call; with 0, before it begins. Returns false if it has come too
   far for that. */
static bool
finds_theirs(int k)
{
    struct actor *a = creator(0640, 027);
    const char *when = k == 0 ? "the name is taken"
                              : "the name is taken meanwhile";
    int n = watch_descriptors(a->pid);
    struct stat before, sb;
    bool goes_on = true;

    for (int i = 0; i < k && goes_on; i++)
        goes_on = step(a);
    if (!goes_on || world_stat(name, &sb) == 0) {
        forget();
        return false;
    }
    if (!world_create(me(), name, 0600, "theirs", 6) ||
        world_stat(name, &before) == -1)
        cannot("no object can be created");
    actor_to_gate(a, GATE_RETURNED, "in create_mode()");
    if (a->value != -1 || a->error != EEXIST)
        fail("-1, and EEXIST", "%s, and create_mode() says: %s",
             when, a->value != -1 ? "success" : strerror(a->error));
    if (world_stat(name, &sb) == -1 || sb.st_ino != before.st_ino ||
        sb.st_mode != before.st_mode ||
        !world_holds(name, "theirs", 6))
        fail("it stays as it was",
             "%s, and the other's object was changed", when);
    if (watch_descriptors(a->pid) > n)
        fail("none", "%s, and a descriptor stays open", when);
    forget();
    return true;
}

static void
knows_eexist(void)
{
    for (int k = 0; finds_theirs(k);)
        k++;
}

/* Whether it is a call that creates, sizes or permits. */
static bool
may_fail(const struct call *call)
{
    switch (call->nr) {
    case SYS_openat:
        return (call->args[2] & O_CREAT) != 0;
#ifdef SYS_open
    case SYS_open:
        return (call->args[1] & O_CREAT) != 0;
    case SYS_chmod:
    case SYS_chown:
#endif
    case SYS_ftruncate:
    case SYS_fallocate:
    case SYS_fchmod:
    case SYS_fchmodat:
    case SYS_linkat:
    case SYS_fchown:
    case SYS_fchownat:
    case SYS_setxattr:
    case SYS_fsetxattr:
        return true;
    default:
        return false;
    }
}

/* None that one could do anything about. */
static const int errors[] = {ENOSPC, EIO, EPERM, ENOMEM};
enum { ERRORS = 4 };

/* Lets it go on until its k-th call of that kind fails with an
   error, of which it tells in when. Returns false if there is none.
 */
static bool
kth_fails(struct actor *a, int k, int error, char when[80])
{
    int n = 0;

    while (step(a))
        if (may_fail(&a->call) && ++n == k) {
            snprintf(when, 80, "%s(2) fails, %s",
                     park_name(a->call.nr), strerrorname_np(error));
            actor_answer(a, 0, error);
            return true;
        }
    return false;
}

static bool
cleans_up_after(int k, int error)
{
    struct actor *a = creator(0640, 0077);
    int before = watch_descriptors(a->pid);
    char when[80] = "";
    bool fails = kth_fails(a, k, error, when);
    struct stat sb;

    if (fails) {
        actor_to_gate(a, GATE_RETURNED, "in create_mode()");
        if (world_stat(name, &sb) == -1)
            sb.st_size = -1;
        keep_umask(a, when);
        if (a->value != -1 && (sb.st_size != (off_t)length ||
                               (sb.st_mode & 07777) != mode))
            fail("-1", "%s, and create_mode() returns a descriptor",
                 when);
        if (a->value == -1 && a->error != error)
            fail("the errno of the call that has failed",
                 "%s, and then errno is: %s", when,
                 strerrorname_np(a->error));
        if (a->value == -1 && (sb.st_size != -1 ||
                               watch_descriptors(a->pid) > before))
            fail("nothing is left", "%s, and %s is left", when,
                 sb.st_size != -1 ? "the object" : "a descriptor");
    }
    forget();
    return fails;
}

/* Each of them fails, for one reason and for another one. So no
   errno is right that is always the same. */
static void
cleans_up(void)
{
    for (int i = 0; i < 2; i++)
        for (int k = 1;
             cleans_up_after(k, errors[(k + 2 * i) % ERRORS]);)
            k++;
}

/* What one can do with an object, as in its mode; and both at once,
   which takes an entry that allows both. */
enum { READ = 4, WRITE = 2, EXECUTE = 1, BOTH = 8 };

/* What that user can do with the object: really tries it. */
static int
try(void *data)
{
    struct __user_cap_header_struct header = {
        .version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};
    char path[64];

    (void)data;

    /* Only execve(2) would end its right to pass over them. */
    if (syscall(SYS_capset, &header, none) == -1)
        return 255;
    snprintf(path, sizeof(path), "/dev/shm%s", name);
    return (open(path, O_RDONLY) != -1 ? READ : 0) +
           (open(path, O_WRONLY) != -1 ? WRITE : 0) +
           (access(path, X_OK) != -1 ? EXECUTE : 0) +
           (open(path, O_RDWR) != -1 ? BOTH : 0);
}

static const mode_t object_modes[] = {0600, 0640, 0644, 0440, 0604};

static int
rights_of(uid_t user)
{
    int status = 0;
    pid_t pid = world_spawn(user, try, NULL);

    if (waitpid(pid, &status, 0) == -1 || !WIFEXITED(status) ||
        WEXITSTATUS(status) > 15)
        cannot("no process of that user can be started");
    return WEXITSTATUS(status);
}

static const char *
words(int rights)
{
    return rights == 0               ? "nothing"
           : rights == READ          ? "read it"
           : rights == WRITE         ? "write it"
           : (rights & EXECUTE) != 0 ? "even execute it"
                                     : "read and write it";
}

/* An object of root, in the group of WORLD_USER, and the call of
   let_in() for it. */
static struct actor *
object(mode_t its_mode, struct stat *sb)
{
    int fd;

    name = seeded_name();
    mode = its_mode;
    if (!world_create(WORLD_USER, name, 0600, "x", 1) ||
        world_stat(name, sb) == -1 || world_unlink(name) == -1 ||
        !world_create(WORLD_ROOT, name, 0600, "x", 1))
        cannot("no object can be created");
    fd = world_open(name, O_RDWR);
    if (fd == -1 || fchown(fd, (uid_t)-1, sb->st_gid) == -1 ||
        fchmod(fd, mode) == -1 || fstat(fd, sb) == -1)
        cannot("no object for a group can be made");
    close(fd);
    return actor_start(WORLD_ROOT, "let_in", name,
                       text_of(WORLD_FRIEND), NULL);
}

static void
must_let_in(struct actor *a)
{
    actor_to_gate(a, GATE_RETURNED, "in let_in()");
    if (a->value != 0)
        fail("0", "mode %04o, and let_in() returns %ld, %s",
             (unsigned int)mode, a->value, strerror(a->error));
}

static void
lets_in(void)
{
    for (int i = 0; i < N; i++) {
        struct stat sb;
        struct actor *a = object(object_modes[i], &sb);
        int fd = (int)a->value, now;

        must_let_in(a);
        if (watch_flags(a->pid, fd) == -1)
            fail("it stays open",
                 "let_in() returns, and the descriptor is closed");
        now = rights_of(WORLD_FRIEND);
        if (now != READ + WRITE + BOTH)
            fail("to read and write it",
                 "mode %04o: what the user may do is: %s",
                 (unsigned int)mode, words(now));
        forget();
    }
}

/* Somebody else, who is in the object's group. Whom that
   keeps out, as mode 0604 does, is for the next check. */
static void
keeps_user_out(void)
{
    for (int i = 0; i < N - 1; i++) {
        struct stat sb;
        struct actor *a = object(object_modes[i], &sb);
        int before = rights_of(WORLD_USER), now;

        must_let_in(a);
        now = rights_of(WORLD_USER);
        if ((now & ~before) != 0)
            fail(words(before),
                 "mode %04o: then a member of the group may %s",
                 (unsigned int)mode, words(now));
        forget();
    }
}

/* The ID, for us, of the user who is to be let in. */
static uid_t
friend_id(void)
{
    struct stat sb;

    name = seeded_name();
    if (!world_create(WORLD_FRIEND, name, 0600, "", 0) ||
        world_stat(name, &sb) == -1 || world_unlink(name) == -1)
        cannot("no object can be created");
    return sb.st_uid;
}

/* What the ACL, or without one the mode, allows whom. What it is
   made of stands in acl(5), and how in linux/posix_acl_xattr.h. */
static void
look_at_acl(const struct stat *before, uid_t user, const char *when)
{
    struct {
        struct posix_acl_xattr_header header;
        struct posix_acl_xattr_entry entry[32];
    } acl;
    unsigned int group, other, limit = 7, more = 0, members = 0;
    struct stat sb;
    int fd = world_open(name, O_RDONLY);
    ssize_t size;

    if (fd == -1 || fstat(fd, &sb) == -1)
        fail("the object", "%s, and it is not there", when);
    size = fgetxattr(fd, "system.posix_acl_access", &acl,
                     sizeof(acl));
    close(fd);
    group = sb.st_mode >> 3 & 7;
    other = sb.st_mode & 7;
    size -= (ssize_t)sizeof(acl.header);
    size /= (ssize_t)sizeof(acl.entry[0]);
    for (int i = 0; i < size; i++)
        if (acl.entry[i].e_tag == ACL_MASK)
            limit = acl.entry[i].e_perm;
    for (int i = 0; i < size; i++)
        switch (acl.entry[i].e_tag) {
        case ACL_GROUP_OBJ:
            group = acl.entry[i].e_perm & limit;
            break;
        case ACL_USER:
            if (acl.entry[i].e_id == user)
                break;
            more |= acl.entry[i].e_perm & limit;
            break;
        case ACL_GROUP:
            more |= acl.entry[i].e_perm & limit;
            break;
        default:
            break;
        }

    /* Who was in the group, and is not any more, is one of the
       others now, who may be allowed more. */
    if (sb.st_gid == before->st_gid)
        group &= ~(before->st_mode >> 3);
    else
        members = other & ~(before->st_mode >> 3);
    if (sb.st_uid != before->st_uid && sb.st_uid != user)
        more |= sb.st_mode >> 6 & 7;
    more = ((more | group | other) & ~before->st_mode & 7) |
           members;
    if (more != 0)
        fail("nobody else may do more than before",
             "mode %04o, %s: others may %s", (unsigned int)mode,
             when, words((int)more));
}

/* For a moment the owner may have what is meant for the next one,
   and could take it at any time: but it does not stay so. */
static void
look_at_owner(const struct stat *before)
{
    struct stat sb;

    if (world_stat(name, &sb) == 0 && sb.st_uid == before->st_uid &&
        (sb.st_mode & ~before->st_mode & 0700) != 0)
        fail("nobody else may do more than before",
             "mode %04o, after let_in(): the owner may %s",
             (unsigned int)mode, words((int)(sb.st_mode >> 6 & 6)));
}

static void
lets_nobody_else_in(void)
{
    uid_t user = friend_id();

    for (int i = 0; i < N; i++) {
        struct stat sb;
        struct actor *a = object(object_modes[i], &sb);
        char when[80];

        while (step(a)) {
            snprintf(when, sizeof(when), "before %s(2)",
                     park_name(a->call.nr));
            look_at_acl(&sb, user, when);
        }
        look_at_acl(&sb, user, "after let_in()");
        look_at_owner(&sb);
        forget();
    }
}

/* The k-th of its calls fails, and no other. Returns false if there
   is none. */
static bool
stays_out(int k, mode_t its_mode)
{
    struct stat sb;
    struct actor *a = object(its_mode, &sb);
    int before = rights_of(WORLD_FRIEND), now, fd = (int)a->value;
    int error = errors[k % ERRORS];
    char when[80] = "";
    bool fails = kth_fails(a, k, error, when);

    if (fails) {
        actor_to_gate(a, GATE_RETURNED, when);
        now = rights_of(WORLD_FRIEND);
        if (a->value != -1 && now != READ + WRITE + BOTH)
            fail("-1", "%s, and let_in() says: success", when);
        if (a->value == -1 && a->error != error)
            fail("the errno of the call that has failed",
                 "%s, and then errno is: %s", when,
                 strerrorname_np(a->error));
        if (a->value == -1 && (now & ~before) != 0)
            fail("nobody was let in",
                 "mode %04o, %s, let_in() returns -1, and the user "
                 "may %s",
                 (unsigned int)mode, when, words(now));
        if (watch_flags(a->pid, fd) == -1)
            fail("it stays open",
                 "%s, and the descriptor is closed", when);
    }
    forget();
    return fails;
}

static void
knows_errors(void)
{
    struct stat sb;
    struct actor *a = object(0640, &sb);
    int before = rights_of(WORLD_FRIEND);
    enum event event;

    /* Nothing about the object may be changed. */
    while ((event = actor_next(a, true)) == AT_CALL ||
           event == AT_PAUSE)
        if (may_fail(&a->call))
            actor_answer(a, 0, EPERM);
    if (event != AT_GATE || a->value != -1 || a->error != EPERM ||
        (rights_of(WORLD_FRIEND) & ~before) != 0)
        fail("-1, and EPERM",
             "no change is permitted, and let_in() says: %s",
             event != AT_GATE ? actor_event(a, event)
             : a->value == -1 ? strerror(a->error)
                              : "success");
    forget();
    a = actor_start(WORLD_ROOT, "let_in", name,
                    text_of(WORLD_FRIEND), NULL);
    actor_to_gate(a, GATE_RETURNED, "the descriptor is bad");
    /* ENOENT: the name that it has in /proc. */
    if (a->value != -1 || (a->error != EBADF && a->error != ENOENT))
        fail("-1, and EBADF",
             "the descriptor is bad, and let_in() says: %s",
             a->value == -1 ? strerror(a->error) : "success");
    actors_end();
    for (int i = 0; i < N; i++)
        for (int k = 1; stays_out(k, object_modes[i]);)
            k++;
}

const struct check checks_02[] = {
    {"mode-acl.creates",
     "an object of that length, and a descriptor",
     "that is what it is for", "shm_open(3), ftruncate(2)", creates,
     0, false},
    {"mode-acl.mode", "it has the mode, whatever the umask is",
     "the umask takes bits away from the mode that shm_open(3) "
     "gets",
     "umask(2), fchmod(2)", has_mode, 0, false},
    {"mode-acl.umask", "the umask stays as it was",
     "it is that of the whole process: whatever else it creates "
     "would have other permissions than it should",
     "umask(2)", has_umask, 0, false},
    {"mode-acl.narrow", "at no moment others may do more",
     "who opens the object in that moment keeps it for ever",
     "shm_open(3), fchmod(2)", is_never_wider, 0, false},
    {"mode-acl.exists",
     "an object that exists is an error, and stays",
     "you would use, and open to others, the object of somebody "
     "else",
     "shm_open(3): O_EXCL", knows_eexist, 0, false},
    {"mode-acl.clean", "if a call fails, nothing is left",
     "the next start would find a half-made object",
     "shm_unlink(3)", cleans_up, 0, false},
    {"mode-acl.friend", "one user is let in",
     "a mode knows one owner and one group: an ACL knows anybody",
     "acl(5), acl_set_fd(3), acl_calc_mask(3), fchown(2)", lets_in,
     0, true},
    {"mode-acl.others", "another one, of the group, is not",
     "a mode opens the object to a whole group; and with an ACL, "
     "its group bits are the mask of all entries",
     "acl(5): CORRESPONDENCE BETWEEN ACL ENTRIES AND FILE "
     "PERMISSION BITS",
     keeps_user_out, 0, true},
    {"mode-acl.nobody", "nor is anybody else, at no moment",
     "who was not meant may do as much harm as who is let in",
     "acl(5), fchown(2)", lets_nobody_else_in, 0, true},
    {"mode-acl.errors", "if that fails, it says so",
     "the caller goes by what is returned, and by errno",
     "acl_get_fd(3), acl_set_fd(3), errno(3)", knows_errors, 0,
     true},
    {0},
};
