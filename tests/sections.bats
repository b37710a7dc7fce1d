#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# sections.bats - the sections of shm_overview(7) and its SEE ALSO

bats_require_minimum_version 1.5.0
load helper

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
    [ -n "${ISOLATED:-}" ] || skip "measures the file system: needs a private one"
    run -0 ./persistence
    [ "${lines[3]}" = "after close: 1048576 bytes in use" ]
    [ "${lines[4]}" = "after munmap: 0 bytes in use" ]
    [ "${lines[8]}" = "after munmap: 1048576 bytes in use" ]
    [ "${lines[9]}" = "after close: 0 bytes in use" ]
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
