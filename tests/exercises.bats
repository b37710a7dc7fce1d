#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# exercises.bats - what a student sees
#
# Works on a copy. The grader itself is tried by selfcheck, see
# exercises.t.

bats_require_minimum_version 1.5.0

setup_file()
{
    cd "$BATS_TEST_DIRNAME/../exercises" || return
    make -s CC="$CC" .build/grade >&2
}

setup()
{
    here=$BATS_TEST_DIRNAME/../exercises
    cd "$BATS_TEST_TMPDIR" || return
    cp -r "$here"/[0-9]* "$here"/{Makefile,exercises.tsv,grader,lab} .
    mkdir .build .skeletons
    for file in [0-9]*/*.c; do
        [ "${file##*/}" = main.c ] || cp "$file" .skeletons
    done
    cp "$here/.build/grade" .build
    touch .build/grade
    unset MAKEFLAGS MAKELEVEL EX SEED
}

solve()
{
    cp "$here/instructor/$1/solution.c" "$(echo "$1"-*/)$2.c"
}

@test "make says where to begin, then checks, and goes on when it is solved" {
    run -0 make
    [[ "${lines[0]}" == "Next is 01 create-map. Read 01-create-map/README.md, edit" ]]
    run -2 make
    [ "${lines[0]}" = "01 create-map" ]
    [[ "$output" == *"  check     create-map.name"* ]]
    [[ "$output" == *"  seen      "*"  expected  "*"  why       "* ]]
    [[ "$output" == *"  read      shm_open(3)"* ]]
    [[ "$output" == *"  hint      make hint EX=01"* ]]
    [ "$(echo "$output" | grep -vc '^make: ')" -le 12 ]
    solve 01 create_map
    run -0 make
    [ "${lines[-1]}" = "solved: 5 points. Next: make" ]
    run -0 make
    [[ "$output" == "Next is 02 mode-acl."* ]]
    run -0 make list
    [[ "$output" == *"[x] 01 create-map        5 of  5"* ]]
    [[ "$output" == *"[#"*"] 1 solved, 5 of "*" points" ]]
}

@test "a failure can be repeated exactly" {
    sed 's/MAP_SHARED/MAP_PRIVATE/' "$here/instructor/01/solution.c" \
        >01-create-map/create_map.c
    run -2 make 01
    first=$output
    again=$(echo "$first" | sed -n 's/^  again     make //p')
    [[ "$again" == "replay EX=01 SEED="* ]]
    # shellcheck disable=SC2086 # a target and variables
    run -2 make $again
    [ "${output//: 01\]/}" = "${first//: 01\]/}" ] ||
        diff <(echo "$output" | grep -v ^make:) <(echo "$first" | grep -v ^make:)
}

@test "a failure is said in a dozen lines" {
    for it in 08-bounded-buffer/bounded_buffer:mutex_first \
        12-memfd-pass/memfd_pass:leaks_refused 14-system-v/system_v:never_gives_up
    do
        number=${it%%-*}
        cp "$here/instructor/$number/wrong/${it#*:}.c" "${it%:*}.c"
        run -2 make "$number"
        [[ "$output" == *"  passed    "*"  check     "* ]]
        [ "$(echo "$output" | grep -vc '^make: ')" -le 12 ]
    done
}

@test "a failure may have a reason of its own, and the next one has not" {
    cp "$here/instructor/01/wrong/mapping_left.c" 01-create-map/create_map.c
    run -2 make 01
    [[ "$output" == *"  why       a process has not many, "*"  read      close(2), munmap(2)"* ]]
    sed 's/shm_unlink(name);//' "$here/instructor/01/solution.c" >01-create-map/create_map.c
    run -2 make 01
    [[ "$output" == *"  check     create-map.clean"*"  why       the next start would find its name taken"* ]]
}

@test "if it does not compile, the compiler's words come first" {
    echo 'int x(' >01-create-map/create_map.c
    run -2 make 01
    [[ "${lines[0]}" == "01-create-map/create_map.c:1:"* ]]
    [[ "$output" == *"01 create-map: it does not compile; see above"* ]]
    [[ "$output" != *"check "* ]]
}

@test "hints get better, one by one, and the last one stays" {
    run -0 make hint EX=7
    [ "$output" = "$(sed 's/^/  /' 07-*/hints/1)" ]
    run -0 make hint EX=07
    [ "$output" = "$(sed 's/^/  /' 07-*/hints/2)" ]
    run -0 make hint EX=07
    [ "$output" = "$(sed 's/^/  /' 07-*/hints/3)" ]
    run -0 make hint EX=07
    [ "$output" = "$(sed 's/^/  /' 07-*/hints/3)" ]
}

@test "an exercise can be skipped, and is not solved by that" {
    run -0 make skip EX=01
    [ "$output" = "skipped: 01 create-map" ]
    run -0 make
    [[ "$output" == "Next is 02 mode-acl."* ]]
    run -0 make list
    [[ "$output" == "[-] 01 create-map        0 of  5"* ]]
}

@test "what is solved is what was right when it was last checked" {
    solve 01 create_map
    run -0 make 1
    run make list
    [[ "$output" == "[x] 01 "* ]]
    run -0 make handin
    [[ "$output" == *"; not solved: 02 03 "* ]]
    echo 'int x(' >01-create-map/create_map.c
    run -2 make 01
    run make list
    [[ "$output" == "[ ] 01 "* ]]
    solve 01 create_map
    run -0 make 01
    run -0 make reset EX=1
    run make list
    [[ "$output" == "[ ] 01 "* ]]
}

@test "reset keeps what was written" {
    cp 01-create-map/create_map.c skeleton
    echo '/* mine */' >01-create-map/create_map.c
    run -0 make reset EX=01
    [ "$output" = "01-create-map/create_map.c is as in the beginning; yours is 01-create-map/create_map.c.1" ]
    cmp skeleton 01-create-map/create_map.c
    [ "$(cat 01-create-map/create_map.c.1)" = '/* mine */' ]
    run -0 make reset EX=01
    cmp skeleton 01-create-map/create_map.c.2
}

@test "the hand-in has the students' files, and nothing else" {
    run -0 make handin
    n=$(grep -vc '^#' exercises.tsv)
    [[ "$output" == "handin.tar.gz: $n files; not solved: 01 02 03 "* ]]
    [ "$(tar tzf handin.tar.gz | wc -l)" = "$n" ]
    [ "$(tar tzf handin.tar.gz | head -n 1)" = 01-create-map/create_map.c ]
    run tar tzf handin.tar.gz
    [[ "$output" != *main.c* ]]
}

@test "make watch checks again when the file is saved" {
    command -v entr >/dev/null || skip "needs entr(1)"
    ./lab watch 01 >log 2>&1 & watch=$!
    for _ in $(seq 300); do
        grep -q 'create-map.name' log && break
        sleep 0.1
    done

    # A second time in case that entr(1) was not watching yet.
    for _ in 1 2; do
        solve 01 create_map
        for _ in $(seq 150); do
            grep -q 'solved: 5 points' log && break 2
            sleep 0.1
        done
    done
    kill $watch
    wait $watch || true
    grep -q 'solved: 5 points' log
}

@test "what does not exist is said, in one line" {
    for command in "hint EX=99" "hint EX=" "replay EX=x SEED=1" \
        "replay EX=1 SEED=abc"; do
        # shellcheck disable=SC2086 # words
        run -2 make $command
        [[ "${lines[0]}" == "lab: "* ]]
        [ "$(echo "$output" | grep -vc '^make: ')" = 1 ]
    done
}

@test "the grader sees, and ends, all that a program has started" {
    cat >family.c <<'END'
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "state.h"

/* A child, which sleeps; its child, which runs; and a child of that. */
int
main(void)
{
    pid_t *last = mmap(NULL, sizeof(*last), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t first = fork(), pid;
    long nr;

    if (first == 0) {
        if (fork() == 0) {
            pid = fork();
            if (pid == 0)
                pause();
            *last = pid;
            for (;;)
                continue;
        }
        pause();
    }
    while (others_count(first) != 2 || *last == 0)
        usleep(1000);
    others_kill(first);
    while (state_of(*last, &nr) != DEAD)
        usleep(1000);
    kill(first, SIGKILL);
    return 0;
}
END
    cc -std=gnu17 -I grader -o family family.c grader/state.c
    run -0 timeout 10 ./family
    rm family family.c
}

@test "the grader says what is wrong with its arguments" {
    run -2 .build/grade
    [ "${lines[0]}" = "grade: expected an exercise and a program" ]
    run -2 .build/grade -s x 1 /bin/true
    [ "${lines[0]}" = "grade: SEED is not from 0 to 4294967295: x" ]
    run -2 .build/grade 99 /bin/true
    run -1 .build/grade 1 /nonexistent
    [ "$output" = "grade: open: /nonexistent: No such file or directory" ]
    run -0 .build/grade -h
    [ "$output" = "usage: grade [-l SECONDS] [-s SEED] [-t] EXERCISE PROGRAM" ]
}

@test "the handout works where nothing else is, and has nothing of the instructor's" {
    run -0 "$here/instructor/handout" "$PWD/handout.tar.gz"
    [ "$output" = "$PWD/handout.tar.gz" ]
    mkdir empty
    tar -xzf handout.tar.gz -C empty
    cd empty/shm-exercises || return
    [ -z "$(find . -name 'solution*' -o -name 'alt-*' -o -name 'instructor*' -o -name wrong)" ]
    run -1 grep -rlE 'instructor/[0-9]|Fails:' .
    for file in "$here"/instructor/*/*.c "$here"/instructor/*/wrong/*.c; do
        md5sum <"$file"
    done | sort -u >sums
    find . -type f -exec md5sum {} + | sed 's/-*  .*/  -/' | sort -u >own
    [ -z "$(comm -12 sums own)" ]
    rm sums own
    grep -ohE '(examples|sem-sync)/[a-z_/]*\.c|shm_[a-z]*\(7\)' ./[0-9]*/README.md |
        sed 's:\(.*\)(7):man7/\1.7:' | grep -v overview >named
    [ -s named ]
    while read -r file; do
        [ -s "$file" ]
    done <named
    rm named

    # All that this place has is /usr, and processes.
    alone()
    {
        bwrap --unshare-user --unshare-ipc --unshare-net --clearenv \
            --setenv PATH /usr/bin --ro-bind /usr /usr \
            --symlink usr/bin /bin --symlink usr/lib /lib \
            --symlink usr/lib64 /lib64 --dev /dev --bind /proc /proc \
            --tmpfs /tmp --bind . /lab --chdir /lab make CC=gcc "$@"
    }
    run -0 alone -s GRADER_CFLAGS=-O0 .build/grade
    [ "$output" = "  CC  .build/grade" ]
    n=0
    while read -r number name _; do
        run -2 alone -s "$number"
        [ "${lines[0]}" = "$number $name" ]
        [[ "$output" == *"  check     $name."* ]]
        [[ "$output" == *"  seen      "*"  expected  "*"  why       "* ]]
        n=$((n + 1))
    done < <(grep -v '^#' exercises.tsv)
    [ "$n" = 14 ]
    run -0 alone list
    [ "${lines[-1]}" = "[..............] 0 solved, 0 of 120 points" ]
}

# shown FILE HEADING: the block in FILE that begins with that line.
shown()
{
    sed -n "s/^    //; /^$2\$/,/^  hint/p" "$1"
}

@test "what the two README.md show is what is printed" {
    cp "$here/instructor/01/wrong/no_ftruncate.c" 01-create-map/create_map.c
    run -2 make -s replay EX=01 SEED=11259375
    diff <(echo "$output" | grep -v '^make: ') <(shown "$here/README.md" '01 create-map')
    cp "$here/instructor/03/wrong/open_first_eexist_fatal.c" 03-excl-race/excl_race.c
    run -2 make -s replay EX=03 SEED=5
    diff <(echo "$output" | grep -v '^make: ') <(shown "$here/../README.md" '03 excl-race')
}
