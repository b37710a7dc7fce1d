#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# record.sh - record transcripts anew
#
# Usage: record.sh FILE.transcript...
#
# Runs the commands of each transcript (the lines that begin with "$ ")
# beside its program, or else here, in a private /dev/shm, and writes
# down what they print. The lines
# above the first command are kept, and so is an expectation that a
# command carries (#=> --regex ...). Read the difference before you
# commit it: git diff.
#
# To write a transcript for a new program, write its commands only and
# record it.
#
# See also: clitest(1), which replays transcripts in the tests

if [ "$1" != --here ]; then
    room=$(cd "$(dirname "$0")" && pwd) || exit
    for file; do
        path=$(realpath "$file") || exit
        programs=$room
        [ -x "${path%.transcript}" ] && programs=$(dirname "$path")
        (cd "$programs" && "$room/private.sh" \
            "$room/record.sh" --here "$path") >"$path.new" && mv "$path.new" "$path" || {
            rm -f "$path.new"
            echo "record.sh: not recorded: $file" >&2
            exit 1
        }
    done
    exit
fi

# All commands run in this one shell, as under clitest.
record_file=$2
exec 3<"$record_file"
record_started=false
while IFS= read -r record_line <&3 || [ -n "$record_line" ]; do
    case $record_line in
        '$ '*)
            record_started=true
            printf '%s\n' "$record_line"
            case $record_line in
                *'#=> '*) eval "${record_line#??}" >/dev/null 2>&1 3<&- ;;
                *) eval "${record_line#??}" 2>&1 3<&- ;;
            esac
            ;;
        *)
            $record_started || printf '%s\n' "$record_line"
            ;;
    esac
done
