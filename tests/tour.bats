#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# tour.bats - the guided tour: make demo

bats_require_minimum_version 1.5.0
load helper

setup_file()
{
    export tour=$BATS_TEST_DIRNAME/../examples/tour.sh
}

# Runs the tour on a terminal; standard input is what is typed there.
on_terminal()
{
    script -qec "'$tour' '$OUT/examples'" /dev/null
}

# Makes a folder of the programs, without this one.
programs_but()
{
    mkdir "$BATS_TEST_TMPDIR/bin"
    ln -s "$PWD"/* "$BATS_TEST_TMPDIR/bin"
    rm "$BATS_TEST_TMPDIR/bin/$1"
}

@test "the tour runs through without a terminal and asks nothing" {
    run -0 "$tour" "$OUT/examples" </dev/null
    [[ "$output" != *"Enter goes on"* ]]
    [[ "$output" != *$'\e'* ]]
    [[ "$output" == *"The end"* ]]
}

@test "the tour shows every program, in the order of shm_overview(7)" {
    run -0 "$tour" "$OUT/examples" </dev/null
    order=$(echo "$output" | sed -n 's/^[0-9]*\. \([a-z_]*\)([0-9]).*/\1/p')
    [ "$order" = "shm_open
ftruncate
mmap
munmap
shm_unlink
close
fstat
fchown
fchmod" ]
    for source in "$BATS_TEST_DIRNAME"/../examples/*.c; do
        program=$(basename "$source" .c)
        [ -x "$program" ] || continue
        [[ "$output" == *"./$program"* ]] || {
            echo "not shown: $program"
            return 1
        }
    done
}

@test "what the tour prints is what the programs print" {
    run -0 "$tour" "$OUT/examples" </dev/null
    [[ "$output" == *"hello from another process"* ]]
    [[ "$output" == *"$(./fork)"* ]]
    [[ "$output" == *"$(./versions)"* ]]
    [[ "$output" == *"shm_open: shm_open: /"*": File exists"* ]]
    [[ "$output" == *"ls -ln /dev/shm/"* ]]
}

@test "on a terminal the tour waits for Enter, with colour" {
    typed=$(yes '' | head -n 40 | on_terminal)
    [[ "$typed" == *"Enter goes on"* ]]
    [[ "$typed" == *$'\e[1m'* ]]
    [[ "$typed" == *"The end"* ]]
}

@test "NO_COLOR means no colour" {
    typed=$(yes '' | head -n 40 | NO_COLOR=1 on_terminal)
    [[ "$typed" == *"Enter goes on"* ]]
    [[ "$typed" != *$'\e'* ]]
}

@test "q leaves the tour with status 0" {
    run -0 on_terminal <<<q
    [[ "$output" == *"1. shm_open"* ]]
    [[ "$output" != *"2. ftruncate"* ]]
}

@test "the tour keeps to a private /dev/shm where one can be had" {
    "$BATS_TEST_DIRNAME/../examples/private.sh" true 2>/dev/null ||
        skip "no private /dev/shm can be had"
    run -0 "$tour" "$OUT/examples" </dev/null
    [[ "$output" == *"./shm_open -cx /demo"* ]]
}

@test "without a terminal to type on the tour asks nothing" {
    typed=$(script -qec "'$tour' '$OUT/examples' </dev/null" /dev/null)
    [[ "$typed" != *"Enter goes on"* ]]
    [[ "$typed" == *"The end"* ]]
}

@test "a tour ended by HUP, INT or TERM says so and removes its object" {
    # The programs of this one never come to the third step.
    programs_but mmap
    cat >"$BATS_TEST_TMPDIR/bin/mmap" <<'END'
#!/bin/sh
ls /dev/shm >&2
kill -$SIGNAL $PPID
END
    chmod +x "$BATS_TEST_TMPDIR/bin/mmap"
    # Without unshare(1) the tour uses the /dev/shm that we see.
    path=$(path_without_unshare)
    for signal in HUP:129 INT:130 TERM:143; do
        run "-${signal#*:}" env PATH="$path" \
            SIGNAL="${signal%:*}" "$tour" "$BATS_TEST_TMPDIR/bin" </dev/null
        [[ "$output" == *"tour.$(id -u)."* ]]
        [ -z "$(ls /dev/shm | grep "tour.$(id -u)." || true)" ]
    done
}

@test "without namespaces the tour runs through and leaves nothing" {
    PATH=$(path_without_unshare) run -0 "$tour" "$OUT/examples" </dev/null
    [[ "$output" == *"/tour.$(id -u)."* ]]
    [[ "$output" == *"The end"* ]]
}

@test "a tour whose command fails says so and ends with 1" {
    programs_but fstat
    ln -s /bin/false "$BATS_TEST_TMPDIR/bin/fstat"
    run -1 "$tour" "$BATS_TEST_TMPDIR/bin" </dev/null
    [[ "$output" == *"tour.sh: status 1: ./fstat "* ]]
}

@test "the tour ends with the five pitfalls that README.md ranks first" {
    ranked=$(sed -n 's/^| [1-5] | \[\([a-z_]*\)\].*/\1/p' "$BATS_TEST_DIRNAME/../README.md")
    [ "$(echo "$ranked" | wc -l)" = 5 ]
    run -0 "$tour" "$OUT/examples" </dev/null
    [ "$(echo "$output" | sed -n 's/^\$ .\/pitfalls\/\([a-z_]*\)$/\1/p')" = "$ranked" ]
    [[ "$output" == *"$(./pitfalls/split_brain)"* ]]
}

@test "the tour goes on where a pitfall cannot be shown, not where one fails" {
    programs_but pitfalls
    mkdir "$BATS_TEST_TMPDIR/bin/pitfalls"
    ln -s "$PWD"/pitfalls/* "$BATS_TEST_TMPDIR/bin/pitfalls"
    rm "$BATS_TEST_TMPDIR/bin/pitfalls/nothing_reserved"
    pitfall=$BATS_TEST_TMPDIR/bin/pitfalls/nothing_reserved
    printf '#!/bin/sh\nexit 77\n' >"$pitfall"
    chmod +x "$pitfall"
    run -0 "$tour" "$BATS_TEST_TMPDIR/bin" </dev/null
    [[ "$output" == *"./pitfalls/nothing_reserved"*"The end"* ]]
    printf '#!/bin/sh\nexit 3\n' >"$pitfall"
    run -1 "$tour" "$BATS_TEST_TMPDIR/bin" </dev/null
    [[ "$output" == *"tour.sh: status 3: ./pitfalls/nothing_reserved"* ]]
}
