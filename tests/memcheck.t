#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# memcheck.t - transcripts under valgrind
#
# From the environment: MEMCHECK=full for each command of them, and for
# the bad input as well. Else in its transcript each program runs under
# valgrind once with the same options, and those that help it without.
#
# The transcripts must say what they say without valgrind, and that must
# have nothing to say.

if [ "${SANITIZED:-0}" = 1 ]; then
    echo "1..0 # SKIP valgrind and sanitizers exclude each other"
    exit
fi

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM
ROOT=$PWD
export ROOT
mkdir "$dir/bin"
tests/wrap "$dir/bin" "$PWD/tests/under_memcheck"

# judge TEST [KILLED]: looks through the verdicts of its runs. Those
# that were killed have none; KILLED is how many may have been.
judge()
{
    runs=$(ls "$LOGS"/*.pid 2>/dev/null | wc -l)
    verdicts=$(ls "$LOGS"/*.verdict 2>/dev/null | wc -l)
    found=$(cat "$LOGS"/*.verdict 2>/dev/null)
    if [ "$runs" -gt 0 ] && [ "$runs" -le $((verdicts + ${2:-0})) ] &&
        [ -z "$found" ]; then
        echo "ok memcheck: $1 ($runs runs)"
    else
        echo "not ok memcheck: $1 ($runs runs, $verdicts verdicts)"
        grep . "$LOGS"/*.verdict | sed "s|^$LOGS/|# |"
    fi
}

set -- examples/*.transcript examples/inside/*.transcript \
    examples/pitfalls/*.transcript sem-sync/*.transcript
[ "${MEMCHECK:-}" = full ] && tests=1 || tests=0
echo "1..$(($# * 2 + tests))"
if [ "${MEMCHECK:-}" = full ]; then
    mkdir "$dir/bad_input"
    LOGS=$dir/bad_input tests/bad_input.t "$dir/bin" \
        >"$dir/bad_input.out" &
fi
for transcript; do
    LOGS=$dir/${transcript%.transcript}
    ONLY=
    if [ "${MEMCHECK:-}" != full ]; then
        case $transcript in
            */writer.* | */reader.*) ONLY='writer reader' ;;
            *) ONLY=$(basename "$transcript" .transcript) ;;
        esac
    fi
    export LOGS ONLY
    mkdir -p "$LOGS"
    result=$(tests/replay "$dir/bin" "$transcript" | sed 1d)
    echo "$result"
    case $result in
        *SKIP*) echo "ok memcheck: $transcript # SKIP as above" ;;
        *) judge "$transcript" "$(grep -c '^\$ kill -KILL' "$transcript")" ;;
    esac
done

if [ "${MEMCHECK:-}" = full ]; then
    wait
    if grep -a '^not ok' "$dir/bad_input.out"; then
        echo "Bail out! bad input is treated otherwise under valgrind"
        exit 1
    fi
    LOGS=$dir/bad_input
    judge "bad input"
fi
