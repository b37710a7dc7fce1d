#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# inside.t - our shm_open(3) stands in for libc's
#
# Every transcript passes unchanged with our library preloaded. That
# proves something only if the programs really use it: with a build
# that fails every call (its directory does not exist), each transcript
# that opens an object fails. PRELOAD is the variable that makes the
# loader of the programs preload a library, if not LD_PRELOAD.

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM
mkdir "$dir/ours" "$dir/failing"
# The 32-bit half of other_abi could not preload it.
# shellcheck disable=SC2046 # a list of files
set -- examples/*.transcript \
    $(ls examples/pitfalls/*.transcript | grep -v other_abi)

cp "$OUT/examples/inside/shm_open.so" "$dir/ours.so"
tests/wrap "$dir/ours" env "${PRELOAD:-LD_PRELOAD}=$dir/ours.so"
$CC -std=c17 -fPIC -shared -DSHM_DIR='"/nonexistent/"' \
    examples/inside/shm_open.c -o "$dir/failing.so" -pthread || exit
tests/wrap "$dir/failing" env "${PRELOAD:-LD_PRELOAD}=$dir/failing.so"

echo "1..$(($# * 2))"
tests/replay "$dir/ours" "$@" | sed '1d; s/^\(not \)*ok /&ours: /'
for transcript; do
    source=${transcript%.transcript}.c
    result=$(tests/replay "$dir/failing" "$transcript" | sed 1d)
    case $result in
        *SKIP*) result="ok $transcript # SKIP as above" ;;
        'not ok '*) result=failed ;;
    esac
    if grep -q ' = shm_open(' "$source" || grep -q /shm_open "$transcript"
    then
        case $result in
            failed) echo "ok failing: $transcript notices" ;;
            *SKIP*) echo "$result" ;;
            *) echo "not ok failing: $transcript passes all the same" ;;
        esac
    else
        case $result in
            failed) echo "not ok failing: $transcript opens no object" ;;
            *) echo "$result" ;;
        esac
    fi
done
