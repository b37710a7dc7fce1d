#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# other_kernel.t - what depends on a sysctl, whatever it is here
#
# not_your_object shows what fs.protected_regular does. Here it runs
# under User Mode Linux, where that can be set.

if ! command -v linux.uml >/dev/null; then
    echo "1..0 # SKIP needs user-mode-linux (make deps-ci)"
    exit
elif [ "${SANITIZED:-0}" = 1 ]; then
    echo "1..0 # SKIP needs a build without sanitizers"
    exit
fi

dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT PIPE TERM
transcript=$PWD/examples/pitfalls/not_your_object.transcript
under_uml=$PWD/tests/under_uml
number=0

# result DESCRIPTION: what became of the last command.
result()
{
    if [ $? = 0 ]; then ok=ok; else ok='not ok'; fi
    number=$((number + 1))
    echo "$ok $number $1"
    [ "$ok" = ok ] || sed 's/^/# /' "$dir/out"
}

cd "$OUT/examples/pitfalls" || exit
for value in 1 2; do
    PROTECTED_REGULAR=$value "$under_uml" clitest --progress none \
        --color never "$transcript" >"$dir/out"
    result "not_your_object: what its transcript says, with fs.protected_regular at $value"
done

PROTECTED_REGULAR=0 "$under_uml" ./not_your_object >"$dir/out"
[ $? = 77 ] && [ "$(tail -n 1 "$dir/out")" = \
    "not_your_object: fs.protected_regular is 0 here" ]
result "not_your_object: cannot be shown, with fs.protected_regular at 0"

echo "1..$number"
