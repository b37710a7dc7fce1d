#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# cures.t - without its cure, no fixed way of a pitfall passes
#
# Usage: cures.t [TABLE]
#   TABLE  default tests/pitfalls/cures.tsv
#
# For each row of the table the program is built from a source that
# lacks the cure, in a folder of its own. It must print the broken way
# as its transcript has it, and the fixed way otherwise. What takes too
# long is ended, and has failed as well.

if [ "${SANITIZED:-0}" = 1 ]; then
    echo "1..0 # SKIP builds without sanitizers"
    exit
elif ! tests/isolate true 2>/dev/null; then
    echo "1..0 # SKIP needs a private /dev/shm"
    exit
fi

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM
table=${1:-tests/pitfalls/cures.tsv}
tab=$(printf '\t')
number=0

# build PROGRAM: builds it in $dir from the source there.
build()
{
    $CC -std=c17 -D_FORTIFY_SOURCE=0 "$dir/$1.c" -o "$dir/$1" -lrt -pthread &&
        if [ "$1" = other_abi ]; then
            $CC -std=c17 -m32 "$dir/$1.c" -o "$dir/$1_peer"
        fi
}

while IFS=$tab read -r program cure; do
    case $program in '#'*) continue ;; esac
    number=$((number + 1))
    what="$program: $cure"
    source=examples/pitfalls/$program.c
    isolate=tests/isolate limit=2
    # Depends on a sysctl, which this kernel may not have as needed.
    if [ "$program" = not_your_object ]; then
        isolate=tests/under_uml limit=60
    fi
    sed "$cure" "$source" >"$dir/$program.c"
    sed '1,/^\$ /d' "${source%.c}.transcript" >"$dir/expected"
    sed '/^fixed:/,$d' "$dir/expected" >"$dir/expected_broken"
    if cmp -s "$source" "$dir/$program.c"; then
        echo "not ok $number $what: changes nothing"
        continue
    fi
    timeout -s KILL $limit $isolate "$OUT/examples/pitfalls/$program" \
        >"$dir/out" 2>/dev/null
    status=$?
    if [ $status = 77 ] || [ $isolate$status = tests/under_uml125 ]; then
        echo "ok $number $what # SKIP cannot be shown here"
    elif ! cmp -s "$dir/out" "$dir/expected"; then
        echo "not ok $number $what: not shown with the cure"
    elif ! build "$program" >"$dir/log" 2>&1; then
        echo "not ok $number $what"
        sed 's/^/# /' "$dir/log"
    else
        timeout -s KILL $limit $isolate "$dir/$program" >"$dir/out" 2>/dev/null
        sed '/^fixed:/,$d' "$dir/out" >"$dir/out_broken"
        if cmp -s "$dir/out" "$dir/expected"; then
            echo "not ok $number $what: not missed"
        elif ! cmp -s "$dir/out_broken" "$dir/expected_broken"; then
            echo "not ok $number $what: the broken way is another"
        else
            echo "ok $number $what"
        fi
    fi
done <"$table"

for source in examples/pitfalls/*.c; do
    number=$((number + 1))
    program=$(basename "$source" .c)
    if cut -f 1 "$table" | grep -qx "$program"; then
        echo "ok $number $program stands in the table"
    else
        echo "not ok $number $program stands in no row of the table"
    fi
done
echo "1..$number"
