#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# overview.t - overview.tsv names programs and proofs that exist, and
# every program stands in it

tab=$(printf '\t')
number=0

result()
{
    number=$((number + 1))
    echo "$1 $number $2"
}

# Whether the proof, FILE or FILE: TEST, is there.
exists()
{
    file=${1%%: *}
    [ -f "$file" ] || return
    case $1 in
        *': '*) grep -qF "@test \"${1#*: }\" {" "$file" ;;
    esac
}

while IFS=$tab read -r claim program proof words rest; do
    case $claim in '#'*) continue ;; esac
    source=$(ls examples/"$program.c" sem-sync/"$program.c" 2>/dev/null)
    if [ -z "$words" ] || [ -n "$rest" ]; then
        result 'not ok' "$claim: four columns are expected"
    elif [ "$proof" = - ] && [ -f "$source" ]; then
        result ok "$claim # SKIP no proof here"
    elif [ -f "$source" ] && exists "$proof"; then
        result ok "$claim"
    else
        result 'not ok' "$claim: no $program or no $proof"
    fi
done <tests/overview.tsv

for source in examples/*.c sem-sync/*.c; do
    grep -q '^main(' "$source" || continue
    program=$(basename "$source" .c)
    if cut -f 2 tests/overview.tsv | grep -qx "$program"; then
        result ok "$program stands in overview.tsv"
    else
        result 'not ok' "$program stands in no row of overview.tsv"
    fi
done
echo "1..$number"
