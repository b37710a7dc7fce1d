#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
#
# root_class.bats - fifty hand-ins, some of them hostile, in one command
#
# Each hostile one behaves well, and would pass exercise 01, if what it
# tries succeeds. Runs as the real root in a private /dev/shm, in which
# nothing may be left, no process either: see tests/suite.

bats_require_minimum_version 1.5.0

setup_file()
{
    cd "$BATS_TEST_DIRNAME/../../exercises" || return
    make -s CC="$CC" .build/grade >&2 || return
    export lab=$PWD class=$BATS_FILE_TMPDIR/class
    mkdir "$class"

    # Where anybody could read it, and a server to which anybody could
    # connect, if there were nothing in between.
    open=$(mktemp -d)
    export open secret=$open/secret
    chmod 755 "$open"
    cp instructor/01/solution.c "$secret"
    chmod 644 "$secret"
    perl -MIO::Socket::INET -e '$| = 1;
        my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 9)
            or die; print $s->sockport, "\n"; close STDOUT;
        while ($s->accept) {}' >"$open/port" 3>&- & server=$!
    for _ in $(seq 1000); do
        [ ! -s "$open/port" ] || break
        sleep 0.01
    done
    port=$(cat "$open/port")
    hand_in
    instructor/grade-all -j 2 "$class" >"$BATS_FILE_TMPDIR/said" 2>&1
    echo $? >"$BATS_FILE_TMPDIR/status"
    kill $server
    wait $server || true
}

teardown_file()
{
    rm -rf "$open"
}

# good NAME EXERCISE FILE [SOURCE]: a folder with that file.
good()
{
    mkdir -p "$class/$1"
    cp "$lab/instructor/$2/${4:-solution.c}" "$class/$1/$3"
}

# hostile NAME CODE: create_map() is right if CODE, which comes first,
# does not return; CODE may say "return NULL;" or end the process.
hostile()
{
    mkdir -p "$class/$1"
    {
        echo '#define _GNU_SOURCE'
        sed -n '/^#include/p' "$lab/instructor/01/solution.c"
        cat <<'EOF'
#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
EOF
        echo "$3"
        sed '/^#include/d; /^\/\*/d' "$lab/instructor/01/solution.c" |
            awk -v code="$2" '{ print } /^{$/ && !n++ { print code }'
    } >"$class/$1/create_map.c"
}

archive()
{
    mkdir -p "$BATS_FILE_TMPDIR/pack"
    (cd "$BATS_FILE_TMPDIR/pack" && "$@")
    rm -r "$BATS_FILE_TMPDIR/pack"
}

hand_in()
{
    # Twenty-six who know something.
    for i in $(seq 10 21); do
        good "right.$i" 01 create_map.c
        good "right.$i" 07 lost_update.c
        good "wrong.$i" 01 create_map.c wrong/private.c
        good "wrong.$i" 07 lost_update.c
    done
    archive sh -c "mkdir -p me/01-create-map && cp $lab/instructor/01/solution.c me/01-create-map/create_map.c &&
        tar -czf $class/tarred.tar.gz me && python3 -m zipfile -c $class/zipped.zip me/"

    hostile fork_bomb 'for (;;) if (fork() == -1) return NULL;'
    hostile endless_loop 'for (;;) continue;'
    hostile endless_sleep 'for (;;) pause();'
    hostile endless_output 'for (;;) if (write(1, name, 1) != 1) return NULL;'
    hostile huge_file \
        'int f = open("/dev/shm/huge", O_RDWR | O_CREAT, 0600); if (f == -1 || posix_fallocate(f, 0, 1L << 28) != 0) return NULL; unlink("/dev/shm/huge");'
    hostile file_elsewhere \
        'if (open("/tmp/x", O_RDWR | O_CREAT, 0600) == -1 && open("/x", O_RDWR | O_CREAT, 0600) == -1 && open("/usr/x", O_RDWR | O_CREAT, 0600) == -1 && open("/dev/x", O_RDWR | O_CREAT, 0600) == -1) return NULL;'
    hostile memory_hog \
        'for (int i = 0; i < 64; i++) { char *p = malloc(1 << 26); if (p == NULL) return NULL; memset(p, 1, 1 << 26); }'
    hostile network \
        "struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons($port), .sin_addr = { htonl(INADDR_LOOPBACK) } }; int s = socket(AF_INET, SOCK_STREAM, 0); if (s == -1 || connect(s, (void *)&a, sizeof(a)) == -1) return NULL; close(s);"
    hostile reads_solution "if (access(\"$secret\", R_OK) == -1) return NULL;"
    hostile reads_lab "if (access(\"$lab/instructor/01/solution.c\", R_OK) == -1) return NULL;"
    hostile reads_hosts_files 'if (access("/etc/passwd", R_OK) == -1 && access("/root", R_OK) == -1) return NULL;'
    hostile kills_everybody 'kill(-1, SIGKILL); kill(getppid(), SIGKILL); return NULL;'
    hostile kills_the_grader \
        'int n = 0; for (int i = 1; i < 100000; i++) if (i != getpid() && kill(i, 0) == 0 && i != 1) n += kill(i, SIGKILL) == 0; if (n == 0) return NULL;'
    hostile kills_the_first 'if (kill(1, SIGKILL) == -1) return NULL; for (int i = 0; i < 1000; i++) getppid(); if (kill(1, 0) == 0) return NULL;'
    hostile fakes_report "int f = open(\"$class.grades/results.csv\", O_WRONLY | O_APPEND); if (f == -1) return NULL; write(f, \"fakes_report,01,all,pass,\\n\", 26); close(f);"
    hostile says_pass 'for (int i = 0; i < 64; i++) dprintf(i, "pass\tcreate-map.name\t\npass\tcreate-map.clean\t\n"); _exit(0);'
    hostile exits 'exit(0);'
    hostile closes_all 'for (int i = 0; i < 64; i++) close(i); return NULL;'
    hostile constructor 'return NULL;' \
        '__attribute__((constructor)) static void c(void) { _exit(0); }'
    hostile symlink \
        'struct stat sb; if (symlink("/etc/passwd", "/dev/shm/l") == -1 || stat("/dev/shm/l", &sb) == -1) { unlink("/dev/shm/l"); return NULL; } unlink("/dev/shm/l");'
    hostile looks_around 'DIR *d = opendir("/proc"); int n = 0; for (struct dirent *e; d && (e = readdir(d)); ) n += e->d_name[0] > 48 && e->d_name[0] <= 57; closedir(d); if (n < 10) return NULL;'

    # Against the compiler.
    mkdir "$class"/{includes_solution,includes_lab,incbin,reads_for_ever,long_compile}
    echo "#include \"$secret\"" >"$class/includes_solution/create_map.c"
    echo '#include "../../instructor/01/solution.c"' >"$class/includes_lab/create_map.c"
    hostile incbin '' "__asm__(\".incbin \\\"$secret\\\"\");"
    echo '#include "/dev/zero"' >"$class/reads_for_ever/create_map.c"
    {
        echo '#define A(x) x x x x x x x x x x'
        echo 'int x = 0 A(A(A(A(A(A(A(A(A(+1)))))))));'
    } >"$class/long_compile/create_map.c"

    # Archives.
    mkdir "$class/linked"
    ln -s "$secret" "$class/linked/create_map.c"
    ln -s "$class/right.10" "$class/linked_folder"
    archive sh -c "ln -s $secret create_map.c && tar -cf $class/tar_link.tar create_map.c"
    archive sh -c "cp $secret a && ln a create_map.c && tar -cf $class/tar_hard.tar a create_map.c"
    archive sh -c "mkdir x && cp $secret x/create_map.c && tar -P -cf $class/tar_up.tar --transform s:x/:../../x/: x/create_map.c"
    archive sh -c "mkdir x && cp $secret x/create_map.c && tar -P -cf $class/tar_root.tar --transform s:x/:/tmp/: x/create_map.c"
    archive sh -c "head -c 300000 /dev/zero >create_map.c && tar -czf $class/large.tar.gz create_map.c"
    archive sh -c "ln -s $secret create_map.c && mkfifo excl_race.c && mkdir $class/fifo && mv excl_race.c $class/fifo/excl_race.c"
    echo nonsense >"$class/broken.zip"
}

points()
{
    sed -n "s/^$1,.*,\([0-9]*\)\$/\1/p" "$class.grades/points.csv"
}

@test "all of them are graded, by one command" {
    cat "$BATS_FILE_TMPDIR/said"
    [ "$(cat "$BATS_FILE_TMPDIR/status")" = 0 ]
    n=$(find "$class" -mindepth 1 -maxdepth 1 | wc -l)
    [ "$n" -ge 50 ]
    grep -q "^$n students: " "$BATS_FILE_TMPDIR/said"
    [ "$(tail -n +2 "$class.grades/points.csv" | wc -l)" = "$n" ]
    ! grep -q ',error,' "$class.grades/results.csv"
}

@test "the others' points are what they should be" {
    [ ! -e /tmp/x/create_map.c ] && [ ! -e /tmp/create_map.c ]
    for i in $(seq 10 21); do
        [ "$(points "right.$i")" = 15 ]
        [ "$(points "wrong.$i")" = 10 ]
        grep -q "^wrong.$i,01,create-map.shared,fail," "$class.grades/results.csv"
    done
    [ "$(points tarred)" = 5 ]
    [ "$(points zipped)" = 5 ]
}

@test "nothing that a hostile one tries succeeds" {
    bad=
    for folder in "$class"/*; do
        student=$(basename "$folder" | sed 's/\.tar.*\|\.zip//')
        case $student in right.* | wrong.* | tarred | zipped) continue ;; esac
        [ "$(points "$student")" = 0 ] || bad="$bad $student"
    done
    echo "$bad"
    [ -z "$bad" ]
}

@test "the reports are what other people's tools read" {
    /usr/bin/python3 - "$class.grades" <<'EOF'
import csv, json, pathlib, sys
import jsonschema
from junitparser import JUnitXml

folder = pathlib.Path(sys.argv[1])
rows = list(csv.DictReader((folder / 'results.csv').open()))
checks = [r for r in rows if r['check'] != 'all']
junit = JUnitXml.fromfile(str(folder / 'junit.xml'))
assert sum(s.tests for s in junit) == len(checks)
assert sum(s.failures for s in junit) == sum(r['verdict'] == 'fail' for r in checks)
number, string = {'type': 'number'}, {'type': 'string'}
schema = {
    'type': 'object', 'additionalProperties': False,
    'properties': {
        'score': number, 'execution_time': number, 'output': string,
        'visibility': {'enum': ['hidden', 'after_due_date',
                                'after_published', 'visible']},
        'stdout_visibility': string, 'extra_data': {'type': 'object'},
        'leaderboard': {'type': 'array'},
        'tests': {'type': 'array', 'items': {
            'type': 'object', 'additionalProperties': False,
            'properties': {
                'score': number, 'max_score': number, 'name': string,
                'status': {'enum': ['passed', 'failed']},
                'number': string, 'output': string,
                'name_format': string, 'output_format': string,
                'tags': {'type': 'array'}, 'visibility': string,
                'extra_data': {'type': 'object'}}}}},
    'anyOf': [{'required': ['score']}, {'required': ['tests']}]}
files = list((folder / 'gradescope').iterdir())
points = {r['student']: int(r['sum'])
          for r in csv.DictReader((folder / 'points.csv').open())}
assert len(files) == len(points)
for file in files:
    result = json.loads(file.read_text())
    jsonschema.validate(result, schema)
    assert result['score'] == points[file.stem], file
EOF
}

@test "an interrupted run goes on where it was, and changes nothing" {
    cp -r "$class.grades" "$BATS_TEST_TMPDIR/whole"
    cd "$class.grades"
    total=$(wc -l <results.csv)
    head -n $((total / 2)) results.csv >half
    printf 'torn,01,cre' >>half
    mv half results.csv
    run -0 "$lab/instructor/grade-all" "$class"
    [ "$(wc -l <results.csv)" = "$total" ]
    diff <(sort results.csv) <(sort "$BATS_TEST_TMPDIR/whole/results.csv")
    cmp points.csv "$BATS_TEST_TMPDIR/whole/points.csv"
    run -0 "$lab/instructor/grade-all" "$class"
    [ "${lines[-1]}" = "$(tail -n 1 "$BATS_FILE_TMPDIR/said")" ]
}
