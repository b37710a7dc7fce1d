#!/usr/bin/perl
# SPDX-License-Identifier: 0BSD
#
# model.t - the protocol of the pair, in every order of its steps
#
# From the environment: RACES=full, for all rows of the table and two
# searches at a time; else only those that "make test" has time for.
#
# Spin searches tests/races/channel.pml, once for each row of
# tests/races/model.tsv, and must find what stands there: nothing, or
# with a bug what that leads to. The searches are exhaustive. Then the
# lines of C that the model's comments name must be in sem-sync/channel.c.

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use Test::More;

my $full  = ($ENV{RACES} // "") eq "full";
my $model = abs_path("tests/races/channel.pml");
my $dir   = tempdir(CLEANUP => 1);

plan skip_all => "builds without sanitizers" if $ENV{SANITIZED};
for my $tool ("spin -V", "gcc --version") {
    plan skip_all => "needs " . $tool =~ s/ .*//r
        if system("$tool >/dev/null 2>&1") != 0;
}

sub get
{
    my ($file) = @_;
    open my $fh, "<", $file or die "$file: $!";
    local $/;
    return <$fh>;
}

# Searches in a folder of its own; what is printed gets into a file.
sub search
{
    my ($number, $for, $options) = @_;
    my $here  = "$dir/$number";
    my $build = $for eq "states" ? "-DSAFETY -DNOCLAIM" : "";
    my $pan   = $for eq "states" ? "" : "-a -f";
    mkdir $here or die "$here: $!";
    exec "cd $here && { spin $options -a $model && "
        . "gcc -w $build -DMEMLIM=2048 $options -o pan pan.c && "
        . "timeout 600 ./pan $pan -w20 -m100000; } >out 2>&1";
}

my (@rows, %row);
for (split /\n/, get("tests/races/model.tsv")) {
    next if /^(#|$)/;
    my ($when, $for, $options, $finding) = split /\t/;
    $row{$1} = 1 if $options =~ /(BUG_\w+)/;
    push @rows, [$for, $options, $finding] if $full || $when eq "fast";
}

my $running = 0;
for my $number (0 .. $#rows) {
    wait if $running++ >= ($full ? 2 : 1);
    my $pid = fork // die "fork: $!";
    search($number, @{$rows[$number]}) if $pid == 0;
}
1 while wait != -1;

my ($states, $transitions, $clean, $found, $bugs) = (0) x 5;
my %reached;
for my $number (0 .. $#rows) {
    my ($for, $options, $finding) = @{$rows[$number]};
    my $out = get("$dir/$number/out");
    my ($first) = $out =~ /^pan:1: (.*) \(at depth/m;
    my ($n) = $out =~ /^ *(\S+) states, stored/m;
    my ($t) = $out =~ /^ *(\S+) transitions/m;
    if ($finding eq "nothing") {
        my $complete = $out =~ /errors: 0$/m && $n && $t
            && $out !~ /not completed|too small/;
        my $what = "nothing to find, $for: " . ($options || "a pair");
        if (ok($complete && !$first, $what)) {
            note("$n states, $t transitions, errors 0");
            $states += $n;
            $transitions += $t;
            $clean++;
        } else {
            diag($out);
        }
        $reached{$1}++
            while $out =~ /unreached in proctype (\w+)\n\t\(0 of/g;
    } else {
        $bugs++;
        like($first // $out, qr/$finding/, "$options is found, $for")
            and $found++;
    }
}
note("in all $states states, $transitions transitions, errors 0 "
        . "in $clean searches");
note("bugs found: $found of $bugs");
if ($full) {
    is_deeply([sort keys %reached], [qw(reader writer)],
        "there is a search that gets everywhere in the model");
}

my $text = get($model);
my %bug  = map { $_ => 1 } $text =~ /\b(BUG_\w+)/g;
is_deeply(\%row, \%bug, "each bug of the model has a row");

my $source = get("sem-sync/channel.c");
my (@gone, $quotes);
while ($text =~ m{/\* (\w+)\(\): (.*?) \*/}g) {
    my ($function, $code) = ($1, $2);
    my ($body) = $source =~ /^$function\((.*?)^\}/ms;
    $quotes++;
    push @gone, "$function(): $code"
        if index(($body // "") =~ s/\s+/ /gr, $code) < 0;
}
is("@gone", "", "the model's $quotes lines of channel.c are there");
done_testing();
