#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# faults.t - the programs cope when a system call fails
#
# Usage: faults.t [PROGRAM]
#
# Each command runs under strace(1) once to count its system calls, and
# then once for each of them, which is made to fail. The program must
# end with 1 and a message that names the call, or be one that may do
# without it and print what it always prints; no object may be left. The calls of start-up, which
# an empty program makes as well, are not counted, nor those of
# children. A failed call is one that the kernel did not make.

if [ "${SANITIZED:-0}" = 1 ]; then
    echo "1..0 # SKIP the leak sanitizer does not work under strace"
    exit
fi
if ! command -v strace >/dev/null || ! strace -o /dev/null true; then
    echo "1..0 # SKIP needs strace and the right to use it"
    exit
fi
if [ -z "${ISOLATED:-}" ] && tests/isolate true 2>/dev/null; then
    ISOLATED=1 exec tests/isolate "$0" "$@"
fi

only=${1:-}
work=$(mktemp -d) || exit
sources=$PWD/examples
cd "$OUT/examples" || exit
demo=/demo.$$ none=/none.$$
trap './shm_unlink -f $demo $none; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT PIPE TERM
number=0
ISOLATED=${ISOLATED:-}

# A plausible error for each call.
error_of()
{
    case $1 in
        open*|socketpair|memfd_create|shmat) echo EMFILE ;;
        mmap|mprotect) echo ENOMEM ;;
        unlink*|fch*) echo EPERM ;;
        write|fallocate|shmget) echo ENOSPC ;;
        clone*|fork|vfork) echo EAGAIN ;;
        wait4) echo ECHILD ;;
        sendmsg) echo EPIPE ;;
        munmap|shmctl|shmdt) echo EINVAL ;;
        *) echo EIO ;;
    esac
}

# The calls that shared memory is about, and what programs do to
# report; the rest (futex, prctl ...) is libc's own business.
concerned='^(open.*|fcntl|.*stat.*|ftruncate|mmap|munmap|mprotect|close|read
read.*|write|unlink.*|fallocate|fch.*|clone.*|wait4|socketpair
sendmsg|recvmsg|memfd_create|shm.*|getdents.*|.*xattr|uname|access)$'
concerned=$(echo "$concerned" | paste -s -d '|')

# Counts the calls of a command: lines of a number and a name. In a
# coverage build, what follows the program's end does not count.
count()
{
    strace -qq -y -o "$work/trace" "$@" >"$work/expected" \
        2>"$work/expected_err" <"$work/input"
    sed '/\.gcda"/,$d' "$work/trace" |
        sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' |
        grep -E "$concerned" | sort | uniq -c
}

prepare()
{
    [ -z "$ISOLATED" ] || rm -f /dev/shm/[!d]*
    ./shm_unlink -f $none
    [ -e "/dev/shm$demo" ] || {
        ./shm_open -cx $demo && ./ftruncate $demo 4096
    } >/dev/null
    ./fchmod $demo 0600 >/dev/null
}

# Whether objects are there that should not be. Where a removal itself
# or the waiting for the creator was made to fail, there may be.
left_behind()
{
    case $1 in unlink|wait4) return 1 ;; esac
    [ -n "$ISOLATED" ] || return 1
    left=$(ls /dev/shm | grep -v "^${demo#/}$"; sed 1d /proc/sysvipc/shm)
    [ $status = 0 ] && [ "$left" = "${none#/}" ] && left=
    [ -n "$left" ]
}

# Whether a program may do without the Kth call of this name: what
# stdio asks about a file that it buffers, and libc to find a user;
# dev_shm counts a process that it cannot look into, and shmget asks
# whether things are gone. Nothing that concerns an object may fail
# unnoticed.
may_do_without()
{
    case $program:$(grep "^$1(" "$work/trace" | sed -n "$2p") in
        dev_shm:* | shmget:access* | shmget:shm*) true ;;
        *'</dev/shm'* | *'"/dev/shm'*) false ;;
        fchown:*) true ;;
        *'<socket:'* | *'memfd:'*) false ;;
        *stat*'</'*) true ;;
        *) false ;;
    esac
}

# The words of a message that names the call.
words_of()
{
    case $1 in
        openat) echo 'shm_open|fopen|opendir' ;;
        *statfs) echo statvfs ;;
        *stat*)
            [ "$program" = shmget ] && echo 'fstat|stat' ||
                echo 'fstat|acl_get_fd|opendir'
            ;;
        fcntl) echo 'descriptor|fcntl' ;;
        close) echo 'close|fclose|read|readdir' ;;
        read) echo 'read|fclose' ;;
        getdents*) echo readdir ;;
        write) echo 'stdout|write' ;;
        unlink) echo shm_unlink ;;
        fallocate) echo posix_fallocate ;;
        clone*) echo fork ;;
        wait4) echo 'wait|waitpid' ;;
        fgetxattr) echo acl_get_fd ;;
        fsetxattr) echo acl_set_fd ;;
        *) echo "$1" ;;
    esac
}

# Whether the message names the call and, unless there is none, the
# object.
names_it()
{
    case $1 in
        write | fcntl | wait4 | clone* | socketpair | sendmsg | recvmsg | \
            uname) object= ;;
        *) object=': [^ ]' ;;
    esac
    grep -Eq "^$program: ($(words_of "$1"))( [0-2]|$object).*: [A-Z]" \
        "$work/err" ||
        grep -Eq 'no such object|still open|seals are missing|: not E[A-Z]+$' "$work/err"
}

# An owner whose name cannot be looked up is shown as a number.
same_output()
{
    for file in "$work/out" "$work/should"; do
        sed "s/ $(id -un 2>/dev/null) / $(id -u) /" "$file" |
            tr -s ' ' >"$file.numeric"
    done
    cmp -s "$work/out.numeric" "$work/should.numeric"
}

# faults COMMAND: fails its calls one by one.
faults()
{
    program=${1#./}
    if [ -n "$only" ] && [ "$program" != "$only" ]; then
        return
    fi
    number=$((number + 1))
    if [ ! -x "$program" ]; then
        echo "ok $number faults: $* # SKIP not built here"
        return
    elif [ "$program" = dev_shm ] && [ -z "$ISOLATED" ]; then
        echo "ok $number faults: $* # SKIP calls differ from run to run"
        return
    fi
    libs=$(sed -n 's/.* cc -std=c17 .*\.c\( .*\)* -o .*/\1/p' \
        "$sources/$program.c")
    # shellcheck disable=SC2086 # a command and options
    echo 'int main(void) { return 0; }' |
        $CC -x c - -o "$work/empty" -Wl,--no-as-needed $libs -lrt -pthread
    count "$work/empty" >"$work/startup"
    prepare
    count "$@" >"$work/calls"
    cp "$work/expected" "$work/should"
    injected=0
    : >"$work/bad"
    while read -r total call; do
        # What a program fails to remove of its own can be cleared
        # away in a private place only.
        if [ "$call$ISOLATED" = unlink ] &&
            [ "$program" != shm_unlink ]; then
            continue
        fi
        first=$(awk -v call="$call" '$2 == call { n = $1 }
            END { print n + 1 }' "$work/startup")
        for k in $(seq "$first" "$total"); do
            prepare
            strace -qq -o /dev/null -e trace="$call" \
                -e inject="$call:error=$(error_of "$call"):when=$k" \
                "$@" >"$work/out" 2>"$work/err" <"$work/input"
            status=$?
            injected=$((injected + 1))
            if left_behind "$call"; then
                echo "$call $k leaves: $left"
            elif [ $status = 0 ] && same_output &&
                may_do_without "$call" "$k"; then
                continue
            elif [ $status != 1 ] || ! names_it "$call"; then
                echo "$call $k: status $status, $(cat "$work/err")"
            fi
        done
    done <"$work/calls" >>"$work/bad"
    if [ -s "$work/bad" ] || [ $injected = 0 ]; then
        echo "not ok $number faults: $* ($injected)"
        sed 's/^/# /' "$work/bad"
    else
        echo "ok $number faults: $* ($injected)"
    fi
}

printf hello >"$work/input"
faults ./shm_open -cx $none
faults ./shm_open $demo
faults ./ftruncate $demo 4096
faults ./mmap $demo
faults ./mmap -w $demo
faults ./munmap $demo
faults ./shm_unlink $demo
faults ./close $demo
faults ./fstat $demo
faults ./fchown $demo ":$(id -g)"
faults ./fchmod $demo 0600
faults ./versions
faults ./persistence
faults ./dev_shm $demo
faults ./acl $demo
faults ./acl $demo u::rw,g::r,o::-
faults ./mprotect $demo
faults ./shmget
faults ./memfd_create
faults ./fork
echo "1..$number"
