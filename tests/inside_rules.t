#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# inside_rules.t - our shm_open(3) follows the text of POSIX

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM
$CC -std=c17 -g -fno-builtin tests/inside_rules.c \
    examples/inside/shm_open.c -pthread -o "$dir/inside_rules" || exit
if tests/isolate true 2>/dev/null; then
    tests/isolate "$dir/inside_rules"
else
    "$dir/inside_rules"
fi
