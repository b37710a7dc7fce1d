#!/usr/bin/perl
# SPDX-License-Identifier: 0BSD
#
# pair_kills.t - whoever is killed, and whenever: no wrong byte, no
# hang, and the next pair runs
#
# From the environment: OUT, and KILLS, how often each side is killed
# (default 20; both at once half as often).
#
# A writer and a reader stream a file; after a random time one of them
# or both get SIGKILL. The output must be a prefix of the input, and
# whole if the reader says 0. Who is left must end with a documented
# status. Then the next pair runs under the same name, and nothing is
# left of either.

use strict;
use warnings;
use File::Temp qw(tempdir);
use POSIX qw(:sys_wait_h dup2);
use Test::More;
use Time::HiRes qw(sleep time);

if (!$ENV{ISOLATED} && system("tests/isolate true 2>/dev/null") == 0) {
    $ENV{ISOLATED} = 1;
    exec "tests/isolate", $0;
}

my $kills = $ENV{KILLS} // 20;
my $dir   = tempdir(CLEANUP => 1);
my $name  = "/pair_kills.$$";
my $input = join "", map { pack "N", $_ } 1 .. 1_000_000;
my %cause;
my $slowest = 0;
my $seed    = srand;

sub put
{
    my ($file, $bytes) = @_;
    open my $fh, ">:raw", $file or die "$file: $!";
    print $fh $bytes;
    close $fh or die "$file: $!";
}

sub get
{
    my ($file) = @_;
    open my $fh, "<:raw", $file or die "$file: $!";
    local $/;
    return <$fh> // "";
}

sub start
{
    my ($in, $out, @command) = @_;
    my $pid = fork // die "fork: $!";
    return $pid if $pid;
    open STDIN,  "<", $in         or die "$in: $!";
    open STDOUT, ">", $out        or die "$out: $!";
    open STDERR, ">", "$dir/err.$$" or die "err: $!";
    exec @command or die "$command[0]: $!";
}

sub start_pair
{
    my ($in, $out, $t) = @_;
    my @writer = ("$ENV{OUT}/sem-sync/writer",
        qw(-n 4 -s 4K -t), $t, $name);
    my @reader = ("$ENV{OUT}/sem-sync/reader", "-t", $t, $name);
    if (rand() < 0.5) {
        my $writer = start($in, "/dev/null", @writer);
        return ($writer, start("/dev/null", $out, @reader));
    }
    my $reader = start("/dev/null", $out, @reader);
    return (start($in, "/dev/null", @writer), $reader);
}

# Returns how a process ends, or "hangs" after half a minute.
sub end_of
{
    my ($pid) = @_;
    my $since = time;
    while (time < $since + 30) {
        if (waitpid($pid, WNOHANG) == $pid) {
            unlink "$dir/err.$pid";
            return $? & 127 ? "signal " . ($? & 127) : $? >> 8;
        }
        sleep 0.002;
    }
    kill KILL => $pid;
    waitpid $pid, 0;
    return "hangs";
}

# One round; returns what was wrong.
sub round
{
    my (@victims) = @_;
    my ($in, $out) = ("$dir/in", "$dir/out");
    unlink $out;
    my %pid;
    @pid{qw(writer reader)} = start_pair($in, $out, 0.3);

    # Often near the beginning, where more can go wrong.
    sleep rand() < 0.4 ? rand 0.005 : rand 0.04;
    kill KILL => @pid{@victims};
    my $killed = time;
    my %end    = map { $_ => end_of($pid{$_}) } @victims;
    for my $side (grep { !defined $end{$_} } keys %pid) {
        $end{$side} = end_of($pid{$side});
        my $took = time - $killed;
        $slowest = $took
            if $end{$side} eq 3 && $took > $slowest;
    }
    $cause{"writer $end{writer}, reader $end{reader}"}++;

    my $got = -e $out ? get($out) : "";
    return "not a prefix of the input"
        if $got ne substr $input, 0, length $got;
    return "the reader says complete, and is not"
        if $end{reader} eq 0 && length $got != length $input;
    return "the writer says complete, and is not"
        if $end{writer} eq 0 && length $got != length $input;
    for my $side (keys %end) {
        return "the $side: $end{$side}"
            if $end{$side} !~ /^([034]|signal 9)$/;
    }

    my ($writer, $reader) = start_pair("$dir/next", "$dir/next.out", 60);
    my @next = (end_of($writer), end_of($reader));
    return "the next pair: @next" if "@next" ne "0 0";
    return "the next pair: wrong bytes"
        if get("$dir/next.out") ne get("$dir/next");
    return "the name is left" if -e "/dev/shm$name";
    return "";
}

put("$dir/in", $input);
put("$dir/next", "next pair\n");
for (["writer", $kills], ["reader", $kills], ["both", $kills / 2]) {
    my ($victim, $rounds) = @$_;
    my @victims = $victim eq "both" ? qw(writer reader) : $victim;
    my %wrong;
    for (1 .. $rounds) {
        my $what = round(@victims);
        $wrong{$what}++ if $what;
    }
    is_deeply(\%wrong, {}, "$victim killed $rounds times");
}
note("seed $seed; died, and was noticed within "
        . sprintf("%.2f s at the most", $slowest));
note("$cause{$_} times: $_") for sort keys %cause;
unlink "/dev/shm$name";
done_testing();
