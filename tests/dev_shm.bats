#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# dev_shm.bats - the tool that lists objects and their users

bats_require_minimum_version 1.5.0
load helper

@test "dev_shm shows kind, mode, owner, size, memory and links" {
    sized "$name" 100K 0640
    head -c 64K /dev/zero | ./mmap -w "$name"
    owner=$(id -un 2>/dev/null || true)
    read -ra fields < <(row)
    [ "${fields[*]}" = "shm 0640 $owner 102400 65536 1 $name -" ]
    ./shm_unlink "$name"
}

@test "dev_shm tells who maps and who holds an object" {
    sized "$name" 4096
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    ./mmap -w "$name" <"$BATS_TEST_TMPDIR/fifo" & mapper=$!
    cat "$BATS_TEST_TMPDIR/fifo" <"/dev/shm$name" & holder=$!
    exec 4<>"$BATS_TEST_TMPDIR/fifo"
    await lists :map
    await lists cat:fd
    users=$(row)
    [[ "$users" == *" $mapper:"*":map"* ]]
    [[ "$users" == *" $holder:cat:fd"* ]]
    exec 4>&-
    wait
    [[ "$(row)" == *" $name -" ]]
    ./shm_unlink "$name"
}

@test "dev_shm shows an object without a name as long as it is used" {
    sized "$name" 8K
    exec 4<"/dev/shm$name"
    ./shm_unlink "$name"
    [[ "$(row)" == "shm  0600 "*" 8192 "*" 0 $name "*":fd"* ]]
    exec 4<&-
    run -1 ./dev_shm "$name"
}

@test "dev_shm shows two generations of one name" {
    sized "$name" 1
    exec 4<"/dev/shm$name"
    ./shm_unlink "$name"
    sized "$name" 2
    [ "$(row | wc -l)" = 2 ]
    exec 4<&-
    [ "$(row | wc -l)" = 1 ]
    ./shm_unlink "$name"
}

@test "dev_shm tells named semaphores apart" {
    touch "/dev/shm/sem.${name#/}"
    [[ "$(row "/sem.${name#/}")" == "sem  "*" /sem.${name#/} -" ]]
    rm "/dev/shm/sem.${name#/}"
}

@test "objects lie in a tmpfs, in which dev_shm finds them" {
    [ "$(stat -f -c %T /dev/shm)" = tmpfs ]
    sized "$name" 1
    [ -n "$(row)" ]
    ./shm_unlink "$name"
}

@test "dev_shm lists all objects in the order of their names" {
    for suffix in b a c; do sized "$name.$suffix" 1; done
    [ "$(./dev_shm 2>/dev/null | grep -o "$name\.[abc]" | tr -d '\n')" = \
        "$name.a$name.b$name.c" ]
    ./shm_unlink "$name.a" "$name.b" "$name.c"
}

@test "dev_shm lets no name reach the terminal unescaped" {
    sized "$name"$'\e[31m\nx' 1
    run -0 ./dev_shm
    [[ "$output" == *"$name\\033[31m\\012x"* ]]
    [[ "$output" != *$'\e'* ]]
    rm "/dev/shm$name"*
}

@test "dev_shm shows a nameless object under the name that it had" {
    sized "$name (deleted)b" 1
    exec 4<"/dev/shm$name (deleted)b"
    rm "/dev/shm$name (deleted)b"
    run -0 ./dev_shm
    [[ "$output" == *" 0 $name\\040(deleted)b "* ]]
    exec 4<&-
}

@test "dev_shm leaves out what is no object" {
    mkdir "/dev/shm$name.dir"
    exec 4>"/dev/shm$name.dir/file"
    mkfifo "/dev/shm$name.fifo"
    exec 5<>"/dev/shm$name.fifo"
    ln -s /etc/passwd "/dev/shm$name.link"
    run -0 ./dev_shm
    [[ "$output" != *"$name"* ]]
    exec 4>&- 5>&-
    rm "/dev/shm$name.dir/file" "/dev/shm$name.link"
    rmdir "/dev/shm$name.dir"
    rm "/dev/shm$name.fifo"
}

@test "dev_shm needs no permission on an object" {
    sized "$name" 5 0
    [[ "$(row)" == "shm  0000 "*" 5 "* ]]
    ./shm_unlink "$name"
}

@test "dev_shm of a missing name says so and shows the others" {
    sized "$name" 5
    run -1 --separate-stderr ./dev_shm "$name.none" "$name"
    [[ "$stderr" == "dev_shm: /dev/shm: no such object: $name.none"* ]]
    [[ "$output" == *" $name -" ]]
    ./shm_unlink "$name"
}

@test "dev_shm reports output that fails" {
    run -1 sh -c "./dev_shm >/dev/full"
    [[ "$output" == *"dev_shm: stdout: No space left on device"* ]]
}

@test "dev_shm lets no name of a program reach the terminal unescaped" {
    sized "$name" 1
    program=$BATS_TEST_TMPDIR/c$'\e[31m'
    cp "$(command -v cat)" "$program"
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    "$program" "$BATS_TEST_TMPDIR/fifo" <"/dev/shm$name" &
    exec 4<>"$BATS_TEST_TMPDIR/fifo"
    await lists '\033[31m:fd'
    exec 4>&-
    wait
    ./shm_unlink "$name"
}

@test "dev_shm takes only what begins with sem. for a semaphore" {
    touch "/dev/shm/semi.${name#/}"
    [[ "$(row "/semi.${name#/}")" == "shm  "* ]]
    rm "/dev/shm/semi.${name#/}"
}

@test "dev_shm takes a name with its slash or without" {
    sized "$name" 1
    [ -n "$(row)" ]
    [ "$(row "${name#/}")" = "$(row)" ]
    ./shm_unlink "$name"
}

@test "dev_shm shows one who maps and holds an object once, as both" {
    sized "$name" 4096
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    ./mmap -w "$name" <"$BATS_TEST_TMPDIR/fifo" 5<"/dev/shm$name" &
    exec 4<>"$BATS_TEST_TMPDIR/fifo"
    await lists :mmap:map,fd
    exec 4>&-
    wait
    ./shm_unlink "$name"
}

@test "dev_shm shows a ? for what only a mapping tells an ordinary user" {
    needs_ordinary_user
    sized "$name" 8K
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    ./mmap -w "$name" <"$BATS_TEST_TMPDIR/fifo" & mapper=$!
    exec 4<>"$BATS_TEST_TMPDIR/fifo"
    await lists :map
    ./shm_unlink "$name"
    read -ra fields < <(row)
    [ "${fields[*]}" = "shm ? ? ? ? 0 $name $mapper:mmap:map" ]
    exec 4>&-
    wait
}

@test "dev_shm does not count a process that has ended meanwhile" {
    needs_strace
    run -0 --separate-stderr strace -qq -o /dev/null -e trace=chdir \
        -e inject=chdir:error=ENOENT ./dev_shm
    [ -z "$stderr" ]
    run -0 --separate-stderr strace -qq -o /dev/null -e trace=chdir \
        -e inject=chdir:error=EACCES ./dev_shm
    [[ "$stderr" == "dev_shm: processes that could not be looked into: "* ]]
}

@test "dev_shm takes from a descriptor what a mapping did not tell" {
    needs_ordinary_user
    sized "$name" 8K
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    ./mmap -w "$name" <"$BATS_TEST_TMPDIR/fifo" &
    cat "$BATS_TEST_TMPDIR/fifo" <"/dev/shm$name" &
    exec 4<>"$BATS_TEST_TMPDIR/fifo"
    await lists :map
    await lists cat:fd
    ./shm_unlink "$name"
    [[ "$(row)" == "shm  0600 "*" 8192 "*" 0 $name "*mmap:map*cat:fd* ]]
    exec 4>&-
    wait
}
