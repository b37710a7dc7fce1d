#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# bench.t - the benchmarks run, notice wrong data, and leave nothing
#
# Not part of make test, for it takes half a minute:
#
#     tests/run tests/bench/bench.t

if [ -z "${ISOLATED:-}" ] && tests/isolate true 2>/dev/null; then
    ISOLATED=1 exec tests/isolate "$0"
fi

log=$(mktemp) || exit
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT PIPE TERM
number=0
QUICK=1
export QUICK

report()
{
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number $2"
    else
        echo "not ok $number $2"
        sed 's/^/# /' "$log"
    fi
}

tests/bench/run >"$log" 2>&1 &&
    grep -q '^bench: [0-9]* runs, all checksums right' "$log"
report $? "all methods deliver what they were given"

test "$(grep -c '^our pair, sleeps' "$log")" -ge 6
report $? "our pair is in each table of throughput"

SPOIL=pipe tests/bench/run >"$log" 2>&1
status=$?
[ $status = 1 ] && grep -q 'checksum' "$log"
report $? "a byte that is changed on the way is noticed"

# Each process of a pair is killed while the other has much to do.
bench=$OUT/.build/bench
for method in pair pipe shmget; do
    for victim in parent child; do
        "$bench/input" 1M "$bench/throughput/$method" -b 1000G -m 64K \
            >"$log" 2>&1 &
        parent=$!
        child=
        while [ -z "$child" ] && kill -0 $parent 2>/dev/null; do
            child=$(tr -d ' ' 2>/dev/null \
                <"/proc/$parent/task/$parent/children")
        done
        case $victim in
            parent) kill -KILL $parent ;;
            child) kill -KILL "$child" ;;
        esac
        wait $parent 2>/dev/null
        left=600
        while kill -0 "$child" 2>/dev/null && [ $left -gt 0 ]; do
            left=$((left - 1))
            perl -e 'select undef, undef, undef, 0.1'
        done
        ! kill -0 "$child" 2>/dev/null
        status=$?

        # What pair leaves if it is killed before its two have met.
        rm -f "/dev/shm/bench.$parent"
        report $status "$method: the $victim is killed, the other ends"
    done
done
echo "1..$number"
