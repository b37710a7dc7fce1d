#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# scripts.bats - private.sh and record.sh (tour.bats has the tour)

bats_require_minimum_version 1.5.0
load helper

@test "private.sh: an ordinary user in a /dev/shm of the size asked for" {
    private=$BATS_TEST_DIRNAME/../examples/private.sh
    "$private" true 2>/dev/null || skip "no private /dev/shm can be had"
    run -0 "$private" -s 1m stat -f -c '%b %S' /dev/shm
    [ $((${output/ /*})) = 1048576 ]
    [ "$("$private" stat -c %a /dev/shm)" = 1777 ]
    # Without user namespaces it is for root alone, who stays root.
    if unshare --user true 2>/dev/null; then
        [ "$("$private" id -u)" = 1000 ]
    fi
    [ "$("$private" sh -c 'ls -A /dev/shm; sed 1d /proc/sysvipc/shm')" = "" ]
    run -7 "$private" sh -c 'exit 7'
    run -2 "$private" -Z
    [ "${lines[-1]}" = "usage: private.sh [-r] [-s SIZE] [COMMAND [ARG...]]" ]
}

@test "private.sh ends with 125 where there is no such place" {
    run -125 env PATH="$(path_without_unshare)" \
        "$BATS_TEST_DIRNAME/../examples/private.sh" true
}

@test "record.sh records what is there already" {
    room=$BATS_TEST_DIRNAME/../examples
    "$room/private.sh" true 2>/dev/null || skip "no private /dev/shm can be had"
    [ "$OUT" -ef "$room/.." ] || skip "records where the sources are"
    for transcript in shm_open versions fchmod; do
        cp "$room/$transcript.transcript" "$BATS_TEST_TMPDIR"
        "$room/record.sh" "$BATS_TEST_TMPDIR/$transcript.transcript"
        cmp "$room/$transcript.transcript" \
            "$BATS_TEST_TMPDIR/$transcript.transcript"
    done
}

@test "private.sh: namespaces of its own for mounts, processes and System V" {
    private=$BATS_TEST_DIRNAME/../examples/private.sh
    "$private" true 2>/dev/null || skip "no private /dev/shm can be had"
    for kind in mnt ipc pid; do
        [ "$("$private" readlink /proc/self/ns/$kind)" != \
            "$(readlink /proc/self/ns/$kind)" ]
    done
}
