#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# interfaces.bats - the nine interfaces of shm_overview(7): what the
# transcripts cannot hold, statuses and effects above all

bats_require_minimum_version 1.5.0
load helper

@test "shm_open -cx creates an empty object of mode 0600" {
    run -0 ./shm_open -cx "$name"
    [ "$output" = "access mode: O_RDWR
close-on-exec: yes
permissions: 0600
length: 0" ]
    [ "$(stat -c '%s %a' "/dev/shm$name")" = "0 600" ]
    ./shm_unlink "$name"
}

@test "shm_open -cx of a name that exists fails and leaves it alone" {
    sized "$name" 5
    run -1 ./shm_open -cx "$name"
    [ "$output" = "shm_open: shm_open: $name: File exists" ]
    [ "$(stat -c %s "/dev/shm$name")" = 5 ]
    ./shm_unlink "$name"
}

@test "shm_open -c opens what is there, whatever mode it is given" {
    sized "$name" 5 0640
    run -0 ./shm_open -c -m 0600 "$name"
    [ "${lines[2]}" = "permissions: 0640" ]
    [ "${lines[3]}" = "length: 5" ]
    ./shm_unlink "$name"
}

@test "shm_open without -c creates nothing" {
    run -1 ./shm_open "$name"
    [ "$output" = "shm_open: shm_open: $name: No such file or directory" ]
    [ ! -e "/dev/shm$name" ]
}

@test "shm_open gives the mode less the umask" {
    for umask in 000 022 027 077 777; do
        umask $umask
        run -0 ./shm_open -cx -m 0666 "$name"
        umask 022
        [ "${lines[2]}" = "permissions: $(printf %04o $((0666 & ~0$umask)))" ]
        rm -f "/dev/shm$name"
    done
}

@test "shm_open -t empties an object, -r opens it for reading only" {
    sized "$name" 5
    run -0 ./shm_open -t "$name"
    [ "${lines[3]}" = "length: 0" ]
    run -0 ./shm_open -r "$name"
    [ "${lines[0]}" = "access mode: O_RDONLY" ]
    ./shm_unlink "$name"
}

@test "shm_open -r needs the right to read alone, without -r also to write" {
    needs_ordinary_user
    sized "$name" 5 0400
    run -0 ./shm_open -r "$name"
    run -1 ./shm_open "$name"
    [ "$output" = "shm_open: shm_open: $name: Permission denied" ]
    ./shm_unlink "$name"
}

@test "shm_open -cx removes its object when it cannot report" {
    run -1 sh -c "./shm_open -cx $name >/dev/full"
    [ ! -e "/dev/shm$name" ]
}

@test "shm_open -c removes nothing when it cannot report" {
    sized "$name" 5
    run -1 sh -c "./shm_open -c $name >/dev/full"
    [ "$(stat -c %s "/dev/shm$name")" = 5 ]
    ./shm_unlink "$name"
}

@test "ftruncate grows with zeros and shrinks, and says both sizes" {
    ./shm_open -cx "$name" >/dev/null
    run -0 ./ftruncate "$name" 3
    [ "$output" = "old size: 0
new size: 3
memory used: 0" ]
    printf abc >"/dev/shm$name"
    ./ftruncate "$name" 1
    ./ftruncate "$name" 3
    printf 'a\0\0' | cmp - "/dev/shm$name"
    ./shm_unlink "$name"
}

@test "ftruncate takes K, M and G as powers of 1024" {
    ./shm_open -cx "$name" >/dev/null
    for size in 7:7 2K:2048 3M:3145728 5G:5368709120; do
        run -0 ./ftruncate "$name" "${size%:*}"
        [ "${lines[1]}" = "new size: ${size#*:}" ]
        [ "$(stat -c %s "/dev/shm$name")" = "${size#*:}" ]
    done
    ./shm_unlink "$name"
}

@test "ftruncate to more than a file may have fails and says so" {
    sized "$name" 5
    (ulimit -f 8; trap '' XFSZ
     ! ./ftruncate "$name" 1M 2>"$BATS_TEST_TMPDIR/err")
    [ "$(cat "$BATS_TEST_TMPDIR/err")" = "ftruncate: ftruncate: $name: File too large" ]
    [ "$(stat -c %s "/dev/shm$name")" = 5 ]
    ./shm_unlink "$name"
}

@test "mmap -w stores standard input, mmap writes the object out" {
    sized "$name" 1M
    head -c 1M /dev/urandom >"$BATS_TEST_TMPDIR/data"
    run -0 ./mmap -w "$name" <"$BATS_TEST_TMPDIR/data"
    [ -z "$output" ]
    ./mmap "$name" | cmp - "$BATS_TEST_TMPDIR/data"
    cmp "/dev/shm$name" "$BATS_TEST_TMPDIR/data"
    ./shm_unlink "$name"
}

@test "mmap takes any offset and length inside the object" {
    sized "$name" 20000
    head -c 20000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
    ./mmap -w "$name" <"$BATS_TEST_TMPDIR/data"
    for range in 0:1 1:1 4095:2 4096:4096 4097:8191 8192:1 19999:1 5:19995; do
        offset=${range%:*} length=${range#*:}
        ./mmap -o "$offset" -l "$length" "$name" >"$BATS_TEST_TMPDIR/part"
        tail -c +$((offset + 1)) "$BATS_TEST_TMPDIR/data" |
            head -c "$length" | cmp - "$BATS_TEST_TMPDIR/part"
    done
    ./shm_unlink "$name"
}

@test "mmap -w at an offset leaves the bytes around it alone" {
    sized "$name" 10
    printf 0123456789 | ./mmap -w "$name"
    printf ab | ./mmap -w -o 4 "$name"
    [ "$(./mmap "$name")" = 0123ab6789 ]
    printf xyz | ./mmap -w -o 7 -l 3 "$name"
    [ "$(./mmap "$name")" = 0123ab6xyz ]
    ./shm_unlink "$name"
}

@test "mmap -w of shorter input keeps the rest, longer input is an error" {
    sized "$name" 4
    printf abcd | ./mmap -w "$name"
    printf x | ./mmap -w "$name"
    [ "$(./mmap "$name")" = xbcd ]
    run -1 ./mmap -w "$name" <<<"123456"
    [ "$output" = "mmap: read: stdin: no end after 4 bytes" ]
    [ "$(./mmap "$name")" = 1234 ]
    ./shm_unlink "$name"
}

@test "mmap -w reads slow input to its end" {
    sized "$name" 8
    (printf ab; ./fstat "$name" >/dev/null; printf cd) | ./mmap -w "$name"
    [ "$(./mmap -l 4 "$name")" = abcd ]
    ./shm_unlink "$name"
}

@test "a store is seen by a process that had mapped the object before" {
    sized "$name" 1M
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    ./mmap "$name" >"$BATS_TEST_TMPDIR/fifo" &
    exec 4<"$BATS_TEST_TMPDIR/fifo"
    await lists :map
    # The pipe is full long before the last byte.
    printf '!' | ./mmap -w -o 1048575 "$name"
    [ "$(tail -c 1 <&4)" = '!' ]
    exec 4<&-
    wait
    ./shm_unlink "$name"
}

@test "mmap reads with the right to read, -w needs the right to write" {
    needs_ordinary_user
    sized "$name" 4 0400
    run -0 ./mmap "$name"
    run -1 ./mmap -w "$name" </dev/null
    [ "$output" = "mmap: shm_open: $name: Permission denied" ]
    ./shm_unlink "$name"
}

@test "mmap ends with an error, not SIGBUS, when the memory runs out" {
    [ -n "${ISOLATED:-}" ] || skip "needs a private, small /dev/shm"
    sized "$name" 1G
    run -1 sh -c "./mmap -w $name </dev/zero"
    [ "$output" = "mmap: read: stdin: $name: Bad address" ]
    ./shm_unlink "$name"
}

@test "munmap leaves the object as it was" {
    sized "$name" 6
    echo hello | ./mmap -w "$name"
    run -0 ./munmap "$name"
    [ "${lines[0]}" = "mapped: r--s /dev/shm$name" ]
    [ "${lines[1]}" = "after munmap: nothing is mapped there" ]
    [ "${lines[2]}" = "the object: 6 bytes, as before" ]
    [ "${lines[3]}" = "a child that reads there: killed by SIGSEGV" ]
    [ "$(./mmap "$name")" = hello ]
    ./shm_unlink "$name"
}

@test "munmap's crashing child leaves no core file" {
    sized "$name" 6
    mkdir "$BATS_TEST_TMPDIR/here"
    (cd "$BATS_TEST_TMPDIR/here" && ulimit -c unlimited 2>/dev/null
     "$OUT/examples/munmap" "$name" && "$OUT/examples/mprotect" "$name")
    [ -z "$(ls -A "$BATS_TEST_TMPDIR/here")" ]
    ./shm_unlink "$name"
}

@test "shm_unlink removes all names it can and says which it cannot" {
    sized "$name.a" 1
    sized "$name.b" 1
    run -1 ./shm_unlink "$name.a" "$name.none" "$name.b"
    [ "$output" = "shm_unlink: shm_unlink: $name.none: No such file or directory" ]
    [ ! -e "/dev/shm$name.a" ]
    [ ! -e "/dev/shm$name.b" ]
}

@test "shm_unlink -f accepts a missing name, but no other failure" {
    run -0 ./shm_unlink -f "$name"
    [ -z "$output" ]
    long=/$(printf '%0256d' 0)
    run -1 ./shm_unlink -f "$long"
}

@test "shm_unlink needs no permission on the object" {
    sized "$name" 1 0
    run -0 ./shm_unlink "$name"
    [ ! -e "/dev/shm$name" ]
}

@test "close: the mapping stays, the descriptor is gone" {
    sized "$name" 6
    run -0 ./close "$name"
    [ "${lines[0]}" = "mapped: r--s /dev/shm$name" ]
    [ "${lines[1]}" = "the descriptor after close: EBADF" ]
    [ "${lines[2]}" = "after close: r--s /dev/shm$name" ]
    [ "${lines[3]}" = "a descriptor alone, links 0: keeps 65536 bytes" ]
    ./shm_unlink "$name"
}

@test "fstat says what stat(1) says" {
    sized "$name" 12345 0640
    head -c 5000 /dev/zero | ./mmap -w -l 5000 "$name"
    run -0 ./fstat "$name"
    [ "$output" = "$(stat -c "$name
  size: %s
  permissions: 0%a
  owner: %u
  group: %g
  memory used: $(($(stat -c '%b * %B' "/dev/shm$name")))
  links: %h" "/dev/shm$name")" ]
    [ "$(stat -c %b "/dev/shm$name")" -gt 0 ]
    ./shm_unlink "$name"
}

@test "fstat goes on after a name that is missing, and ends with 1" {
    sized "$name" 1
    run -1 ./fstat "$name.none" "$name"
    [ "${lines[0]}" = "fstat: shm_open: $name.none: No such file or directory" ]
    [ "${lines[1]}" = "$name" ]
    ./shm_unlink "$name"
}

@test "fchmod sets exactly the mode it is given, whatever the umask" {
    sized "$name" 1
    umask 077
    run -0 ./fchmod "$name" 666
    umask 022
    [ "$output" = "old permissions: 0600
new permissions: 0666" ]
    [ "$(stat -c %a "/dev/shm$name")" = 666 ]
    ./shm_unlink "$name"
}

@test "fchown accepts names, ids, either part alone and a login group" {
    sized "$name" 1
    me=$(id -u):$(id -g)
    for owner in "$me" "$(id -u)" ":$(id -g)" ":$(id -gn)"; do
        run -0 ./fchown "$name" "$owner"
        [ "$output" = "old owner: $me
new owner: $me" ]
    done
    if user=$(id -un) && [ "$(id -g "$user")" = "$(id -g)" ]; then
        run -0 ./fchown "$name" "$user:"
        [ "${lines[1]}" = "new owner: $me" ]
    fi
    ./shm_unlink "$name"
}

@test "fchown by an ordinary user to another is refused" {
    needs_ordinary_user
    sized "$name" 1
    run -1 ./fchown "$name" 1
    [[ "$output" == "fchown: fchown: $name: "* ]]
    [ "$(stat -c %u "/dev/shm$name")" = "$(id -u)" ]
    ./shm_unlink "$name"
}

@test "a program with standard error closed fails and touches nothing" {
    sized "$name" 4
    printf abcd | ./mmap -w "$name"
    for program in "shm_open -cx $name.new" "ftruncate $name 2" \
        "mmap $name" "munmap $name" "close $name" "fstat $name" \
        "fchmod $name 0666" "fchown $name 0" "mprotect $name" \
        persistence shmget fork memfd_create; do
        run -1 sh -c "./$program 2>&-"
        [ -z "$output" ]
    done
    [ ! -e "/dev/shm$name.new" ]
    [ "$(./mmap "$name")" = abcd ]
    [ "$(stat -c %a "/dev/shm$name")" = 600 ]
    ./shm_unlink "$name"
}

@test "mmap takes K, M and G as powers of 1024" {
    sized "$name" 2G
    for size in 2K:2048 3M:3145728 1G:1073741824; do
        printf x | ./mmap -w -o "${size%:*}" -l 1 "$name"
        [ "$(dd if="/dev/shm$name" bs=1 skip="${size#*:}" count=1 \
            2>/dev/null)" = x ]
    done
    ./shm_unlink "$name"
}

@test "ftruncate says how much memory the object has" {
    sized "$name" 64K
    head -c 32K /dev/zero | ./mmap -w "$name"
    run -0 ./ftruncate "$name" 1M
    [ "${lines[2]}" = "memory used: $(($(stat -c '%b * %B' "/dev/shm$name")))" ]
    [ "${lines[2]}" != "memory used: 0" ]
    ./shm_unlink "$name"
}

@test "every program that prints a mode prints four digits of it" {
    sized "$name" 1
    run -0 ./fchmod "$name" 5741
    [ "${lines[1]}" = "new permissions: 5741" ]
    run -0 ./fchmod "$name" 5741
    [ "${lines[0]}" = "old permissions: 5741" ]
    [[ "$(./fstat "$name")" == *"permissions: 5741"* ]]
    [[ "$(row)" == "shm  5741 "* ]]
    if [ -x acl ]; then
        [[ "$(./acl "$name")" == *"fstat sees: 5741" ]]
    fi
    ./shm_unlink "$name"
}

@test "an owner without the right to write changes mode, owner and ACL" {
    sized "$name" 1 0400
    run -0 ./fchown "$name" ":$(id -g)"
    if [ -x acl ]; then
        run -0 ./acl "$name" u::r,g::-,o::-
    fi
    run -0 ./fchmod "$name" 0600
    ./shm_unlink "$name"
}

@test "programs make their own objects with O_EXCL, for the owner alone" {
    needs_strace
    sized "$name" 4096
    for program in "close $name" fork persistence "shm_open -cx $name.new"; do
        # shellcheck disable=SC2086 # a program and its operands
        strace -f -qq -e trace=openat -o "$BATS_TEST_TMPDIR/trace" \
            ./$program >/dev/null
        grep -q O_CREAT "$BATS_TEST_TMPDIR/trace"
        run -1 awk '/dev.shm.*O_CREAT/ && !/O_RDWR\|O_CREAT\|O_EXCL\|.*, 0600\) = / {
                print
                found = 1
            }
            END { exit !found }' "$BATS_TEST_TMPDIR/trace"
    done
    strace -qq -e trace=openat,shmget -o "$BATS_TEST_TMPDIR/trace" \
        ./shmget >/dev/null
    grep -q 'O_CREAT|O_EXCL|.*, 0644) = ' "$BATS_TEST_TMPDIR/trace"
    grep -q 'IPC_CREAT|IPC_EXCL|0644) = ' "$BATS_TEST_TMPDIR/trace"
    ./shm_unlink "$name" "$name.new"
}

@test "every mapping of an object is unmapped in the end" {
    needs_strace
    sized "$name" 10000
    for program in "mmap $name" "mmap -w -o 5000 $name" "munmap $name" \
        "close $name" "mprotect $name" persistence shmget fork memfd_create; do
        # shellcheck disable=SC2086 # a program and its operands
        strace -qq -y -e trace=mmap,munmap,shmat,shmdt \
            -o "$BATS_TEST_TMPDIR/trace" ./$program >/dev/null <<<x
        awk '/^mmap\(.*(\/dev\/shm\/|memfd:).* = 0x/ || /^shmat/ {
                mapped[$NF] = $0
                seen = 1
            }
            /^munmap\(|^shmdt\(/ {
                split($1, word, /[(,)]/)
                delete mapped[word[2]]
            }
            END {
                for (address in mapped) { print mapped[address]; bad = 1 }
                exit bad || !seen
            }' "$BATS_TEST_TMPDIR/trace"
    done
    ./shm_unlink "$name"
}

@test "shm_open takes an octal mode with and without a leading 0" {
    run -0 ./shm_open -cx -m 640 "$name"
    [ "${lines[2]}" = "permissions: 0640" ]
    ./shm_unlink "$name"
}

@test "fstat closes an object that it cannot describe" {
    needs_strace
    sized "$name" 1
    run -1 strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=close,%fstat \
        -P "/dev/shm$name" -e inject=%fstat:error=EIO:when=1 \
        ./fstat "$name" "$name"
    [ "$(grep -c '^close(' "$BATS_TEST_TMPDIR/trace")" = 2 ]
    ./shm_unlink "$name"
}
