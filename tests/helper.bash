# SPDX-License-Identifier: 0BSD
#
# helper.bash - what the .bats files about programs and scripts load
#
# Each test finds itself in the folder of the programs, examples/ if
# $room does not say otherwise, with a name of its own in $name, and
# must leave no object behind.

setup()
{
    name=/bats.$BASHPID.$BATS_TEST_NUMBER
    cd "$OUT/${room:-examples}" || return
}

teardown()
{
    local left
    if [ -n "${ISOLATED:-}" ]; then
        left=$(ls -A /dev/shm)
        rm -rf /dev/shm/*
    else
        left=$(cd /dev/shm && ls -d "${name#/}"* 2>/dev/null)
        rm -f "/dev/shm$name"*
    fi
    if [ -n "$left" ]; then
        echo "left behind: $left"
        return 1
    fi
}

# Repeats a command until it succeeds, for a minute at most.
await()
{
    local end=$((SECONDS + 60))
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
    done
}

# Prints what dev_shm says about $name, or another name.
row()
{
    ./dev_shm "${1:-$name}" 2>/dev/null | sed 1d
}

# Whether dev_shm lists such a user of $name; see await.
lists()
{
    [[ "$(row)" == *"$1"* ]]
}

# Skips what permissions do not stop.
needs_ordinary_user()
{
    if [ "$(id -u)" = 0 ]; then
        skip "needs an ordinary user: root passes all permissions"
    fi
}

# Skips what strace(1) is needed for; leaks cannot be looked for then.
needs_strace()
{
    command -v strace >/dev/null || skip "needs strace"
    needs_plain_build
}

# Skips what a sanitizer in the programs gets in the way of.
needs_plain_build()
{
    [ "${SANITIZED:-0}" = 0 ] || skip "needs a build without sanitizers"
}

# Prints a PATH on which unshare(1) fails: no namespaces are to be had.
path_without_unshare()
{
    mkdir "$BATS_TEST_TMPDIR/path"
    printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/path/unshare"
    chmod +x "$BATS_TEST_TMPDIR/path/unshare"
    echo "$BATS_TEST_TMPDIR/path:$PATH"
}

# sized NAME SIZE [MODE]: makes an object.
sized()
{
    ./shm_open -cx -m 0600 "$1" >/dev/null &&
        ./ftruncate "$1" "$2" >/dev/null &&
        ./fchmod "$1" "${3:-0600}" >/dev/null
}
