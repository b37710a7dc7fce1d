#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# private.sh - run a command with a /dev/shm of its own
#
# Usage: private.sh [-r] [-s SIZE] [COMMAND [ARG...]]
#   -r       stay root, who may act as other users (needs root)
#   -s SIZE  size of the tmpfs, as mount(8) takes it; default 64m
#
# A place to make experiments in: the command (default: a shell) sees
# an empty /dev/shm, no System V segments and no processes but its own,
# and all that it leaves behind goes with it. Without -r it runs as user
# and group 1000, whoever you are. Every call makes a new place: for two
# terminals in one, start a multiplexer inside (tmux -L lab). Needs no
# privilege, but a kernel that lets users make namespaces; where it does
# not, root can have the place nevertheless, as root.
#
# Exit status: the command's; 125 if the place could not be made, and
# 2 for wrong usage.
#
# See also: unshare(1), user_namespaces(7), mount_namespaces(7),
# ipc_namespaces(7), pid_namespaces(7), tmpfs(5)

# In the outer user namespace we are root and may mount. In the inner
# one, within it, we are an ordinary user, whom permissions stop: the
# same for whoever runs this.
if [ "$1" = --mount ] && [ $$ = 1 ]; then
    inner=$2
    mount -t tmpfs -o "mode=1777,size=$3" tmpfs /dev/shm || exit 125
    shift 3

    # No exec: process 1 would ignore the signals from the keyboard.
    $inner "$@"
    exit
fi

size=64m
outer='--user --map-root-user'
inner='unshare --user --map-user=1000 --map-group=1000 --'
while getopts rs:h opt; do
    case $opt in
        r) outer='' inner='' ;;
        s) size=$OPTARG ;;
        h)
            echo "usage: private.sh [-r] [-s SIZE] [COMMAND [ARG...]]"
            exit 0
            ;;
        *)
            echo "usage: private.sh [-r] [-s SIZE] [COMMAND [ARG...]]" >&2
            exit 2
            ;;
    esac
done
shift $((OPTIND - 1))
if [ $# -eq 0 ]; then
    set -- "${SHELL:-/bin/sh}"
    echo "private /dev/shm of $size; exit ends it" >&2
fi

# place SIZE COMMAND: becomes COMMAND there.
place()
{
    # shellcheck disable=SC2086 # options or none
    exec unshare $outer --mount --ipc --pid --fork --kill-child \
        --mount-proc "$self" --mount "$inner" "$@"
}

# Only trying tells whether the place can be had, and how.
self=$(realpath "$0")
if ! (place 64m true) 2>/dev/null; then
    outer='' inner=''
    if ! (place 64m true) 2>/dev/null; then
        echo "private.sh: no private /dev/shm can be had here" >&2
        exit 125
    fi
fi
place "$size" "$@"
