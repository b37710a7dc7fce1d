#!/usr/bin/perl
# SPDX-License-Identifier: 0BSD
#
# kills.t - whoever is killed, and wherever: no wrong byte, no hang,
# and the next pair runs
#
# Usage: kills.t [writer|reader] [call|step|stop|time]
#   Only the rounds in which this side gets the signal; of this kind.
#
# From the environment: OUT, CC; KILLS, "full" (every system call, and
# many instructions) or "all" (every instruction), else a sample; SEED,
# to draw the same sample again.
#
# A writer and a reader stream three records. One of them runs to an
# exact point (kills/step.c): a system call begins, or returns, or so
# many instructions have followed. There it gets a signal. Then
#
# - it dies of that; of SIGTERM and SIGINT without leaving an object;
# - the other one says so: 3, it died; 1, it left early. Or 0: all was
#   over. Or the two had not met: then it streams with who comes next;
# - the reader has written what the writer had handed over, and what
#   the other one says has got through;
# - the next pair under this name streams its own bytes. Half of it
#   starts at once;
# - nothing is left.
#
# Who is stopped for longer than CHANNEL_SLICE is not dead: the stream
# completes. If meanwhile the other one is killed, what that one had
# handed over is not lost. At last, longer streams, in which one or
# both are killed at some time or other.

use strict;
use warnings;
use Config;
use Fcntl;
use File::Temp qw(tempdir);
use IO::Select;
use List::Util qw(max min sum);
use POSIX qw(dup2 _exit);
use Storable qw(store retrieve);
use Time::HiRes qw(sleep time alarm);

# How many rounds of each kind, at the most.
my %amounts = (
    some => { call => 60,  step => 40,   stop => 8,   time => 16 },
    full => { call => 1e9, step => 600,  stop => 1e9, time => 240 },
    all  => { call => 1e9, step => 1e9,  stop => 1e9, time => 4500 },
);
my $amount = $amounts{ $ENV{KILLS} || "some" };
if (!$amount) {
    print "1..1\nnot ok 1 KILLS is neither full nor all: $ENV{KILLS}\n";
    exit 1;
}
if (!$ENV{ISOLATED} && system("tests/isolate true 2>/dev/null") == 0) {
    $ENV{ISOLATED} = 1;
    exec "tests/isolate", $0, @ARGV;
}

# So many rounds at a time: mostly they wait for the end of a slice.
# Each lane has a folder and a name of its own.
my $lanes = 4;
my $patience = $ENV{PATIENCE} // 30;
my ($dir, $name);

my $seed  = srand($ENV{SEED} // time);
my $top   = tempdir(CLEANUP => 1);
my $step  = "$top/step";
my %input = (first => "0123456789ABCDEFGHIJ", next => "next pair\n");
my $size  = 8;
$ENV{LD_BIND_NOW} = 1;
my ($tests, $failed) = (0, 0);
my ($stale, %signal);
$| = 1;
@signal{ split " ", $Config{sig_name} } = split " ", $Config{sig_num};

# Test::More would make each fork(2) twice as dear.
sub ok
{
    my ($ok, $name) = @_;
    $tests++;
    $failed++ if !$ok;
    print $ok ? "ok" : "not ok", " $tests $name\n";
}

sub note
{
    my ($text) = @_;
    print $text =~ s/^/# /gmr, "\n";
}

sub put
{
    my ($file, $bytes) = @_;
    sysopen my $fh, $file, O_WRONLY | O_CREAT | O_TRUNC, 0600
        or die "$file: $!";
    print $fh $bytes;
    close $fh or die "$file: $!";
}

sub get
{
    my ($file) = @_;
    open my $fh, "<:raw", $file or return "";
    local $/;
    return <$fh> // "";
}

# What a function returns, if it does so in time.
sub in_time
{
    my ($function) = @_;
    local $SIG{ALRM} = sub { die "hangs\n" };
    alarm $patience;
    my $result = eval { $function->() } // "hangs";
    alarm 0;
    return $result;
}

# Waits for something that the kernel shows.
sub await
{
    my ($condition) = @_;
    return in_time(sub { sleep 0.0005 until $condition->(); 1 });
}

# A letter, as in proc(5): S sleeps, Z has ended.
sub state_of
{
    my ($pid) = @_;
    return get("/proc/$pid/stat") =~ /\) (\w) / ? $1 : "";
}

# The inode number of what has the name, or 0.
sub object
{
    return (stat "/dev/shm$name")[1] // 0;
}

# Starts the writer or the reader of a pair, the first or the next.
sub start
{
    my ($role, $pair, $slots, %with) = @_;
    my $pid = fork // die "fork: $!";
    return $pid if $pid;
    my @command = ("$ENV{OUT}/sem-sync/$role", "-t", $with{patience} // 0);
    open STDIN,  "<",  "/dev/null";
    open STDOUT, ">>", "$dir/$pair";
    open STDERR, ">>", "$dir/said";
    if ($role eq "writer") {
        push @command, "-n", $slots, "-s", $size;
        $with{input}
            ? open STDIN, "<&", $with{input}
            : open STDIN, "<",  "$top/$pair";
    }
    if (my $report = $with{report}) {
        fileno $report == 3
            ? fcntl $report, F_SETFD, 0
            : dup2 fileno $report, 3;
        unshift @command, $step, @{ $with{point} };
    }
    exec(@command, $name) || _exit(127);
}

# How a process ends.
sub end_of
{
    my ($pid) = @_;
    my $end = in_time(sub {
        waitpid $pid, 0;
        $? & 127 ? "signal " . ($? & 127) : "status " . ($? >> 8);
    });
    if ($end eq "hangs") {
        kill KILL => $pid;
        waitpid $pid, 0;
    }
    return $end;
}

# Plays a round, and returns what was seen. A round has
#   role          who runs to the point and gets the signal
#   signal        ZERO surveys; who gets STOP recovers
#   call, step    the point; of call 0 a time is drawn
#   slots         of the ring
# and may have
#   stale         a dead writer has left an object before
#   late          the input makes both wait for longer than a slice
#   alone         the other one does not come in time
#   both          the other one is killed, too
#   peer          only the other one is killed, while this one is stopped
sub play
{
    my ($round) = @_;
    my ($role, $slots) = @$round{qw(role slots)};
    my $other = $role eq "writer" ? "reader" : "writer";
    my %seen  = (survey => []);
    my ($input, $late, %pid, %end);

    # The first pair.
    unlink map { "$dir/$_" } qw(first next said);
    put("/dev/shm$name", $stale) if $round->{stale};
    my $stale_object = object();
    if ($round->{late}) {
        pipe $input, $late;
        syswrite $late, $input{first}, $size;
    }
    if (!$round->{alone}) {
        $pid{$other} = start($other, "first", $slots, input => $input);
        await(sub { -s "/dev/shm$name" }) if $other eq "writer";
    }
    pipe my $reports, my $report;
    $pid{$role} = start($role, "first", $slots,
        input => $input, report => $report,
        point => [$signal{ $round->{signal} }, @$round{qw(call step)}],
        patience => $round->{alone} ? 0.01 : 0);
    close $report;
    if ($late) {
        $round->{signal} eq "ZERO"
            ? sleep 0.15
            : IO::Select->new($reports)->can_read(0.15);
        syswrite $late, $input{first}, 99, $size;
        close $late;
    }

    # Up to the point. The victim is the one that dies, if one does.
    my $line_of = sub {
        return in_time(sub { <$reports> // "no report" });
    };
    my $line = $line_of->();
    while ($line =~ /^\d/) {
        push @{ $seen{survey} }, [split " ", $line];
        $line = $line_of->();
    }
    my $struck = time;
    my ($pid)  = $line =~ /^at (\d+)/;
    my $peer   = $pid && $round->{peer};
    my ($dead, $left) = $peer ? ($other, $role) : ($role, $other);
    $seen{at} = [split " ", $line] if $pid;
    if ($peer) {
        await(sub { state_of($pid{$other}) =~ /[SZ]/ });
        kill KILL => $pid{$other};

        # Unless its parent asks for it, a dead process has its number.
        await(sub { state_of($pid{$other}) eq "Z" });
    } elsif ($pid && $round->{both}) {
        kill KILL => $pid{$other};
    } elsif ($pid && $round->{signal} eq "STOP") {
        sleep 0.25;
        kill CONT => $pid;
    }
    my $ends = sub {
        my ($side) = @_;
        return end_of($pid{$side}) if $side eq $other;
        my $end = $pid ? $line_of->() : $line;
        chomp $end;
        kill KILL => $pid{$side} if $end eq "hangs";
        waitpid $pid{$side}, 0;
        return $end;
    };
    $end{$dead} = $ends->($dead) if !$peer;
    my $ended = time;
    my $object = $dead eq "writer" && object();

    # What the one that is left does, half of the next pair being there.
    $pid{"next $dead"} = start($dead, "next", $slots);
    kill CONT => $pid if $peer;
    if (!$round->{alone}) {
        $end{$left} = $ends->($left);
        $object = object() if $left eq "writer";
        $seen{noticed} = time - $ended;
        $seen{met_next} = $pid && $end{$left} eq "status 0"
            && ($left eq "reader"
            ? get("$dir/first") eq $input{next}
            : get("$dir/first") ne $input{first});
        $seen{served} = get("$dir/" . ($left eq "reader" ? "first" : "next"));
    }
    $end{$dead} //= $ends->($dead);
    $pid{"next $left"} = start($left, "next", $slots) if !$seen{met_next};
    $end{$_} = end_of($pid{$_}) for grep { /next/ } sort keys %pid;

    return {
        %seen,
        dead   => $dead,
        left   => $left,
        end    => \%end,
        ended  => $ended - $struck,
        object => $object && $object != $stale_object,
        unread => $peer && $input ? join("", <$input>) : "",
        first  => get("$dir/first"),
        next   => get("$dir/next"),
        said   => get("$dir/said"),
        kept   => unlink "/dev/shm$name"
    };
}

# Returns what is wrong with what was seen, and what became of the two.
sub judge
{
    my ($round, $seen) = @_;
    my ($dead, $left, $end, $first) = @$seen{qw(dead left end first)};
    my ($call, $taken, $last) = @{ $seen->{at} // [] }[2, 5, 6];
    my $unread = $seen->{unread};
    my $signal = $round->{peer} ? "KILL" : $round->{signal};
    my $killed = defined $call && $end->{$dead} eq "signal $signal{$signal}";
    my $ending = join ", ", map { "$_: $end->{$_}" } sort keys %$end;
    my $got    = length $first;
    my $became = "all was over";

    # Who ends as it should says that all has got through, even if the
    # other one is killed while it ends.
    my $clean = ($end->{$left} // "") eq "status 0"
        || $round->{both} && !$killed && $end->{$left} eq "signal 9";

    return "the $dead ends otherwise: $ending"
        if !$killed && $end->{$dead} ne "status " . ($round->{alone} ? 4 : 0);

    # What the dead writer had handed over. Of the last record that it
    # took this is not known; and of a time, or after SIGTERM, nothing.
    my ($least, $most) = (0, length $input{first});
    if ($killed && $dead eq "writer" && $round->{peer}) {
        $least = $most -= length $unread;
    } elsif ($killed && $dead eq "writer" && $call > 0) {
        $least = $taken - ($last > 0 ? $last : 0);
        $most  = $taken if $signal eq "KILL";
    }
    if ($round->{alone}) {
        $became = "it was alone";
    } elsif ($seen->{met_next}) {
        my $whole = $input{ $left eq "reader" ? "next" : "first" };
        $became = "they had not met";
        return "claims a clean end after $got bytes, of the next pair "
            . length($seen->{served})
            if $seen->{served} ne $whole
            || !$killed
            || $left eq "writer" && $got > 0;
    } elsif ($clean) {
        return "claims a clean end after $got bytes"
            if $first ne $input{first};
        return "claims a clean end that the writer had not seen"
            if $killed && $dead eq "writer" && $signal eq "KILL"
            && ($round->{peer} ? length $unread : $call > 0 && $last);
    } else {

        # Who is to be killed second may have seen the first one die.
        my $cut = $round->{both} ? "signal 9|status 3"
            : $signal eq "KILL"  ? "status 3"
            :                      "status 1";
        $became = "the $left says so";
        return "not as documented: $ending"
            if !$killed || $end->{$left} !~ /^(?:$cut)$/;
        return "not a prefix of the input: $first"
            if $first ne substr $input{first}, 0, $got;
        return "$got bytes written, of $least to $most handed over"
            if $got < $least || $got > $most;

        # The writer hears of a record when its slot comes back.
        my $say = $signal eq "KILL" ? "died" : "left early";
        my ($through) =
            $seen->{said} =~ /^$left: .* the $dead $say; (\d+) bytes/m;
        return "it does not say what has got through"
            if !$round->{both} && !defined $through;
        return "$got bytes written, and $through said to be"
            if !$round->{both}
            && ($through > $got
                || $through < $got - ($left eq "writer" ? $size : 0));
    }

    # The next pair, or a half of it.
    return "the next pair fails: $ending"
        if grep { /next/ && $end->{$_} ne "status 0" } keys %$end;
    return "the next pair has other bytes: $seen->{next}"
        if !$seen->{met_next} && $seen->{next} ne $input{next};
    return "the writer leaves its object"
        if $seen->{object} && ($left eq "writer" || $signal ne "KILL");
    return "an object is left" if $seen->{kept};
    return ("", $became);
}

# The names of system calls; used to explain.
sub call_name
{
    my ($number) = @_;
    my $defines = `echo '#include <sys/syscall.h>' | $ENV{CC} -E -dM -`;
    return $defines =~ /define __NR_(\w+) $number$/m ? $1 : $number;
}

sub describe
{
    my ($round, $at) = @_;
    my $program = "$ENV{OUT}/sem-sync/$round->{role}";
    my $what = join ", ", "$round->{signal} for the $round->{role}",
        "$round->{slots} slots",
        grep { $round->{$_} } qw(stale late alone both peer);
    return "$what, not reached" if !$at;
    return "$what, after $round->{step} us" if !$round->{call};
    $what .= ", call $at->[2], " . call_name($at->[4]) . ", + $at->[3]";
    my $line = `addr2line -s -e $program $at->[7] 2>/dev/null`;
    return $line =~ /^(\w+\.c:\d+)/ ? "$what, $1" : $what;
}

# Plays every n-th round of what test() was given, and of these every
# one that falls to this lane.
sub lane
{
    my ($lane, $n, $i, @spans) = @_;
    my %sum = (rounds => 0, reached => 0, death => 0, notice => 0);
    my $chosen = 0;
    ($dir, $name) = ("$top/$lane", "/kills.$$");
    mkdir $dir;
    SPAN: for my $span (@spans) {
        for my $step ($span->{from} .. $span->{to}) {
            for my $signal (@{ $span->{signals} }) {
                next if $i++ % $n || $chosen++ % $lanes != $lane;
                my $round = { %$span, step => $step, signal => $signal };
                my $seen  = play($round);
                my ($wrong, $became) = judge($round, $seen);
                push @{ $sum{wrong} }, describe($round, $seen->{at})
                    . ": $wrong\n$seen->{said}"
                    if $wrong;
                $sum{rounds}++;
                put("$top/enough", "") if @{ $sum{wrong} // [] } == 3;
                last SPAN if -e "$top/enough";
                next if $wrong || !$seen->{at};
                $sum{reached}++;
                $sum{became}{"$seen->{dead} killed, $became"}++;
                $sum{death} = max($sum{death}, $seen->{ended});
                $sum{notice} = max($sum{notice}, $seen->{noticed})
                    if $became =~ /says so/;
            }
        }
    }
    store(\%sum, "$dir/sum");
}

# What all tests together have seen.
my (%count, %became);
my ($unexplained, $death, $notice) = (0, 0, 0);

# Plays rounds, at most about so many, some of them at a time. A span is
# what some have in common; they differ in the signal and in the step.
sub test
{
    my ($kind, $what, @spans) = @_;
    return if !@spans;
    return if grep { $_ ne $kind && $_ ne $spans[0]{role} } @ARGV;
    my $all = sum(map { @{ $_->{signals} } * ($_->{to} - $_->{from} + 1) }
        @spans);

    # A prime above 3, so that each signal and step has its turn.
    my $n = int(($all - 1) / $amount->{$kind}) + 1;
    $n++ while $n =~ /^[23]$/ || grep { $n % $_ == 0 } 2 .. sqrt $n;
    my $i = int rand $n;
    my (@pids, @wrong);
    my $rounds = 0;
    unlink "$top/enough";
    for my $lane (0 .. $lanes - 1) {
        push @pids, fork // die "fork: $!";
        next if $pids[-1];
        lane($lane, $n, $i, @spans);
        _exit(0);
    }
    for my $lane (0 .. $lanes - 1) {
        waitpid $pids[$lane], 0;
        my $sum = retrieve("$top/$lane/sum");
        push @wrong, @{ $sum->{wrong} // [] };
        $rounds += $sum->{rounds};
        $count{$kind} += $sum->{reached};
        $death  = max($death, $sum->{death});
        $notice = max($notice, $sum->{notice});
        $became{$kind}{$_} += $sum->{became}{$_} for keys %{ $sum->{became} };
    }
    $unexplained += @wrong;
    ok(!@wrong, "$what: $rounds rounds of $all");
    note($_) for @wrong[0 .. min($#wrong, 9)];
}

# Plays a scene without a kill, and returns the spans in which there may
# be one: at system calls, and instructions later.
sub survey
{
    my ($scene) = @_;
    my $round   = { %$scene, call => 0, step => 0, signal => "ZERO" };
    my $seen    = play($round);
    my ($wrong) = judge($round, $seen);
    if ($wrong) {
        ok(0, "the $scene->{role} not killed");
        note(describe($round) . ": $wrong");
        return ([], []);
    }
    my $call = 0;
    my @calls = map { { %$scene, call => ++$call, gap => $_->[1] } }
        @{ $seen->{survey} };
    return (
        [map { { %$_, from => -1, to => 0 } } @calls],
        [map { { %$_, from => 1, to => $_->{gap} } } @calls]);
}

my $build = "$ENV{CC} tests/kills/step.c -o $step";
system("$build && $step 9 1 -1 /bin/true 3>$top/report");
if (get("$top/report") !~ /signal 9/) {
    print "1..0 # SKIP needs ptrace(2)\n";
    exit;
}
put("$top/$_", $input{$_}) for keys %input;

# What a dead writer leaves behind.
($dir, $name) = ("$top/survey", "/kills.$$");
mkdir $dir;
my $writer = start("writer", "first", 2);
await(sub { -s "/dev/shm$name" && state_of($writer) eq "S" });
kill KILL => $writer;
end_of($writer);
$stale = get("/dev/shm$name");
unlink "/dev/shm$name";

# A sanitizer does not work in a process that is traced.
for my $role ($ENV{SANITIZED} ? () : qw(writer reader)) {
    next if grep { /writer|reader/ && $_ ne $role } @ARGV;
    my @kills = (role => $role, slots => 2, signals => [qw(KILL TERM INT)]);
    my (@calls, @steps);
    for my $what ({}, { slots => 1 }, { late => 1 }, { alone => 1 },
        { stale => 1 }) {
        next if $what->{stale} && $role eq "reader";
        my ($calls, $steps) = survey({ @kills, %$what });
        push @calls, @$calls;
        push @steps, @$steps;
    }

    # As a call returns, and just before the next one.
    my @stops = map {
        my %stop = (%$_, signals => ["STOP"]);
        map { { %stop, from => $_, to => $_ } }
            grep { $_ >= 0 } 0, $_->{gap} || -1;
    } grep { $_->{late} } @calls;
    test("call", "the $role killed at system calls", @calls);
    test("step", "the $role killed at instructions", @steps);
    test("stop", "the $role stopped", @stops);
    test("stop", "the $role stopped, its peer killed",
        map { { %$_, peer => 1 } } @stops);
}
if (!$ENV{SANITIZED} && !@ARGV) {
    my @wanted = map {
        my ($dead, $left) = @$_;
        map { "$dead killed, $_" } "all was over", "the $left says so",
            "they had not met", "it was alone"
    } [qw(writer reader)], [qw(reader writer)];
    my @missing = grep { !$became{call}{$_} } @wanted;
    ok(!@missing, "all that can become of the two was seen");
    note($_) for @missing;
}

# A longer stream. Often near its beginning, where more can go wrong.
# The counters of a build for gcov(1) must not be spoiled.
$ENV{GCOV_PREFIX} = "$top/gcov";
$size = 4096;
$input{first} = join "", map { pack "N", $_ } 1 .. 1_000_000;
put("$top/first", $input{first});
my @times = map {
    my $usecs = int(rand() < 0.4 ? rand 5000 : rand 40000);
    my %kill = (slots => 4, call => 0, from => $usecs, to => $usecs,
        signals => ["KILL"]);
    ({ %kill, role => "writer" }, { %kill, role => "reader" },
        { %kill, role => "writer", both => 1 })
} 1 .. $amount->{time} / 3;
test("time", "one of the two killed at some time, or both", @times);

note("$count{$_->[0]} $_->[1]")
    for grep { $count{ $_->[0] } } [call => "kills at system calls"],
    [step => "kills at instructions"], [stop => "stops"],
    [time => "kills at some time"];
note("$became{call}{$_} times at system calls: $_")
    for sort keys %{ $became{call} };
note(sprintf "at most %.2f s from a signal to the end, %.2f s until that "
        . "was noticed", $death, $notice);
note("$unexplained unexplained; SEED=$seed");
print "1..$tests\n";
exit($failed > 0);
