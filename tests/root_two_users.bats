#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# root_two_users.bats - what one user may do to another's objects
#
# Runs as the real root, who can act as any user. The two are 65533 and
# 65534; the programs are copied to where both can reach them.

bats_require_minimum_version 1.5.0
load helper

setup_file()
{
    programs=$(mktemp -d)
    export programs
    chmod 755 "$programs"
    cp "$OUT"/examples/* "$programs" 2>/dev/null || true
    cp -r "$OUT/examples/inside" "$programs"
    cp "$OUT"/sem-sync/writer "$OUT"/sem-sync/reader "$programs"
    chmod -R go+rX "$programs"
}

teardown_file()
{
    rm -rf "$programs"
}

as()
{
    local user=$1
    shift
    (cd "$programs" && exec setpriv --reuid "$user" --regid "$user" \
        --clear-groups "$@")
}

@test "an object belongs to the user and group that created it" {
    as 65533 ./shm_open -cx "$name" >/dev/null
    run -0 as 65533 ./fstat "$name"
    [ "${lines[3]}" = "  owner: 65533" ]
    [ "${lines[4]}" = "  group: 65533" ]
    ./shm_unlink "$name"
}

@test "mode 0600 keeps another user out, 0644 lets him read" {
    as 65533 ./shm_open -cx "$name" >/dev/null
    as 65533 ./ftruncate "$name" 4 >/dev/null
    run -1 as 65534 ./mmap "$name"
    [ "$output" = "mmap: shm_open: $name: Permission denied" ]
    as 65533 ./fchmod "$name" 0644 >/dev/null
    run -0 as 65534 ./mmap "$name"
    run -1 as 65534 ./mmap -w "$name"
    [ "$output" = "mmap: shm_open: $name: Permission denied" ]
    ./shm_unlink "$name"
}

@test "an ACL lets one more user in, and the mode does not tell" {
    [ -x "$programs/acl" ] || skip "needs libacl"
    as 65533 ./shm_open -cx "$name" >/dev/null
    as 65533 ./ftruncate "$name" 4 >/dev/null
    run -1 as 65534 ./mmap "$name"
    run -0 as 65533 ./acl "$name" u::rw,u:65534:r,g::-,o::-
    run -0 as 65534 ./mmap "$name"
    run -1 as 65532 ./mmap "$name"
    [ "$(stat -c %a "/dev/shm$name")" = 640 ]
    ./shm_unlink "$name"
}

@test "chown to another is for root; the new owner can use the object" {
    as 65533 ./shm_open -cx "$name" >/dev/null
    run -1 as 65533 ./fchown "$name" 65534
    [ "$output" = "fchown: fchown: $name: Operation not permitted" ]
    run -0 ./fchown "$name" 65534:65534
    [ "$output" = "old owner: 65533:65533
new owner: 65534:65534" ]
    run -0 as 65534 ./shm_open "$name"
    run -1 as 65533 ./shm_open "$name"
    ./shm_unlink "$name"
}

@test "only the owner may change mode, owner and ACL" {
    as 65533 ./shm_open -cx -m 0644 "$name" >/dev/null
    run -1 as 65534 ./fchmod "$name" 0666
    [ "$output" = "fchmod: fchmod: $name: Operation not permitted" ]
    run -1 as 65534 ./fchown "$name" :65534
    [ "$output" = "fchown: fchown: $name: Operation not permitted" ]
    if [ -x "$programs/acl" ]; then
        run -1 as 65534 ./acl "$name" u::rw,g::rw,o::rw
        [ "$output" = "acl: acl_set_fd: $name: Operation not permitted" ]
    fi
    [ "$(stat -c %a "/dev/shm$name")" = 644 ]
    ./shm_unlink "$name"
}

@test "nobody but the owner and root can remove a name" {
    as 65533 ./shm_open -cx -m 0666 "$name" >/dev/null
    run -1 as 65534 ./shm_unlink "$name"
    [[ "$output" == "shm_unlink: shm_unlink: $name: "* ]]
    run -0 as 65533 ./shm_unlink "$name"
    as 65533 ./shm_open -cx "$name" >/dev/null
    run -0 ./shm_unlink "$name"
}

@test "our shm_unlink says EACCES where the kernel says EPERM" {
    needs_plain_build
    as 65533 ./shm_open -cx -m 0666 "$name" >/dev/null
    run -1 as 65534 env LD_PRELOAD="$programs/inside/shm_open.so" \
        ./shm_unlink "$name"
    [ "$output" = "shm_unlink: shm_unlink: $name: Permission denied" ]
    ./shm_unlink "$name"
}

@test "dev_shm counts the processes that it may not look into" {
    as 65533 ./shm_open -cx "$name" >/dev/null
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    (exec 5<"/dev/shm$name"; cat "$BATS_TEST_TMPDIR/fifo") &
    exec 4<>"$BATS_TEST_TMPDIR/fifo"
    await lists :cat:fd
    run -0 --separate-stderr as 65534 ./dev_shm "$name"
    [[ "$output" == *" $name -" ]]
    [[ "$stderr" == "dev_shm: processes that could not be looked into: "* ]]
    exec 4>&-
    wait
    ./shm_unlink "$name"
}

@test "root sees size and memory of a nameless object that is only mapped" {
    sized "$name" 8K
    head -c 8K /dev/zero | ./mmap -w "$name"
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    ./mmap -w "$name" <"$BATS_TEST_TMPDIR/fifo" &
    exec 4<>"$BATS_TEST_TMPDIR/fifo"
    await lists :map
    ./shm_unlink "$name"
    run -0 ./dev_shm "$name"
    [[ "${lines[1]}" == "shm  0600 root "*" 8192 "*" 0 $name "*":map" ]]
    exec 4>&-
    wait
}

@test "OWNER: gives the login group as well, and groups have names" {
    user=$(getent passwd | awk -F : '$3 != $4 { print $1; exit }')
    group=$(getent group | awk -F : '$3 > 0 { print $1; exit }')
    sized "$name" 1
    run -0 ./fchown "$name" "$user:"
    [ "${lines[1]}" = "new owner: $(id -u "$user"):$(id -g "$user")" ]
    run -0 ./fchown "$name" ":$group"
    [ "${lines[1]}" = "new owner: $(id -u "$user"):$(getent group "$group" | cut -d : -f 3)" ]
    ./shm_unlink "$name"
}

@test "the pair refuses an object that another user made first" {
    as 65533 ./shm_open -cx -m 0600 "$name" >/dev/null
    for program in writer reader; do
        run -1 as 65534 ./$program "$name"
        [ "$output" = "$program: shm_open: $name: Permission denied" ]
    done
    run -1 as 0 ./reader "$name"
    [ "$output" = "reader: $name: not ours alone: owner or permissions" ]

    # One that root, or all, may open: the name is kept from the pair,
    # but no byte goes there. With fs.protected_regular the kernel
    # refuses O_CREAT already.
    as 65533 ./fchmod "$name" 0666 >/dev/null
    for user in 0 65534; do
        run -1 as $user ./reader "$name"
        [ "$output" = "reader: $name: not ours alone: owner or permissions" ]
        run -1 as $user ./writer "$name"
        [[ "$output" == "writer: $name: not ours alone: owner or permissions" ||
            "$output" == "writer: shm_open: $name: Permission denied" ]]
    done
    [ "$(stat -c '%u %s' "/dev/shm$name")" = "65533 0" ]
    ./shm_unlink "$name"
}

@test "what a pitfall mounts, nobody else sees" {
    mount --make-rshared /
    before=$(cat /proc/self/mounts)
    run -0 ./pitfalls/own_dev_shm
    run -0 ./pitfalls/nothing_reserved
    [ "$(cat /proc/self/mounts)" = "$before" ]
    mount --make-rprivate /
}
