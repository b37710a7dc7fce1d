#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# bugs.t - the long checks find what they are there to find
#
# Usage: bugs.t [PATTERN]
#   PATTERN  for grep -E, of the rows of bugs.tsv; default all
#
# For each row of the table one program, or the pair, is built from a
# source with that bug, in a folder of its own. The check must fail, and
# say so.

if [ "${SANITIZED:-0}" = 1 ]; then
    echo "1..0 # SKIP builds without sanitizers"
    exit
fi

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM
tab=$(printf '\t')
number=0
export FAULTS=full KILLS=full HOSTILE=full
export PATIENCE=10 SECONDS=10 TABLE="$dir/table"

# build PROGRAM: builds it in its folder from the sources there.
build()
{
    shared=
    [ "${1%/*}" = examples ] || shared="sem-sync/program.c sem-sync/channel.c"
    # shellcheck disable=SC2086 # files
    (cd "$dir" && $CC -std=c17 -O2 -g "$1.c" $shared -o "$1" -lrt -pthread)
}

grep -v '^#' tests/bugs/bugs.tsv | grep -E -e "${1:-.}" >"$dir/rows"
while IFS=$tab read -r bug check says files script; do
    number=$((number + 1))
    rm -rf "$dir/examples" "$dir/sem-sync"
    mkdir "$dir/examples" "$dir/sem-sync"
    cp sem-sync/*.[ch] "$dir/sem-sync"
    for file in $files; do
        sed "$script" "$file" >"$dir/$file"
        if cmp -s "$file" "$dir/$file"; then
            echo "# changes nothing in $file"
        fi
    done >"$dir/log"
    case $files in
        examples/*) programs=${files%.c} ;;
        *) programs='sem-sync/writer sem-sync/reader' ;;
    esac
    for program in $programs; do
        [ -s "$dir/log" ] || build "$program" >"$dir/log" 2>&1
    done
    if [ -s "$dir/log" ]; then
        echo "not ok $number $bug: is not built"
        sed 's/^/# /' "$dir/log"
        continue
    fi
    # shellcheck disable=SC2086 # words
    if OUT=$dir SEED=$number tests/$check >"$dir/log" 2>&1; then
        echo "not ok $number $bug: $check passes"
    elif grep -E -e "$says" "$dir/log" >"$dir/found"; then
        echo "ok $number $bug: $check"
        head -n 1 "$dir/found" | sed 's/^#* */# /'
    else
        echo "not ok $number $bug: $check says other things"
        head -n 20 "$dir/log" | sed 's/^/# /'
    fi
done <"$dir/rows"
echo "1..$number"
