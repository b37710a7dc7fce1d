#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# inside_rules.t - our shm_open(3) follows the text of POSIX

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM

# With AddressSanitizer where it is to be had: without it, a path that
# is a byte too long goes unnoticed.
for sanitize in -fsanitize=address,undefined ''; do
    # shellcheck disable=SC2086 # a command and an option or none
    $CC -std=c17 -g -fno-builtin $sanitize tests/inside_rules.c \
        examples/inside/shm_open.c -pthread -o "$dir/inside_rules" \
        2>"$dir/log" && break
done || {
    cat "$dir/log" >&2
    exit 1
}
if tests/isolate true 2>/dev/null; then
    tests/isolate "$dir/inside_rules"
else
    "$dir/inside_rules"
fi
