#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# races.t - ThreadSanitizer has nothing to say of the pair
#
# From the environment: CC, if that has -fsanitize=thread; else gcc or
# clang. RACES=full: with each bug of the table as well.
#
# The code of the pair, sem-sync/channel.c, runs as two threads, see
# races/threads.c. Then with a bug: each row of races/seeded.tsv is
# brought into a copy, and ThreadSanitizer must report a race in the
# function that the row names. By default one bug, so that it is known
# that something would be reported.

if [ "${SANITIZED:-0}" = 1 ]; then
    echo "1..0 # SKIP one sanitizer excludes the other"
    exit
fi
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM

# build FOLDER: the threads of that tree, into the folder itself.
build()
{
    # shellcheck disable=SC2086 # a compiler and its options
    (cd "$1/tests/races" && $cc -std=c17 -O1 -g -fno-builtin -Wno-tsan \
        -fsanitize=thread -pthread threads.c ../../sem-sync/channel.c \
        -Wl,--wrap=mmap64,--wrap=munmap,--wrap=sem_init \
        -Wl,--wrap=sem_post,--wrap=sem_clockwait -o threads)
}

# Without randomized addresses: some kernels place a program where
# ThreadSanitizer has its shadow.
run()
{
    TSAN_OPTIONS=exitcode=66:halt_on_error=${2:-0} timeout -s KILL 120 \
        tests/isolate setarch -R "$1/tests/races/threads" 400
}

copy()
{
    mkdir -p "$1/tests/races" "$1/sem-sync" &&
        cp tests/races/threads.c "$1/tests/races" &&
        cp sem-sync/channel.? "$1/sem-sync"
}

copy "$dir/clean" || exit
for cc in "$CC" gcc clang; do
    if build "$dir/clean" 2>"$dir/log"; then
        echo 'int main(void) { return 0; }' | $cc -fsanitize=thread -x c - \
            -o "$dir/empty" && setarch -R "$dir/empty" && break
    fi
    cc=
done
if [ -z "$cc" ] || ! tests/isolate true 2>/dev/null; then
    echo "1..0 # SKIP needs ThreadSanitizer and a private /dev/shm"
    exit
fi

run "$dir/clean" >"$dir/out" 2>&1
status=$?
if [ $status = 0 ] && ! grep -q 'WARNING: ThreadSanitizer' "$dir/out"; then
    echo "ok 1 clean: $(tail -n 1 "$dir/out")"
else
    echo "not ok 1 clean: status $status"
    sed 's/^/# /' "$dir/out" | head -n 60
fi
number=1
tab=$(printf '\t')
while IFS=$tab read -r bug script function; do
    case $bug in '#'* | '') continue ;; esac
    [ "${RACES:-}" = full ] || [ $number = 1 ] || break
    number=$((number + 1))
    copy "$dir/$number" && sed -i "$script" "$dir/$number"/*/channel.? \
        "$dir/$number/tests/races/threads.c"
    if diff -r "$dir/clean" "$dir/$number" | grep -q '^[<>]' &&
        build "$dir/$number" 2>"$dir/log"; then
        run "$dir/$number" 1 >"$dir/out" 2>&1
        if grep -q "WARNING: ThreadSanitizer: data race" "$dir/out" &&
            grep -Eq "#[0-9]+ $function " "$dir/out"; then
            echo "ok $number found: $bug"
            continue
        fi
    else
        cp "$dir/log" "$dir/out"
    fi
    echo "not ok $number not found: $bug"
    sed 's/^/# /' "$dir/out" | head -n 60
done <tests/races/seeded.tsv
echo "1..$number"
