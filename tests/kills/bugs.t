#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# bugs.t - kills.t finds what it is there to find
#
# Usage: bugs.t [TABLE]
#   TABLE  default tests/kills/bugs.tsv
#
# For each row of the table the pair is built from a source with that
# bug, in a folder of its own. Those rounds of kills.t must fail, and say
# so.

if [ "${SANITIZED:-0}" = 1 ]; then
    echo "1..0 # SKIP builds without sanitizers"
    exit
fi

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM
table=${1:-tests/kills/bugs.tsv}
tab=$(printf '\t')
number=0
mkdir "$dir/sem-sync"

# build PROGRAM: builds it in its folder from the sources there.
build()
{
    $CC -std=c17 -O2 -g "$1.c" "$(dirname "$1")/program.c" \
        "$(dirname "$1")/channel.c" -o "$1" -lrt -pthread
}

while IFS=$tab read -r bug rounds says files script; do
    case $bug in '#'*) continue ;; esac
    number=$((number + 1))
    cp sem-sync/*.[ch] "$dir/sem-sync"
    for file in $files; do
        sed "$script" "sem-sync/$file" >"$dir/sem-sync/$file"
        if cmp -s "sem-sync/$file" "$dir/sem-sync/$file"; then
            echo "# changes nothing in $file"
        fi
    done >"$dir/log"
    if [ -s "$dir/log" ] || ! { build "$dir/sem-sync/writer" &&
        build "$dir/sem-sync/reader"; } >"$dir/log" 2>&1; then
        echo "not ok $number $bug: is not built"
        sed 's/^/# /' "$dir/log"
        continue
    fi
    # shellcheck disable=SC2086 # words
    OUT=$dir PATIENCE=10 KILLS=full SEED=$number tests/kills.t $rounds \
        >"$dir/log" 2>&1
    if grep -E "^# .*: $says" "$dir/log" >"$dir/found"; then
        echo "ok $number $bug"
        head -n 1 "$dir/found"
    else
        echo "not ok $number $bug"
        head -n 20 "$dir/log" | sed 's/^/# /'
    fi
done <"$table"
echo "1..$number"
