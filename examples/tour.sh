#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# tour.sh - a guided tour of POSIX shared memory
#
# Usage: tour.sh [DIR]
#   DIR  where the programs are; default: beside this script
#
# Goes through shm_overview(7) in its order and runs a command or two
# for each of its subjects. On a terminal it waits for Enter after each
# step, and q leaves; otherwise it runs through. Everything happens in
# a private /dev/shm where one can be had, else under a name of its own
# that is removed at the end.
#
# Exit status: 0 done or left with q, 1 a command failed, 128+N ended
# by signal N.

here=$(cd "$(dirname "$0")" && pwd) || exit 1
if [ "${1-}" != --private ]; then
    dir=$(cd "${1:-$here}" && pwd) || exit 1
    if "$here/private.sh" true 2>/dev/null; then
        exec "$here/private.sh" "$here/tour.sh" --private "$dir"
    fi
    cd "$dir" || exit 1
    name=/tour.$(id -u).$$
else
    cd "$2" || exit 1
    name=/demo
fi

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m')
    plain=$(printf '\033[0m')
fi

finish()
{
    trap - EXIT
    exec 4>&-
    ./shm_unlink -f "$name"
}
trap finish EXIT
for signal in HUP:129 INT:130 TERM:143; do
    # The EXIT trap cleans up on the way out.
    # shellcheck disable=SC2064
    trap "exit ${signal#*:}" ${signal%:*}
done

step=0

# topic HEADING TEXT: begins a step, after a pause on a terminal.
topic()
{
    if [ $step -gt 0 ] && [ -t 0 ] && [ -t 1 ]; then
        printf '\n%s' "${dim}Enter goes on, q leaves: $plain"
        read -r answer || exit 0
        if [ "$answer" = q ]; then
            exit 0
        fi
    fi
    step=$((step + 1))
    printf '\n%s\n' "$bold$step. $1$plain"
    echo "$2" | fmt -w 72
    echo
}

# run COMMAND [STATUS]: shows the command and runs it; it must end with
# STATUS, 0 if none is given.
run()
{
    printf '%s\n' "$bold\$ $1$plain"
    eval "$1" 2>&1
    status=$?
    if [ $status != "${2:-0}" ]; then
        echo "tour.sh: status $status: $1" >&2
        exit 1
    fi
}

echo "POSIX shared memory in the order of shm_overview(7). Type the"
echo "commands yourself in $PWD."

topic "shm_open(3): create an object" \
    "Like open(2), but for memory that processes share: a name, flags, \
a mode; a descriptor comes back. A new object has no length yet. \
Another O_CREAT | O_EXCL of the name fails, so exactly one process \
can be its creator."
run "./shm_open -cx $name"
run "./shm_open -cx $name" 1

topic "ftruncate(2): give it a size" \
    "The new bytes are zero. None is backed by memory before somebody \
touches it."
run "./ftruncate $name 64K"

topic "mmap(2): use it" \
    "Two commands, two processes, one memory: what the first stores the \
second reads."
run "echo 'hello from another process' | ./mmap -w $name"
run "./mmap -l 27 $name"

topic "munmap(2): let go" \
    "The address is worth nothing afterwards, as a child finds out; the \
object does not notice."
run "./munmap $name"

topic "shm_unlink(3): remove the name" \
    "A process that has the object open goes on using it: here the \
shell, as descriptor 4. The next object of that name is another one."
run "exec 4<'/dev/shm$name'"
run "./shm_unlink $name"
run "./shm_open $name" 1
run "head -n 1 <&4"
run "exec 4<&-"
run "./shm_open -cx $name"
run "./ftruncate $name 64K"

topic "close(2): the descriptor is not the mapping" \
    "Once an object is mapped its descriptor can go. A descriptor \
alone keeps an object too, and its memory."
run "./close $name"

topic "fstat(2): what is it like?" \
    "Size, permissions and owner, as for a file; an object is one. \
Compare the size with the memory used."
run "./fstat $name"

topic "fchown(2): whose is it?" \
    "Only root can give an object to another user. Its owner may set \
the group to one of his or her own; here nothing changes."
run "./fchown $name $(id -u):$(id -g)"

topic "fchmod(2): who may use it?" \
    "The umask trims the mode that shm_open is given, but not fchmod's."
run "umask 077; ./fchmod $name 0640"

topic "Versions and linking" \
    "Does this system have POSIX shared memory? POSIX lets a program \
ask. -lrt has not been needed since glibc 2.34."
run "./versions"

topic "Persistence" \
    "An object outlives its creator. It goes when its name is removed \
and nobody has it mapped or open any more, whichever comes last."
run "./persistence"

topic "Accessing objects via the filesystem" \
    "Objects are files in a tmpfs(5). dev_shm lists them and who uses \
them (map: a mapping, fd: a descriptor), even those that have lost \
their name and still take memory. In a private place, process 1 \
belongs to somebody else and may not be looked into."
run "ls -ln /dev/shm$name"
run "exec 4<'/dev/shm$name'; rm '/dev/shm$name'"
run "./dev_shm $name 4<&-"
run "exec 4<&-"

topic "Access control lists" \
    "They let in one user more, and the permission bits do not tell: \
where the group's stand, the mask is shown."
if [ -x acl ]; then
    run "./shm_open -cx $name | grep permissions"
    run "./acl $name u::rw,u:$(id -u):r,g::-,o::-"
    run "./shm_unlink $name"
else
    echo "(acl was not built: it needs libacl and its headers)"
fi

topic "Synchronizing access" \
    "Who adds to a counter loads it and stores one more. If another \
process stores in between, its addition is lost: here every time. \
Semaphores keep the others out. With two of them a writer and a reader \
share a ring of buffers; that is the pair in sem-sync."
if [ -x ../sem-sync/writer ]; then
    run "../sem-sync/counter"
    run "seq 100000 | ../sem-sync/writer $name & \
../sem-sync/reader $name | tail -n 1; wait"
else
    echo "(the pair was not built)"
fi

topic "System V shared memory" \
    "The older way, step by step beside the POSIX one."
run "./shmget"

topic "See also: memfd_create(2), memory without a name" \
    "It is handed over instead of found, and sealed, so that the \
receiver need not trust the sender."
run "./memfd_create"

topic "See also: mprotect(2)" \
    "A mapping can lose the right to write and get it back. A mapping \
of a descriptor that was opened read-only can never get it."
run "./shm_open -cx $name | grep access"
run "./ftruncate $name 4096"
run "./mprotect $name"
run "./shm_unlink $name"

topic "And fork(2)" \
    "A child has its parent's mappings; MAP_SHARED is shared with it, \
MAP_PRIVATE is not. A new program starts without them."
run "./fork"

# pitfall NAME HEADING TEXT: a step with a pitfall, which may not be
# one that can be shown here.
pitfall()
{
    topic "$2" "$3"
    ./pitfalls/"$1" >/dev/null 2>&1
    if [ $? = 77 ]; then
        run "./pitfalls/$1" 77
    else
        run "./pitfalls/$1"
    fi
}

pitfall attach_too_early "What goes wrong: mapped too early" \
    "The five most frequent failures, each followed by its cure. First, \
an object is mapped when it has a name already, but no length."
pitfall lost_post "What goes wrong: used before it is initialized" \
    "The length is there, the semaphore in it is not: a post is lost, \
and each side waits for the other."
pitfall nothing_reserved "What goes wrong: no memory behind the length" \
    "ftruncate takes whatever length one asks for. Whether there is \
memory shows when it is touched; often that is a container's 64 MiB."
pitfall killed_creator "What goes wrong: the name outlives its creator" \
    "A process that is killed cleans up nothing. The next start must \
find out whether the creator lives."
pitfall split_brain "What goes wrong: two objects, one name" \
    "Who removes a name that is in use and creates it anew splits its \
users into two groups. There are more pitfalls in the folder of that \
name, and an index by symptom in README.md."

topic "The end" \
    "Each program is a page or two of C: read them beside \
shm_overview(7), break them, and try two at once in two terminals. \
examples/private.sh gives you a shell in which you can spoil nothing."
