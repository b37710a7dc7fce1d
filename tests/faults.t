#!/usr/bin/perl
# SPDX-License-Identifier: 0BSD
#
# faults.t - whatever call fails, the programs say so and clean up
#
# Usage: faults.t [PROGRAM...]
#   PROGRAM  such as close or writer; default all
#
# From the environment: OUT, CC, FAULTS=full (each call with each error;
# else the last of each kind, with one error), JOBS (commands at a time,
# default 2), TABLE (where the counts go, default .build/faults.tsv).
#
# faults/commands.tsv has the commands. Each of them runs once to see
# what it calls, and then once for each fault:
#
#   kernel   strace(1) makes a system call fail, see faults/calls.tsv.
#            The calls of start-up, which an empty program makes too,
#            are left out, and what gcov(1) calls at the end.
#   library  faults/fail.c makes a function fail, see functions.tsv, or
#            read and write less, in the program or in its children.
#   limit    nothing is injected: there are too few descriptors, files
#            may not grow, children cannot be waited for ...
#   disk     there is no room for the rest of the output.
#
# The program must then end with 1, or another documented status, and
# one line that names the call, the object and the error; each child may
# add a line. Or it does as if nothing had happened: after EINTR and
# after a short transfer always, else if faults/tolerated.tsv says why.
# It must not end with 0 and print something else, crash, hang, or leave
# anything behind: objects, segments, files, processes, descriptors.
#
# Of the pair one side gets the fault, and the other must end by itself,
# with a documented status, and with 0 only if all bytes have come out.

use strict;
use warnings;
use File::Basename qw(basename);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/faults";
use Tables;
use Test::More;

my $out   = $ENV{OUT} // ".";
my $cc    = $ENV{CC} // "cc";
my $full  = ($ENV{FAULTS} // "") eq "full";
my $jobs  = $ENV{JOBS} // 2;
my $table = $ENV{TABLE} // ".build/faults.tsv";
my %only  = map { $_ => 1 } @ARGV;

if ($ENV{SANITIZED} // 0) {
    plan skip_all => "the leak sanitizer does not work under strace";
}
if (system("strace -o /dev/null true 2>/dev/null") != 0) {
    plan skip_all => "needs strace and the right to use it";
}
if (system("tests/isolate true 2>/dev/null") != 0) {
    BAIL_OUT("needs a private /dev/shm") if $ENV{REQUIRE_ISOLATION} // 0;
    plan skip_all => "needs a private /dev/shm";
}

my $work = $ENV{WORK} = tempdir(CLEANUP => 1);
chmod 0777, $work;

# Every program and library must have a row, and every option of a
# program must stand in one of its rows.
my @programs = grep { -e "$out/$_" } map { s/\.c$//r }
    glob("examples/*.c examples/pitfalls/*.c"),
    map { "sem-sync/$_.c" } qw(counter reader writer);
my @libraries = map { s/\.c$/.so/r } glob("examples/inside/*.c");

sub missing_rows
{
    my @missing;
    for my $program (@programs, @libraries) {
        my @ways = map { $_->{arguments} }
            grep { $_->{program} eq $program } @commands;
        push @missing, $program if !@ways;
        next if $program =~ /\.so$/;
        my ($usage) = `$out/$program -h` =~ /^usage: \S+(.*)/s;
        for my $option ($usage =~ /-(\w+)/g) {
            for my $letter (split //, $option) {
                push @missing, "$program -$letter"
                    if !grep { /(^| )-\w*$letter/ } @ways;
            }
        }
    }
    return @missing;
}

# The functions that they call, all of which must have a row; those that
# can fail are put into the library that makes them fail.
my %calls = (malloc => 1);
for my $file (map { "$out/$_" } @programs, grep { -e "$out/$_" } @libraries) {
    $calls{$_} = 1 for `nm -D --undefined-only $file` =~ /U ([^@\s]+)/g;
}
my @unknown = grep { !row_of_function($_) } sort keys %calls;

sub build
{
    my ($what, $code, @options) = @_;
    put("$work/$what.c", $code);
    system("$cc -std=c17 -O1 -I$work $work/$what.c -o $work/$what @options") == 0
        or BAIL_OUT("$what cannot be built");
}

my %failure = (-1 => "MINUS_ONE", NULL => "ZERO", ERROR => "ERROR");
put("$work/functions.h", join "", map {
    my $row = row_of_function($_);
    $row && $row->{errors} ne "-" ? "FAILS($_, $failure{$row->{fails}})\n" : ();
} sort keys %calls);
build("fail.so", get("$Tables::here/fail.c"), "-fPIC -shared -ldl -pthread");
my $empty = "#include <unistd.h>\nint main(void) { _exit(0); }\n";
build("empty", $empty,
    "-Wl,--no-as-needed -lrt -pthread");
build("empty-lacl", $empty,
    "-Wl,--no-as-needed -lacl -lrt -pthread") if -e "$out/examples/acl";

# The commands, some at a time.
sub is_wanted
{
    my $program = basename($commands[$_[0]]{program});
    return !%only || $only{$program =~ s/\.so$//r} || $only{$program};
}

my @waiting = grep { is_wanted($_) } 0 .. $#commands;
my (%running, %status);

sub start
{
    my ($number) = @_;
    my $needs_root = $commands[$number]{program} =~ /not_your_object$/;
    my @options = $needs_root ? ("-r") : ();
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        open STDOUT, ">", "$work/findings.$number" or die "findings: $!";
        open STDERR, ">&", \*STDOUT or die "findings: $!";
        exec "tests/isolate", @options, "tests/faults/command", $number
            or die "tests/isolate: $!";
    }
    $running{$pid} = $number;
}

while (@waiting || %running) {
    start(shift @waiting) while @waiting && keys %running < $jobs;
    my $pid = wait;
    $status{delete $running{$pid}} = $? >> 8;
}

# The results.
is_deeply([missing_rows()], [], "every program and option stands in commands.tsv");
is_deeply(\@unknown, [], "every function stands in functions.tsv");
my ($injected, $unexplained, $rows, %used) = (0, 0, "");
for my $number (sort { $a <=> $b } keys %status) {
    my ($program, $arguments) = @{$commands[$number]}{qw(program arguments)};
    my $findings = get("$work/findings.$number");
    my $title = "faults: $program $arguments";
    if ($status{$number} == 77 || $status{$number} == 125) {
        SKIP: { skip "$title: $findings", 1 }
        next;
    }
    my @counts = map { [split /\t/] } split /\n/, eval { get("$work/counts.$number") } // "";
    my $faults = 0;
    for (@counts) {
        my ($fails, $same, $says, $wrong) = @$_[5 .. 8];
        $faults += $fails + $same + $says + $wrong;
        $unexplained += $wrong;
        $rows .= join("\t", @$_) . "\n";
    }
    $injected += $faults;
    $used{$_} = 1 for split /\n/, eval { get("$work/used.$number") } // "";
    ok($status{$number} == 0 && $findings eq "" && $faults > 0,
        "$title ($faults)") or diag($findings);
}
if ($full && !%only) {
    # Some are for what happens only now and then.
    note("not needed this time: $_")
        for grep { !$used{$_} } map { $_->{where} } @tolerated;
}
mkdir ".build";
put($table, join("\t", qw(program arguments by call error
    fails same says wrong missed)) . "\n$rows");
note("faults injected: $injected, unexplained: $unexplained; see $table");
done_testing();
