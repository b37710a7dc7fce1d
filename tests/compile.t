#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# compile.t - each program compiles as its header comment says
#
# From the environment: COMPILERS, default CC.
#
# In an empty directory, by the line that follows "Build:", with each
# compiler and the warnings of the house as errors: examples alone, the
# pair with the files that it shares. And each file keeps to its size:
# at most 120 lines, 150 in sem-sync, unless an exception was made
# below, the opening comment and blank lines not counted, of at most 68
# columns.

warnings="-Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
-Wwrite-strings -Wconversion -Werror"
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM
root=$PWD
set -- examples/*.c examples/inside/*.c examples/pitfalls/*.c \
    sem-sync/*.[ch]
number=0

report()
{
    number=$((number + 1))
    case $1 in
        0) echo "ok $number $2" ;;
        *) echo "not ok $number $2"; sed 's/^/# /' "$dir/log" ;;
    esac
}

for source; do
    [ -e "$source" ] || continue
    name=$(basename "$source" .c)
    line=$(sed -n 's/^ \* Build: //p' "$source")
    copied=$source
    compilers=${COMPILERS:-$CC}
    case $source in
        sem-sync/counter.c) ;;
        sem-sync/reader.c | sem-sync/writer.c) copied='sem-sync/*.[ch]' ;;
        sem-sync/*) compilers= ;;
    esac
    for compiler in $compilers; do
        what="$source: $compiler"
        if ! command -v "$compiler" >/dev/null; then
            number=$((number + 1))
            echo "ok $number $what # SKIP needs $compiler"
            continue
        elif [ "$compiler $name" = "musl-gcc acl" ]; then
            number=$((number + 1))
            echo "ok $number $what # SKIP musl has no libacl"
            continue
        fi
        # shellcheck disable=SC2086 # a list of files
        rm -rf "$dir/empty" && mkdir "$dir/empty" &&
            cp $copied "$dir/empty" && cd "$dir/empty" || exit
        {
            case $line in
                "cc -std=c17 "*"$name.c"*) true ;;
                *) echo "no Build: line" && false ;;
            esac && eval "$compiler $warnings ${line#cc}"
        } >"$dir/log" 2>&1 && [ ! -s "$dir/log" ]
        status=$?
        cd "$root" || exit
        report $status "$what"
    done

    # Reviewed, and better long than dense: dev_shm is a tool;
    # memfd_create has two processes and hands a descriptor over; the
    # next two look out for a full filesystem or a child that is
    # killed; channel is the protocol, in one piece; counter adds in
    # three ways; nothing_reserved, a pitfall, mounts a filesystem
    # first.
    case $source in
        */dev_shm.c) limit=260 ;;
        */memfd_create.c | */nothing_reserved.c) limit=140 ;;
        */mprotect.c | */persistence.c) limit=125 ;;
        sem-sync/channel.*) limit=470 ;;
        sem-sync/program.c | sem-sync/counter.c) limit=200 ;;
        sem-sync/*) limit=150 ;;
        *) limit=120 ;;
    esac
    awk -v limit=$limit '
        /^ \*\/$/ && !body { body = 1; next }
        body && NF { lines++ }
        length > 68 { print FNR ": " length " columns"; bad = 1 }
        END {
            if (lines > limit) { print lines " lines"; bad = 1 }
            exit bad
        }' "$source" >"$dir/log"
    report $? "$source: size"
done
echo "1..$number"
