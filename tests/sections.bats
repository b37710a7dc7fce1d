#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# sections.bats - the sections of shm_overview(7) and its SEE ALSO

bats_require_minimum_version 1.5.0
load helper

# Makes a library to preload from the C on standard input.
make_shim()
{
    $CC -shared -fPIC -x c - -o "$BATS_TEST_TMPDIR/shim.so"
}

@test "versions asks sysconf, as getconf(1) does, and knows the kernel" {
    run -0 ./versions
    [ "${lines[0]}" = "shared memory objects: $(getconf _POSIX_SHARED_MEMORY_OBJECTS)" ]
    [ "${lines[4]}" = "page size: $(getconf PAGESIZE)" ]
    [ "${lines[5]}" = "kernel: Linux $(uname -r)" ]
}

@test "versions tells the truth about -lrt: linking with and without it" {
    needs=$(./versions | sed -n 's/^link with -lrt: //p')
    cd "$BATS_TEST_TMPDIR"
    $CC -std=c17 "$BATS_TEST_DIRNAME/../examples/shm_unlink.c" -lrt -pthread
    case $needs in
        'not needed') $CC -std=c17 "$BATS_TEST_DIRNAME/../examples/shm_unlink.c" ;;
        yes) ! $CC -std=c17 "$BATS_TEST_DIRNAME/../examples/shm_unlink.c" ;;
        *) false ;;
    esac
}

@test "persistence: memory is kept by a mapping or a descriptor alone" {
    [ -n "${ISOLATED:-}" ] || skip "measures the filesystem: needs a private one"
    run -0 ./persistence
    [ "${lines[3]}" = "after close: 1048576 bytes in use" ]
    [ "${lines[4]}" = "after munmap: 0 bytes in use" ]
    [ "${lines[8]}" = "after munmap: 1048576 bytes in use" ]
    [ "${lines[9]}" = "after close: 0 bytes in use" ]
}

used()
{
    echo $(($(stat -f -c '(%b - %f) * %S' /dev/shm)))
}

@test "an unlinked object lives until the last of two processes unmaps it" {
    [ -n "${ISOLATED:-}" ] || skip "measures the filesystem: needs a private one"
    sized "$name" 1M
    head -c 1M /dev/zero | ./mmap -w "$name"
    mkfifo "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
    ./mmap -w "$name" <"$BATS_TEST_TMPDIR/a" & first=$!
    exec 4>"$BATS_TEST_TMPDIR/a"
    ./mmap -w "$name" <"$BATS_TEST_TMPDIR/b" 4>&- & second=$!
    exec 5>"$BATS_TEST_TMPDIR/b"
    await lists "$first:mmap:map"
    await lists "$second:mmap:map"
    ./shm_unlink "$name"
    exec 4>&-
    wait "$first"
    [ "$(used)" = 1048576 ]
    exec 5>&-
    wait "$second"
    [ "$(used)" = 0 ]
}

@test "no program dies of SIGBUS when the filesystem is full" {
    [ -n "${ISOLATED:-}" ] || skip "fills a private /dev/shm"
    sized "$name" 4096
    head -c 64M /dev/zero >"/dev/shm$name.full" || true
    run -1 ./mprotect "$name"
    [ "$output" = "mprotect: pwrite: $name: No space left on device" ]
    run -1 ./fork
    [[ "$output" == "fork: pwrite: /fork."*": No space left on device" ]]
    run -1 ./shmget
    [[ "$output" == "shmget: posix_fallocate: /shmget."*": No space left on device" ]]
    [ "$(wc -l </proc/sysvipc/shm)" = 1 ]
    ./shm_unlink "$name" "$name.full"
}

@test "a creator that is killed is reported, and its object removed" {
    needs_strace
    run -1 strace -f -qq -o /dev/null \
        -e inject=fallocate:signal=KILL ./persistence
    [[ "$output" == "persistence: creator killed: /persistence."* ]]
    [ -z "$(ls /dev/shm | grep persistence || true)" ]
}

@test "a child of somebody else's does not mislead a program" {
    sized "$name" 4096
    for program in "munmap $name" "mprotect $name" memfd_create; do
        run -0 sh -c "false & exec ./$program"
        [[ "$output" != *"child writes, and we read #"* ]]
    done
    ./shm_unlink "$name"
}

@test "persistence without the memory it needs fails, leaving nothing" {
    [ -n "${ISOLATED:-}" ] || skip "fills a private /dev/shm"
    sized "$name" 64M
    head -c 64M /dev/zero >"/dev/shm$name" || true
    run -1 ./persistence
    [[ "$output" == *"posix_fallocate: /persistence."*": No space left on device" ]]
    run -1 ./close "$name"
    [[ "$output" == *"posix_fallocate: /close."*": No space left on device"* ]]
    ./shm_unlink "$name"
}

@test "mprotect: the write is stopped, and only in this mapping" {
    sized "$name" 4096
    run -0 ./mprotect "$name"
    [ "${lines[1]}" = "PROT_READ: a child that writes is killed by SIGSEGV" ]
    [ "${lines[3]}" = "read-only descriptor, writable mmap: EACCES" ]
    [ "$(./mmap -l 1 "$name")" = '!' ]
    ./shm_unlink "$name"
}

@test "shmget leaves no segment and no object" {
    before=$(wc -l </proc/sysvipc/shm)
    run -0 ./shmget
    [ "$(wc -l </proc/sysvipc/shm)" = "$before" ]
}

@test "memfd_create hands a sealed object over" {
    run -0 ./memfd_create
    [ "${lines[-1]}" = "receiver: links 0, reads: sealed and delivered" ]
}

@test "fork: shared is shared, private is not, execve drops both" {
    run -0 ./fork
    [ "$output" = "MAP_SHARED: the child wrote c, the parent reads c
MAP_PRIVATE: the child wrote c, the parent reads p
after execve, mapped: no" ]
}

@test "acl: what it sets is what getfacl(1) sees, and the reverse" {
    [ -x acl ] || skip "needs libacl"
    command -v getfacl >/dev/null || skip "needs getfacl"
    sized "$name" 1
    run -0 ./acl "$name" "u::rw,u:$(id -u):r,g::-,o::-"
    [ "$(getfacl -cpn "/dev/shm$name" | sed '/^$/d')" = "user::rw-
user:$(id -u):r--
group::---
mask::r--
other::---" ]
    setfacl -m "g:$(id -g):rw" "/dev/shm$name"
    run -0 ./acl "$name"
    [ "${lines[-1]}" = "fstat sees: 0660" ]
    ./shm_unlink "$name"
}

@test "acl keeps the mask it is given" {
    [ -x acl ] || skip "needs libacl"
    sized "$name" 1
    run -0 ./acl "$name" "u::rw,u:$(id -u):rw,g::r,m::r,o::-"
    [[ "$output" == *"mask::r--"* ]]
    ./shm_unlink "$name"
}

@test "memfd_create: a sender that fails makes the program fail" {
    needs_strace
    for call in memfd_create ftruncate sendmsg; do
        run -1 strace -f -qq -o /dev/null -e trace=$call \
            -e inject=$call:error=EIO:when=1 ./memfd_create
        [[ "$output" == *"memfd_create: $call"*": Input/output error"* ]]
        [[ "$output" != *"receiver:"* ]]
    done
}

@test "memfd_create: the receiver believes nothing" {
    needs_strace
    run -1 strace -qq -o /dev/null -e trace=recvmsg \
        -e inject=recvmsg:retval=1 ./memfd_create
    [ "${lines[-1]}" = "memfd_create: recvmsg: no descriptor came" ]
    run -1 strace -qq -o /dev/null -e trace=fcntl \
        -e inject=fcntl:retval=0:when=4 ./memfd_create
    [ "${lines[-1]}" = "memfd_create: fcntl: memfd: seals are missing" ]
    make_shim <<'END'
#define _FILE_OFFSET_BITS 64
#include <sys/stat.h>
int fstat(int fd, struct stat *sb)
{
    (void)fd;
    *sb = (struct stat){.st_size = 19};
    return 0;
}
END
    run -1 env LD_PRELOAD="$BATS_TEST_TMPDIR/shim.so" ./memfd_create
    [ "${lines[-1]}" = "memfd_create: fstat: memfd: too short" ]
}

@test "memfd_create: neither end's descriptor survives an execve" {
    needs_strace
    strace -f -qq -e trace=memfd_create,recvmsg \
        -o "$BATS_TEST_TMPDIR/trace" ./memfd_create >/dev/null
    grep -q 'memfd_create("demo", MFD_CLOEXEC|MFD_ALLOW_SEALING)' \
        "$BATS_TEST_TMPDIR/trace"
    grep -q 'recvmsg(.* MSG_CMSG_CLOEXEC)' "$BATS_TEST_TMPDIR/trace"
}

@test "persistence fails when its creator cannot write" {
    needs_strace
    run -1 strace -f -qq -o /dev/null -e trace=write \
        -e inject=write:error=ENOSPC:when=1 ./persistence
    [[ "$output" == *"persistence: write: /persistence."* ]]
    [[ "$output" != *"creator exited"* ]]
}

@test "shmget's modes are what its own umask makes of them" {
    umask 077
    run -0 ./shmget
    umask 022
    [ "${lines[2]}" = "0644 gives   0644               0600" ]
}

@test "versions asks each question and tells no from yes" {
    needs_plain_build
    for option in SHARED_MEMORY_OBJECTS:0 MAPPED_FILES:1 SEMAPHORES:2 \
        VERSION:3 PAGESIZE:4; do
        make_shim <<END
#include <unistd.h>
long sysconf(int name)
{
    return name == _SC_${option%:*} ? -1 : 200809;
}
END
        run env LD_PRELOAD="$BATS_TEST_TMPDIR/shim.so" ./versions
        [ "$(sed -n '/: -1$/=' <<<"$output")" = "$((${option#*:} + 1))" ]
        [ "$status" = "$((${option#*:} == 0))" ]
    done
}

@test "versions says which question failed" {
    needs_plain_build
    make_shim <<'END'
#include <errno.h>
long sysconf(int name)
{
    (void)name;
    errno = EINVAL;
    return -1;
}
END
    run -1 env LD_PRELOAD="$BATS_TEST_TMPDIR/shim.so" ./versions
    [ "$output" = "versions: sysconf: shared memory objects: Invalid argument" ]
}

@test "shmget says what it finds, not what it expects" {
    needs_strace
    run -0 strace -qq -o /dev/null -P /proc/sysvipc/shm \
        -e inject=read:retval=0 ./shmget
    [[ "$output" == *"listed in    nowhere "* ]]
    first=$(strace -e trace=access ./shmget 2>&1 >/dev/null |
        grep -n '"/dev/shm/' | cut -d : -f 1)
    run -0 strace -qq -o /dev/null -e trace=access \
        -e inject="access:retval=0:when=$first" ./shmget
    [[ "$output" == *"removed      no such key        still there"* ]]
    run -0 strace -qq -o /dev/null -e trace=shmget \
        -e inject=shmget:retval=0:when=2 ./shmget
    [[ "$output" == *"removed      still there        no such name"* ]]
}

@test "close says when nothing is mapped any more" {
    needs_plain_build
    make_shim <<'END'
#include <stdio.h>
char *fgets(char *line, int size, FILE *file)
{
    (void)line, (void)size, (void)file;
    return NULL;
}
END
    sized "$name" 4096
    run -0 env LD_PRELOAD="$BATS_TEST_TMPDIR/shim.so" ./close "$name"
    ./shm_unlink "$name"
    [[ "$output" == *": nothing is mapped there"* ]]
}

@test "shm_open says what it could not remove" {
    needs_strace
    run -1 sh -c "strace -qq -o /dev/null -e trace=unlink,unlinkat \
        -e inject=unlink,unlinkat:error=EPERM ./shm_open -cx $name >/dev/full"
    [[ "${lines[-1]}" == "shm_open: shm_unlink: $name: "* ]]
    ./shm_unlink "$name"
}

@test "versions does not take what is no glibc for one" {
    needs_plain_build
    make_shim <<'END'
#include <stddef.h>
size_t confstr(int name, char *s, size_t size)
{
    (void)name, (void)s, (void)size;
    return 0;
}
END
    run -0 env LD_PRELOAD="$BATS_TEST_TMPDIR/shim.so" ./versions
    [[ "$output" == *"libc: not glibc"* ]]
}

# Children end as $1 says, from the fork(2) on whose number is $2.
children()
{
    make_shim <<END
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>
pid_t fork(void)
{
    static int forks;
    pid_t pid, (*next)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "fork");

    pid = next();
    if (++forks >= $2 && pid == 0)
        $1;
    return pid;
}
END
}

@test "a child that is killed is reported" {
    needs_plain_build
    sized "$name" 4096
    children 'raise(SIGKILL)' 1
    export LD_PRELOAD="$BATS_TEST_TMPDIR/shim.so"
    run -1 ./fork
    [ "$output" = "fork: child: wait status 0x9" ]
    run -1 ./memfd_create
    [ "$output" = "memfd_create: sender: signal 9" ]
    run -1 ./munmap "$name"
    [ "${lines[-1]}" = "munmap: child: status 9" ]
    run -1 ./mprotect "$name"
    [ "${lines[-1]}" = "mprotect: child: status 9" ]
    unset LD_PRELOAD
    ./shm_unlink "$name"
}

@test "fork reports a child that fails, and one that cannot execute" {
    needs_plain_build
    children '_exit(1)' 1
    run -1 env LD_PRELOAD="$BATS_TEST_TMPDIR/shim.so" ./fork
    [ "${lines[-1]}" = "fork: child: failed" ]
    make_shim <<'END'
#include <errno.h>
int execve(const char *path, char *const argv[], char *const envp[])
{
    (void)path, (void)argv, (void)envp;
    errno = ENOENT;
    return -1;
}
int execle(const char *path, const char *arg, ...)
{
    (void)path, (void)arg;
    errno = ENOENT;
    return -1;
}
END
    run -1 env LD_PRELOAD="$BATS_TEST_TMPDIR/shim.so" ./fork
    [[ "$output" == *"fork: execle: /bin/grep: No such file"* ]]
    [ "${lines[-1]}" = "fork: grep: status 127" ]
}

@test "shm_open from scratch refuses a name that is longer than a path" {
    needs_plain_build
    long=/$(head -c 5000 /dev/zero | tr '\0' x)
    run -1 env LD_PRELOAD=./inside/shm_open.so ./shm_open -r "$long"
    [ "$output" = "shm_open: shm_open: $long: File name too long" ]
}
