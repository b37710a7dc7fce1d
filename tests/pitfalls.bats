#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# pitfalls.bats - what all programs of examples/pitfalls have in common
#
# What each of them shows is in its transcript. In pitfalls/ is what
# takes longer: repeat.t, that they show it every time, and cures.t,
# that the cures are needed.

bats_require_minimum_version 1.5.0
export room=examples/pitfalls
load helper

# Prints the programs that can show here what they are about.
programs()
{
    local program status
    for source in "$BATS_TEST_DIRNAME"/../examples/pitfalls/*.c; do
        program=$(basename "$source" .c)
        status=0
        "./$program" >/dev/null 2>&1 || status=$?
        if [ $status != 77 ]; then
            echo "$program"
        elif ! grep -q '^ \* 77 ' "$source"; then
            echo "$program-must-not-end-with-77"
        fi
    done
}

@test "a pitfall shows the broken way with -b, the fixed one with -f, or both" {
    for program in $(programs); do
        run -0 "./$program" -b
        [[ "${lines[0]}" == broken:* ]]
        [[ "$output" != *fixed:* ]]
        broken=$output
        run -0 "./$program" -f
        [[ "${lines[0]}" == fixed:* ]]
        [[ "$output" != *broken:* ]]
        fixed=$output
        run -0 "./$program"
        [ "$output" = "$broken"$'\n'"$fixed" ]
    done
}

@test "who cannot show a pitfall says so in one line and ends with 77" {
    # Inside, root may act as nobody else.
    [ -n "${ISOLATED:-}" ] || skip "needs a private place"
    run -77 --separate-stderr ./not_your_object
    [ "${#stderr_lines[@]}" = 1 ]
    [[ "$stderr" == "not_your_object: "* ]]
    mkdir "$BATS_TEST_TMPDIR/alone"
    cp other_abi "$BATS_TEST_TMPDIR/alone"
    run -77 --separate-stderr "$BATS_TEST_TMPDIR/alone/other_abi"
    [ "${#stderr_lines[@]}" = 1 ]
}

@test "a pitfall leaves no core file, whatever is allowed" {
    ulimit -c unlimited || skip "needs leave to raise the limit"
    mkdir "$BATS_TEST_TMPDIR/cores"
    for program in $(programs); do
        (cd "$BATS_TEST_TMPDIR/cores" && "$OUT/$room/$program" >/dev/null)
    done
    [ -z "$(ls -A "$BATS_TEST_TMPDIR/cores")" ]
}

@test "other_abi refuses an object that is none of its own" {
    [ -x other_abi_peer ] || skip "needs the 32-bit build"
    head -c 4096 /dev/zero >"/dev/shm$name"
    run -1 --separate-stderr ./other_abi_peer -f <>"/dev/shm$name"
    [ "$stderr" = "other_abi_peer: standard input: not our struct" ]
    # The magic number, and then another version or another length.
    for header in '1iba\2\0\30\0' '1iba\1\0\31\0'; do
        printf '%b' "$header" | dd of="/dev/shm$name" conv=notrunc status=none
        run -1 --separate-stderr ./other_abi_peer -f <>"/dev/shm$name"
    done
    printf '1iba\1\0\30\0' | dd of="/dev/shm$name" conv=notrunc status=none
    run -0 ./other_abi_peer -f <>"/dev/shm$name"
    head -c 100 /dev/zero >"/dev/shm$name"
    run -77 --separate-stderr ./other_abi_peer -b <>"/dev/shm$name"
    [ "$stderr" = "other_abi_peer: not an object of a 64-bit build" ]
    rm "/dev/shm$name"
}

@test "each pitfall stands in README.md, with its failure and its cure" {
    readme=$BATS_TEST_DIRNAME/../README.md
    for source in "$BATS_TEST_DIRNAME"/../examples/pitfalls/*.c; do
        program=$(basename "$source" .c)
        grep -q "^| [0-9]* | \[$program\](examples/pitfalls/$program.c) | .* | .* |$" "$readme"
        # And in the index by symptom.
        grep -v '^| [0-9]' "$readme" | grep -q "| .*$program"
    done
}

@test "atexit_in_child says that its child has failed" {
    needs_strace
    run -1 strace -f -qq -o "$BATS_TEST_TMPDIR/trace" \
        -e trace=?unlink,?unlinkat \
        -e inject=?unlink,?unlinkat:error=EACCES:when=1 ./atexit_in_child -b
    object=${lines[1]#*: shm_unlink: } object=${object%%:*}
    rm "/dev/shm$object"
    [ "${lines[1]}" = "atexit_in_child: shm_unlink: $object: Permission denied" ]
    [ "${lines[2]}" = "atexit_in_child: child: wait status 256" ]
}
