#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# races.t - the pair has no data races, says ThreadSanitizer
#
# From the environment: CC, if it has -fsanitize=thread, else gcc or
# clang does it; RACES=full, for all bugs of the table.
#
# sem-sync/channel.c runs as two threads, see races/threads.c, and
# nothing may be reported. Then each row of races/seeded.tsv brings a
# bug into a copy, and a race must be reported, in the function that
# the row names. By default only the first of them, so that it is known
# that something would be reported.

if [ "${SANITIZED:-0}" = 1 ]; then
    echo "1..0 # SKIP builds without other sanitizers"
    exit
elif ! tests/isolate true 2>/dev/null; then
    echo "1..0 # SKIP needs a private /dev/shm"
    exit
fi
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM

# Some kernels put things where ThreadSanitizer has its own, unless
# they are told not to choose addresses at random; some containers do
# not let us tell them.
works()
{
    echo 'int main(void) { return 0; }' >"$dir/empty.c"
    # shellcheck disable=SC2086 # a command and its options
    $cc -fsanitize=thread "$dir/empty.c" -o "$dir/empty" &&
        tests/isolate $run "$dir/empty"
}

for cc in "$CC" gcc clang ''; do
    [ -n "$cc" ] || break
    run='setarch -R'
    works 2>/dev/null && break
    run=
    works 2>/dev/null && break
done
if [ -z "$cc" ]; then
    echo "1..0 # SKIP needs a compiler with ThreadSanitizer"
    exit
fi

# races SCRIPT: the threads from sources that this has changed. With
# -fno-builtin the stores of memset(3) and the like are looked at, too.
races()
{
    rm -rf "$dir/tree"
    mkdir -p "$dir/tree/tests/races" "$dir/tree/sem-sync" || return
    for source in sem-sync/channel.c sem-sync/channel.h \
        tests/races/threads.c; do
        sed "$1" $source >"$dir/tree/$source" || return
        cmp -s $source "$dir/tree/$source" || changed=$source
    done
    # shellcheck disable=SC2086 # a compiler and its options
    (cd "$dir/tree" && $cc -std=c17 -O1 -g -fno-builtin \
        -fsanitize=thread tests/races/threads.c sem-sync/channel.c \
        -Wl,--wrap=mmap64,--wrap=munmap,--wrap=sem_init \
        -Wl,--wrap=sem_post,--wrap=sem_clockwait -pthread -o threads) &&
        TSAN_OPTIONS=exitcode=66:halt_on_error=1 timeout -s KILL 120 \
            tests/isolate $run "$dir/tree/threads" 400
}

# Prints a result, and what was printed if that is bad.
report()
{
    echo "$1"
    case $1 in not*) sed 's/^/# /' "$dir/out" | head -n 60 ;; esac
}

if races '' >"$dir/out" 2>&1 && ! grep -q WARNING "$dir/out"; then
    report "ok 1 no races: $(cat "$dir/out")"
else
    report "not ok 1 no races"
fi

bugs=0 found=0 tab=$(printf '\t')
while IFS=$tab read -r bug script function; do
    case $bug in '#'*) continue ;; esac
    [ $bugs = 0 ] || [ "${RACES:-}" = full ] || break
    bugs=$((bugs + 1)) changed=
    races "$script" >"$dir/out" 2>&1
    if [ -z "$changed" ]; then
        report "not ok $((bugs + 1)) $bug: nothing is changed"
    elif grep -q 'WARNING: ThreadSanitizer: data race' "$dir/out" &&
        grep -Eq "#[0-9]+ $function " "$dir/out"; then
        report "ok $((bugs + 1)) a race is found: $bug"
        found=$((found + 1))
    else
        report "not ok $((bugs + 1)) no race is found: $bug"
    fi
done <tests/races/seeded.tsv
echo "# bugs found: $found of $bugs"
echo "1..$((bugs + 1))"
