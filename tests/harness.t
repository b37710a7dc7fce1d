#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# harness.t - the tools of these tests notice what they are there for
#
# A check that cannot fail proves nothing: each tool is given something
# that is wrong, and must say so.

if ! tests/isolate true 2>/dev/null; then
    echo "1..0 # SKIP needs a private /dev/shm"
    exit
fi

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM
number=0

# expect TEXT COMMAND: the output of COMMAND must hold TEXT.
expect()
{
    number=$((number + 1))
    text=$1
    shift
    case $("$@" 2>&1) in
        *"$text"*) echo "ok $number $text: $1" ;;
        *) echo "not ok $number $text: $1" ;;
    esac
}

# Ends with the status of the command and prints it.
status_of()
{
    "$@"
    echo "status $?"
}

expect 'left behind: thing' tests/isolate touch /dev/shm/thing
expect 'status 1' status_of tests/isolate touch /dev/shm/thing
expect 'left running: S tail' tests/isolate sh -c 'tail -f /dev/null &'
expect 'status 7' status_of tests/isolate sh -c 'exit 7'

# A transcript that says what nobody printed, and one that leaves an
# object.
printf '$ echo one\ntwo\n' >"$dir/fstat.transcript"
expect 'not ok' tests/replay "$OUT" "$dir/fstat.transcript"
printf '$ touch /dev/shm/thing\n' >"$dir/fstat.transcript"
expect 'not ok' tests/replay "$OUT" "$dir/fstat.transcript"

# A pitfall that fails to happen once.
mkdir -p "$dir/once/examples/pitfalls" "$dir/once/count"
cat >"$dir/once/examples/pitfalls/private_mapping" <<END
#!/bin/sh
sed '1,/^\$ /d' '$PWD/examples/pitfalls/private_mapping.transcript'
rmdir '$dir/once/count' 2>/dev/null || exit 0
echo once
END
chmod +x "$dir/once/examples/pitfalls/private_mapping"
expect 'ok 1 private_mapping: idle' \
    env N=3 tests/pitfalls/repeat.t private_mapping
expect 'run 1: status 0' \
    env OUT="$dir/once" N=3 tests/pitfalls/repeat.t private_mapping

# Only the first run may say that nothing can be shown: one that ends
# with 77 later, or with 7 in run 71, has failed.
for failure in 2:77 71:7; do
    cat >"$dir/once/examples/pitfalls/private_mapping" <<END
#!/bin/sh
sed '1,/^\$ /d' '$PWD/examples/pitfalls/private_mapping.transcript'
echo >>'$dir/runs'
[ "\$(wc -l <'$dir/runs')" != ${failure%:*} ] || exit ${failure#*:}
END
    : >"$dir/runs"
    expect "run ${failure%:*}: status ${failure#*:}" \
        env OUT="$dir/once" N="${failure%:*}" tests/pitfalls/repeat.t private_mapping
done

# Programs with one thing wrong each, in the place of good ones.
mkdir -p "$dir/out/examples" "$dir/logs"
cp "$OUT"/examples/* "$dir/out/examples" 2>/dev/null
wrong()
{
    echo "$2" | $CC -x c -g -D_GNU_SOURCE - \
        -o "$dir/out/examples/$1"
}

wrong versions '
#include <stdio.h>
#include <sys/utsname.h>
int main(void) { struct utsname u; uname(&u); puts("usage: versions"); }'
expect 'not ok' env OUT="$dir/out" tests/bad_input.t "$dir/out"

if [ "${SANITIZED:-0}" = 0 ]; then
    # A cure that is not missed.
    printf 'private_mapping\ts/hello/hello/\n' >"$dir/table"
    expect 'changes nothing' tests/pitfalls/cures.t "$dir/table"
    printf 'private_mapping\ts/See also/see also/\n' >"$dir/table"
    expect 'see also/: not missed' tests/pitfalls/cures.t "$dir/table"
    expect 'stands in no row' tests/pitfalls/cures.t "$dir/table"
    expect 'not ok 3 - faults: examples/versions' env OUT="$dir/out" \
        FAULTS=full TABLE="$dir/faults" tests/faults.t versions
    LOGS=$dir/logs ROOT=$PWD
    export LOGS ROOT
    verdict()
    {
        rm -f "$LOGS"/*
        tests/under_memcheck "$dir/out/examples/fstat" >/dev/null 2>&1
        cat "$LOGS"/*.verdict
    }
    wrong fstat '
#include <stdlib.h>
int main(void) { return malloc(10) == NULL; }'
    expect 'definitely lost' verdict
    wrong fstat '
#include <fcntl.h>
int main(void) { return open("/dev/null", O_RDONLY) == -1; }'
    expect 'left open' verdict
    wrong fstat '
#include <stdlib.h>
int main(void) { char *p = malloc(1); p[1] = 0; free(p); }'
    expect 'Invalid write' verdict
    wrong fstat '
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    if (fork() == 0)
        *(volatile char *)0 = 0;
    wait(NULL);
}'
    expect 'SIGSEGV' verdict
fi
echo "1..$number"
