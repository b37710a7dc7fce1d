#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# inside.t - our shm_open(3) stands in for libc's
#
# Every transcript passes unchanged with our library preloaded. That
# proves something only if the programs really use it: with a build
# that fails every call (its directory does not exist), each transcript
# that opens an object fails.

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/ours" "$dir/failing"
chmod -R go+rX "$dir"
set -- examples/*.transcript

tests/wrap "$dir/ours" env LD_PRELOAD="$OUT/examples/inside/shm_open.so"
$CC -std=c17 -fPIC -shared -DSHM_DIR='"/nonexistent/"' \
    examples/inside/shm_open.c -o "$dir/failing.so" -pthread || exit
tests/wrap "$dir/failing" env LD_PRELOAD="$dir/failing.so"

echo "1..$(($# * 2))"
tests/replay "$dir/ours" "$@" | sed '1d; s/^\(not \)*ok /&ours: /'
for transcript; do
    name=$(basename "$transcript" .transcript)
    if ! grep -q shm_open "examples/$name.c"; then
        echo "ok $name opens no object"
        continue
    fi
    case $(tests/replay "$dir/failing" "$transcript") in
        *SKIP*) echo "ok failing: $transcript # SKIP as above" ;;
        *'not ok'*) echo "ok failing: $transcript notices" ;;
        *) echo "not ok failing: $transcript passes all the same" ;;
    esac
done
