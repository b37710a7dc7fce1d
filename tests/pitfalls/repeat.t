#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# repeat.t - the pitfalls happen every time
#
# Usage: repeat.t [PROGRAM...]
#
# From the environment: OUT, and N, how often (default 3).
#
# Each program runs N times on the machine as it is, and N times with a
# busy loop for each processor, and must print each time what its
# transcript says. Where it says that it cannot show the failure here
# (status 77), it is skipped.

N=${N:-3}
case $N in
    0 | *[!0-9]*)
        echo "Bail out! N is no number of times: $N"
        exit 1
        ;;
esac
work=$(mktemp -d) || exit
loops=
end()
{
    # shellcheck disable=SC2086 # a list of process ids
    [ -z "$loops" ] || kill $loops
    rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT PIPE TERM

if ! tests/isolate true 2>/dev/null; then
    echo "1..0 # SKIP needs a private /dev/shm"
    exit
fi

# Runs N times inside, beside the program. The first output that
# differs stays in $work/out.
cat >"$work/repeat" <<'END'
cd "$1" || exit
for i in $(seq "$3"); do
    "./$2" >"$4/out" 2>"$4/err"
    status=$?
    [ "$status $i" = "77 1" ] && exit 77
    [ $status = 0 ] && [ ! -s "$4/err" ] && cmp -s "$4/out" "$4/expected" || {
        echo "run $i: status $status"
        exit 1
    }
done
END

if [ $# -eq 0 ]; then
    # shellcheck disable=SC2046 # a list of names
    set -- $(basename -s .transcript examples/pitfalls/*.transcript)
fi
echo "1..$(($# * 2))"
number=0
for load in idle loaded; do
    if [ $load = loaded ]; then
        for _ in $(seq "$(nproc)"); do
            while :; do :; done &
            loops="$loops $!"
        done
    fi
    for name; do
        number=$((number + 1))
        transcript=examples/pitfalls/$name.transcript
        root=
        if sed '/^\$ /q' "$transcript" | grep -q 'Needs root'; then
            root=-r
        fi
        sed '1,/^\$ /d' "$transcript" >"$work/expected"
        # shellcheck disable=SC2086 # an option or none
        if [ -n "$root" ] && ! tests/isolate $root true 2>/dev/null; then
            echo "ok $number $name: $load # SKIP needs root"
            continue
        fi
        # shellcheck disable=SC2086 # an option or none
        tests/isolate $root sh "$work/repeat" "$OUT/examples/pitfalls" \
            "$name" "$N" "$work" >"$work/log" 2>&1
        case $? in
            0) echo "ok $number $name: $load, $N times" ;;
            77) echo "ok $number $name # SKIP $(cat "$work/err")" ;;
            *)
                echo "not ok $number $name: $load"
                cat "$work/log" "$work/out" "$work/err" | sed 's/^/# /'
                ;;
        esac
    done
done
