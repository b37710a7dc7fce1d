#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# bad_input.t - bad input gets one clear line and the documented status
#
# Usage: bad_input.t [DIR]
#   DIR  where the folders of the programs are; default $OUT
#
# First what all programs have in common, each being asked for its
# usage line, then the rows of bad_input.tsv. Nothing may come out on
# standard output, and after a failure the objects must be what they
# were before.

dir=$(realpath "${1:-$OUT}")
table=$PWD/tests/bad_input.tsv
if [ -z "${ISOLATED:-}" ] && tests/isolate true 2>/dev/null; then
    ISOLATED=1 exec tests/isolate "$0" "$dir"
fi

cd "$dir/examples" || exit
work=$(mktemp -d) || exit
demo=/demo.$$ empty=/empty.$$ none=/none.$$ secret=/secret.$$
long=/$(head -c 300 /dev/zero | tr '\0' x)
trap 'rm -rf "$work"; "$OUT/examples/shm_unlink" -f \
    $demo $empty $none $secret' EXIT
trap 'exit 1' HUP INT PIPE TERM
number=0

# With nothing left to flush, only ferror(3) knows of an error. The
# library of stdbuf(1) is made for the libc of this machine.
unbuffered='stdbuf -o 0'
[ -z "$($unbuffered ./shm_open -h 2>&1 >/dev/null)" ] || unbuffered=

# What glibc 2.36 says of a name of 300 characters.
libc='Invalid argument|No such file'

# The objects that the commands work on, made anew for each of them.
prepare()
{
    (
        cd "$OUT/examples" &&
            ./shm_unlink -f $demo $empty $none $secret &&
            ./shm_open -cx $demo && ./ftruncate $demo 4096 &&
            ./shm_open -cx $empty && ./shm_open -cx -m 0 $secret
    ) >/dev/null
}

objects()
{
    stat -c '%n %s %a' /dev/shm/*.$$
}

# check STATUS PATTERN COMMAND: runs COMMAND and prints a result. On
# standard error it must have written as many lines as its STATUS is:
# none, one of reason, or one of reason and one of usage.
check()
{
    number=$((number + 1))
    case $3 in
        *'&-'*)
            if [ -n "${LOGS:-}" ]; then
                echo "ok $number $3 # SKIP valgrind's log takes its place"
                return
            fi
            ;;
    esac
    before=$(objects)
    (eval "$3") >"$work/out" 2>"$work/err" </dev/null
    status=$?
    reason=$(head -n 1 "$work/err")
    if [ $status = "$1" ] && [ ! -s "$work/out" ] &&
        [ "$(wc -l <"$work/err")" = "$1" ] &&
        echo "$reason" | grep -Eq -e "$2" &&
        { [ $status != 2 ] || grep -q '^usage: ' "$work/err"; } &&
        { [ $status = 0 ] || [ "$before" = "$(objects)" ]; }; then
        echo "ok $number $3"
    else
        echo "not ok $number $3"
        {
            echo "status $status, expected $1 and: $2"
            cat "$work/out" "$work/err"
            objects
        } | sed 's/^/# /'
    fi
    if [ $status = 0 ]; then
        prepare
    fi
}

prepare
for path in "$dir"/examples/* "$dir"/examples/pitfalls/* "$dir"/sem-sync/*; do
    program=${path##*/}
    case $program in *.*) continue ;; esac
    [ -x "$path" ] && [ ! -d "$path" ] && [ "$program" != other_abi_peer ] ||
        continue
    cd "${path%/*}" || exit
    run=./$program
    operands=$($run -h | sed "s/^usage: $program *\(\[-[^]]*\] *\)*//")

    check 0 '' "$run -h >$work/usage"
    check 0 '' "grep -q '^usage: $program' $work/usage"
    check 1 'stdout: No space left' "$run -h >/dev/full"
    check 1 'stdout: No space left' "$unbuffered $run -h >/dev/full"
    check 2 'invalid option|unrecognized option' "$run -Z"
    case $operands in
        '')
            check 2 'expected no arguments' "$run x"
            if "$OUT/${path#"$dir"/}" >/dev/null 2>&1; [ $? = 77 ]; then
                number=$((number + 1))
                echo "ok $number $run # SKIP cannot show anything here"
                continue
            fi
            check 1 'stdout: No space left' "$run >/dev/full"
            # The 32-bit build cannot be preloaded anything.
            [ "$program" = other_abi ] || check 1 \
                'stdout: No space left' "$unbuffered $run >/dev/full"
            check 1 'descriptor|stdout: Bad' "$run >&-"
            continue
            ;;
        *'[NAME...]') continue ;;
        *' SIZE') second=4096 ;;
        *' MODE') second=0600 ;;
        *' [OWNER][:GROUP]') second=$(id -u) ;;
        *) second= ;;
    esac

    # Names go to the call unchecked; the call says what is wrong.
    check 2 'expected (at least )?(one )?NAME' "$run"
    case $operands in
        *NAME...) ;;
        *) check 2 'expected (one )?NAME' "$run $demo 1 2" ;;
    esac
    call=shm_open
    [ "$program" = shm_unlink ] && call=shm_unlink
    check 1 "$call: : " "$run '' $second"
    check 1 "$call: /: " "$run / $second"
    check 1 "$call: /a/b: " "$run /a/b $second"
    check 1 "$call: $long: (File ?name too long|$libc)" \
        "$run $long $second"
    case $program in
        # They wait for each other.
        reader | writer) ;;
        *) check 1 "$call: $none: No such file" "$run $none $second" ;;
    esac
    if [ "$program" = shm_unlink ]; then
        continue
    fi
    if [ "$(id -u)" != 0 ]; then
        check 1 "$call: $secret: Permission" "$run $secret $second"
    fi
    case $program in
        reader | writer) check 1 "$demo: not a channel" "$run $demo" ;;
        *)
            check 1 "stdout: ($demo: )?No space left" \
                "$run $demo $second >/dev/full"
            check 1 "stdout: ($demo: )?" \
                "$unbuffered $run $demo $second >/dev/full"
            ;;
    esac
    check 1 'descriptor 0: Bad file' "$run $demo $second <&-"
    check 1 'descriptor 1: Bad file' "$run $demo $second >&-"
done

tab=$(printf '\t')
while IFS=$tab read -r status pattern command <&3; do
    case $status in '#'*) continue ;; esac
    program=${command#*./}
    path=$(ls "$dir"/*/"${program%% *}" 2>/dev/null)
    if [ -x "$path" ]; then
        cd "${path%/*}" || exit
        check "$status" "$(eval "echo \"$pattern\"")" "$command"
    else
        number=$((number + 1))
        echo "ok $number # SKIP not built: $command"
    fi
done 3<"$table"
echo "1..$number"
