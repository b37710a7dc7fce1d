#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# exercises.t - the grader says what it should of known hand-ins
#
# EXERCISES=full tries all of them; else one solution and one wrong one
# of each exercise; exercises.bats tries the skeletons. With SANITIZED=1
# the grader is built with sanitizers, in a copy. (valgrind 3.19 knows
# neither seccomp(2) nor pidfd_open(2), without which it does nothing.)

cd "$(dirname "$0")/../exercises" || exit
export CC="${CC:-cc}"
if [ "${SANITIZED:-0}" = 1 ]; then
    dir=$(mktemp -d) || exit
    trap 'rm -rf "$dir"' EXIT
    trap 'exit 1' HUP INT PIPE TERM
    cp -r Makefile exercises.tsv lab grader instructor [0-9]* "$dir" &&
        cd "$dir" || exit
    export ASAN_OPTIONS="$ASAN_OPTIONS:exitcode=125" \
        UBSAN_OPTIONS=exitcode=125
    flags='-O1 -g -Werror -fsanitize=address,undefined'
    make -s GRADER_CFLAGS="$flags -fno-sanitize-recover=all" \
        GRADER_LDFLAGS= .build/grade || exit
fi
if [ "${EXERCISES:-}" = full ]; then
    instructor/selfcheck
else
    instructor/selfcheck -q
fi
