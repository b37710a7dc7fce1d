#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# makefile.bats - the Makefile does what make help says
#
# Works on a copy, with fewer programs, since each is compiled anew;
# where it does not matter what comes out, by a compiler that does
# nothing but write its output.

bats_require_minimum_version 1.5.0

setup()
{
    cd "$BATS_TEST_DIRNAME/.." || return
    copy=$BATS_TEST_TMPDIR/copy
    mkdir -p "$copy/examples/inside" "$copy/examples/pitfalls" \
        "$copy/sem-sync"
    cp Makefile README.md LICENSE "$copy"
    cp examples/dev_shm.* examples/fstat.* examples/acl.* \
        "$copy/examples"
    cp examples/inside/*.c examples/inside/*.transcript \
        "$copy/examples/inside"
    cp examples/pitfalls/bad_names.* examples/pitfalls/other_abi.* \
        "$copy/examples/pitfalls"
    cp examples/*.sh "$copy/examples"
    cp sem-sync/*.[ch] sem-sync/*.transcript "$copy/sem-sync"
    cd "$copy" || return
    sed -i 's/^CFLAGS = .*/CFLAGS = -O0/' Makefile
    unset MAKEFLAGS MAKELEVEL
    quick=$BATS_TEST_TMPDIR/quick
    cat >"$quick" <<'END'
#!/bin/sh
while [ $# != 0 ] && [ "$1" != -o ]; do shift; done
[ $# = 0 ] || { echo "$@" >"$2" && chmod +x "$2"; }
END
    chmod +x "$quick"
}

@test "make builds beside the sources, in short lines, once" {
    run -0 make -j4 CC="$CC"
    [[ "$output" == *"CC  examples/fstat"* ]]
    [[ "$output" != *"-Wall"* ]]
    [ -x examples/fstat ]
    [ -f examples/inside/shm_open.so ]
    run -0 make CC="$CC"
    [ -z "$output" ]
}

@test "make V=1 prints whole commands" {
    run -0 make V=1 CC="$quick"
    [[ "$output" == *"-std=c17"*"-Wconversion"*"examples/fstat.c"* ]]
}

@test "make rebuilds what a changed source or flag concerns" {
    make CC="$quick" >/dev/null
    touch examples/fstat.c
    run -0 make CC="$quick"
    [[ "$output" == *fstat* ]]
    [[ "$output" != *dev_shm* ]]
    run -0 make CC="$quick" CFLAGS=-O1
    [[ "$output" == *fstat*  ]]
    [[ "$output" == *dev_shm* ]]
    run -0 make CC="$quick" CFLAGS=-O1
    [ -z "$output" ]
}

@test "make rebuilds the pair when what it shares has changed" {
    make CC="$quick" >/dev/null
    touch sem-sync/channel.h
    run -0 make CC="$quick"
    [[ "$output" == *sem-sync/writer*sem-sync/reader* ]]
    [[ "$output" != *counter* ]]
}

@test "make finds a new example by its file alone" {
    cp examples/fstat.c examples/another.c
    run -0 make CC="$quick"
    [ -x examples/another ]
}

@test "make OUT=DIR builds there and leaves the sources' place alone" {
    run -0 make CC="$quick" OUT=elsewhere
    [ -x elsewhere/examples/fstat ]
    [ ! -e examples/fstat ]
    [ ! -e examples/.flags ]
}

@test "make skips what lacks its library, with a line that says so" {
    sed -i 's/-lacl/-lno_such_library/' examples/acl.c
    run -0 make CC="$CC"
    [[ "$output" == *"examples/acl skipped: needs -lno_such_library"* ]]
    [ ! -e examples/acl ]
    [ -z "$(find . -name 'acl.[0-9]*')" ]
}

@test "make skips the 32-bit build where there is none, with a line that says so" {
    printf '#!/bin/sh\ncase " $* " in *" -m32 "*) exit 1 ;; esac\nexec %s "$@"\n' \
        "$CC" >cc64
    chmod +x cc64
    run -0 make CC="$PWD/cc64"
    [[ "$output" == *"examples/pitfalls/other_abi_peer skipped: needs -m32"* ]]
    [ ! -e examples/pitfalls/other_abi_peer ]
    [ -z "$(find . -name 'other_abi_peer.[0-9]*')" ]
}

@test "make stops at a compile error and leaves no program" {
    echo 'int' >>examples/fstat.c
    run -2 make CC="$CC"
    [ ! -e examples/fstat ]
}

@test "make help lists every target in one screen" {
    run -0 make help
    [ "${#lines[@]}" -le 24 ]
    for target in all demo man html pdf test check repeat faults kills hostile verify soak selfcheck \
        bench lint valgrind sanitize coverage portability deps deps-ci install uninstall clean; do
        [[ "$output" == *"$target "* ]]
    done
    for line in "${lines[@]}"; do
        [ "${#line}" -le 80 ]
    done
}

@test "make install honours DESTDIR and PREFIX; uninstall takes all back" {
    run -0 make CC="$quick" DESTDIR="$PWD/root" PREFIX=/opt/it install
    [ -x root/opt/it/bin/dev_shm ]
    [ -f root/opt/it/share/doc/shm_examples/examples/fstat.c ]
    [ -f root/opt/it/share/doc/shm_examples/examples/fstat.transcript ]
    [ -f root/opt/it/share/doc/shm_examples/README.md ]
    [ -f root/opt/it/share/doc/shm_examples/LICENSE ]
    [ -f root/opt/it/share/doc/shm_examples/examples/inside/shm_open.c ]
    [ -f root/opt/it/share/doc/shm_examples/examples/pitfalls/bad_names.c ]
    [ -f root/opt/it/share/doc/shm_examples/sem-sync/channel.h ]
    [ -f root/opt/it/share/doc/shm_examples/sem-sync/writer.transcript ]
    [ -z "$(find root/opt/it/share -type f -perm /111)" ]
    [ "$(ls root/opt/it/bin)" = dev_shm ]
    run -0 make DESTDIR="$PWD/root" PREFIX=/opt/it uninstall
    [ -z "$(find root -type f)" ]
}

@test "make install puts pages where man, whatis and apropos find them" {
    command -v mandb >/dev/null || skip "needs man-db"
    cp -r "$BATS_TEST_DIRNAME/../man7" .
    run -0 make CC="$quick" DESTDIR="$PWD/root" PREFIX=/usr install
    export MANPATH=$PWD/root/usr/share/man
    mandb -q -c "$MANPATH"
    for page in man7/*.7; do
        name=$(basename "$page" .7)
        [ "$(man -w 7 "$name")" = "$MANPATH/$page" ]
        run -0 whatis "$name"
        [[ "$output" == "$name (7) "*" - "* ]]
    done
    run -0 apropos semaphores
    [[ "$output" == *"shm_sync (7) "* ]]
    rm -r "$MANPATH"/cat7 "$MANPATH"/index.db
    run -0 make DESTDIR="$PWD/root" PREFIX=/usr uninstall
    [ -z "$(find root -type f)" ]
}

@test "a page opens by its name from a checkout" {
    command -v mandb >/dev/null || skip "needs man-db"
    cp -r "$BATS_TEST_DIRNAME/../man7" .
    printf '#!/bin/sh\n' >man7/refresh
    MANPATH=$PWD: run -0 man 7 shm_sync
    [[ "$output" == *"shm_sync - "* ]]
    run -0 make man PAGE=shm_sync
    [[ "$output" == *"shm_sync - "* ]]
}

# The site is looked at more closely by tests/site/site.t.
@test "make html writes a page for each manual page and program" {
    command -v mandoc >/dev/null || skip "needs mandoc"
    /usr/bin/python3 -c 'import pygments' || skip "needs python3-pygments"
    cp -r "$BATS_TEST_DIRNAME/../man7" .
    cp examples/fstat.c examples/another.c
    run -0 make html
    [ -z "$output" ]
    for file in man7/*.7 examples/*.c examples/*/*.c sem-sync/*.[ch]; do
        grep -q '<pre class="code"' ".build/html/${file#man7/}.html"
        grep -q "href=\"${file#man7/}.html\"" .build/html/index.html
    done
    mkdir pygments
    echo 'raise ImportError' >pygments/__init__.py
    PYTHONPATH=$PWD run -2 make html
    [[ "${lines[0]}" == *"python3-pygments is missing; as root: make deps" ]]
}

@test "make pdf prints all manual pages, with their fonts" {
    command -v gropdf >/dev/null || skip "needs groff"
    cp -r "$BATS_TEST_DIRNAME/../man7" .
    run -0 make pdf
    [ -z "$output" ]
    [ "$(head -c 5 .build/shm_examples.pdf)" = %PDF- ]
    for page in man7/*.7; do
        grep -aFq "/Title ($(basename "$page" .7)\\(7\\))" .build/shm_examples.pdf
    done
    command -v pdffonts >/dev/null || skip "needs pdffonts"
    pdffonts .build/shm_examples.pdf >fonts
    [ "$(awk 'NR > 2 { print $(NF - 4) }' fonts | sort -u)" = yes ]
    printf '.TH x 7\n.SH NAME\n\\[nosuch]\n' >man7/x.7
    run -2 make pdf
    [[ "$output" == *"man7/pdf: "*"nosuch"* ]]
}

@test "make clean removes all that make has made" {
    before=$(find . -type f | sort)
    make CC="$quick" >/dev/null
    make CC="$quick" OUT=.build/other >/dev/null
    make clean >/dev/null
    [ "$(find . -type f | sort)" = "$before" ]
}

@test "make deps without root or apt says what to install and fails" {
    mkdir bin
    printf '#!/bin/sh\necho 1000\n' >bin/id
    chmod +x bin/id
    PATH=$PWD/bin:$PATH run -2 make deps
    [[ "$output" == *"needs root and apt-get. To install:"*clitest* ]]
}

@test "README.md installs nothing that make deps does not" {
    line=$(grep 'apt-get install' README.md)
    packages=${line#*--no-install-recommends }
    packages=${packages%% && *}
    [ -n "$packages" ]
    for package in $packages; do
        PATH=$BATS_TEST_TMPDIR run ! /usr/bin/make deps
        [[ " ${output//$'\n'/ } " == *" $package "* ]]
    done
}
