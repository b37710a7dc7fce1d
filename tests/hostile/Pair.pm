# SPDX-License-Identifier: 0BSD
#
# Pair.pm - start a writer and a reader, wait for their ends, and put
# into a word what they say of it
#
# A case is a hash: name (of the object), bin (the folder of writer and
# reader), dir (a folder for their output), and from start() on pid and
# end of each side.

package Pair;
use strict;
use warnings;
use Exporter qw(import);
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);

our @EXPORT = qw(get put await start process_of object_of asleep hostile
    dismiss endings said documented);

# What each side may say at its end, and its exit status.
my %says = (
    spoiled   => [1, "NAME: spoiled by (?:the PEER|another process)"],
    signal    => [1, "the object was spoiled by another process"],
    short     => [1, "(?:read: stdin|write: stdout): the object was cut short"],
    semaphore => [1, "sem_(?:post|clockwait): NAME: [A-Z].*"],
    left      => [1, "NAME: the PEER left early; (\\d+) bytes got through"],
    died      => [3, "NAME: the PEER died; (\\d+) bytes got through"],
    nobody    => [4, "NAME: no PEER came"],
    foreign   => [1, "NAME: not a channel"],
    other     => [1, "NAME: the writer has another libc, word size or version"],
    lies      => [1, "NAME: not as long as its header says"],
    busy      => [1, "NAME: (?:another (?:writer|reader) is there|somebody else locks it)"],
    owner     => [1, "NAME: not ours alone: owner or permissions"],
    no_object => [1, "NAME: not a shared memory object"],
    shm_open  => [1, "shm_open: NAME: [A-Z].*"],
    unlink    => [1, "shm_unlink: NAME: [A-Z].*"],
);

sub get
{
    my ($file) = @_;
    open my $fh, "<:raw", $file or return "";
    local $/;
    return <$fh> // "";
}

sub put
{
    my ($file, $bytes) = @_;
    open my $fh, ">:raw", $file or die "$file: $!\n";
    chmod 0600, $file;
    print $fh $bytes;
    close $fh or die "$file: $!\n";
}

# Waits until something is so.
sub await
{
    my ($what, $so) = @_;
    my $end = time + 30;
    until ($so->()) {
        die "$what: waited for too long\n" if time > $end;
        sleep 0.001;
    }
}

# Runs a command with these for its standard streams, each a file or a
# handle.
sub spawn
{
    my ($in, $out, $err, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;
    open STDIN,  ref $in  ? "<&" : "<", $in  or die "stdin: $!";
    open STDOUT, ref $out ? ">&" : ">", $out or die "stdout: $!";
    open STDERR, ">", $err or die "stderr: $!";
    exec @command or POSIX::_exit(126);
}

# Starts a side. $c->{under}{$side} is a command that it runs under.
sub start
{
    my ($c, $side, $input, @options) = @_;
    unlink "$c->{dir}/$side.out";
    $c->{pid}{$side} = spawn($input, "$c->{dir}/$side.out",
        "$c->{dir}/$side.err", @{$c->{under}{$side} // []},
        "$c->{bin}/$side", @options, $c->{name});
}

# The process of a side: the one that was started, or its child.
sub process_of
{
    my ($c, $side) = @_;
    my $pid = $c->{pid}{$side};
    return $pid if !$c->{under}{$side};
    my ($child) = get("/proc/$pid/task/$pid/children") =~ /(\d+)/;
    return $child // $pid;
}

# The object, as a side has it open.
sub object_of
{
    my ($c, $side) = @_;
    for my $fd (glob "/proc/" . process_of($c, $side) . "/fd/*") {
        return $fd if (readlink $fd // "") =~ m{^/dev/shm\Q$c->{name}\E\b};
    }
    return undef;
}

# Starts peer.c. Unless it loops (-l) its steps are done when this
# returns; what it locks stays locked until it is dismissed.
sub hostile
{
    my ($c, $object, @steps) = @_;
    pipe my $in,   my $hold or die "pipe: $!\n";
    pipe my $done, my $out  or die "pipe: $!\n";
    my $err = "$c->{dir}/peer.err";
    my $pid = spawn($in, $out, $err, $c->{peer}, "-s", int rand 2**31,
        $steps[0] eq "-l" ? shift @steps : (), $object, @steps);
    close $out;
    $c->{hostile}{$pid} = [$hold, $done];
    if (!grep { $_ eq "-l" } @_) {
        $c->{once} += readline $done // die "peer: " . get($err);
        $c->{hostile}{$pid}[1] = undef;
    }
}

# Ends the peers, and counts how often those that looped have stored.
sub dismiss
{
    my ($c) = @_;
    while (my ($pid, $pipes) = each %{$c->{hostile}}) {
        my ($hold, $done) = @$pipes;
        close $hold;
        $c->{"in loops"} += readline $done // 0 if $done;
        waitpid $pid, 0;
    }
    $c->{hostile} = {};
}

# The processor time of a process in seconds, how often it has gone to
# sleep, and whether it is asleep.
sub doings
{
    my ($pid) = @_;
    my @stat   = split " ", get("/proc/$pid/stat") =~ s/.*\) //sr;
    my $status = get("/proc/$pid/status");
    my ($sleeps) = $status =~ /^voluntary_ctxt_switches:\s*(\d+)/m;
    return (0, 0, 0) if !defined $sleeps;
    return (($stat[11] + $stat[12]) / 100, $sleeps, $stat[0] eq "S");
}

sub asleep
{
    my ($c, $side) = @_;
    return (doings(process_of($c, $side)))[2];
}

# Waits until all sides have ended, and notes how: a status, "signal N",
# "killed" or "hangs". If none has for some time, $relief is called:
# they may wait for each other. Who is not relieved of what keeps it,
# but neither ends nor wakes up for a second, or runs for as long,
# gets SIGTERM.
sub endings
{
    my ($c, $patience, $relief) = @_;
    my (%seen, $end);
    my $start = my $looked = time;
    $end = $c->{end} //= {};
    while (my @left = grep { !defined $end->{$_} } keys %{$c->{pid}}) {
        my $now  = time;
        my $look = $now > $looked + 0.2;
        $looked = $now if $look;
        for my $side (@left) {
            if (waitpid($c->{pid}{$side}, WNOHANG) == $c->{pid}{$side}) {
                $end->{$side} //= $? & 127 ? "signal " . ($? & 127) : $? >> 8;
                next;
            }
            my $pid = process_of($c, $side);
            if ($now > $start + 60) {
                kill KILL => $pid;
                waitpid $c->{pid}{$side}, 0;
                $end->{$side} = "hangs";
            }
            next if !$look || $c->{stuck}{$side};
            my ($cpu, $sleeps, $asleep) = doings($pid);
            my $last = $seen{$side} //= [$cpu, $sleeps, $now];
            @$last[1, 2] = ($sleeps, $now) if !$asleep || $sleeps != $last->[1];
            $c->{stuck}{$side} = "runs in circles" if $cpu > $last->[0] + 1;
            $c->{stuck}{$side} = "sleeps for good" if $now > $last->[2] + 1;
            kill TERM => $pid if $c->{stuck}{$side};
        }
        if ($relief && $now > $start + $patience) {
            $relief->($c) if @left == keys %{$c->{pid}};
            $relief = undef;
        }
        sleep 0.002;
    }
}

# What a side says and how it ends, in words of %says, or, what is not
# documented, as it is. And the number of bytes that it names.
sub said
{
    my ($c, $side) = @_;
    my ($end, $stuck) = ($c->{end}{$side}, $c->{stuck}{$side});
    my $other = $side eq "writer" ? "reader" : "writer";
    my $err   = get("$c->{dir}/$side.err");
    my (@words, $bytes);
    return $end if $end eq "killed";

    # What -v adds, and what glibc says before it aborts.
    $err =~ s/^$side: \d+ bytes in .*; slept: .*\n//m;
    $err =~ s/^The futex facility returned an unexpected error code\.\n//m;
    for my $line (split /\n/, $err) {
        push @words, $line;
        for my $word (keys %says) {
            my $should = $says{$word}[1] =~ s/NAME/\Q$c->{name}\E/r;
            $should =~ s/PEER/$other/;
            $should = "$side: $should" if $word ne "signal";
            ($words[-1], $bytes) = ($word, $1) if $line =~ /^$should$/;
        }
    }
    if ($stuck && ($end eq "signal 15" && !@words || "@words" eq "signal")) {
        return $stuck;
    }
    my $status = @words ? ($says{$words[-1]} // ["-"])->[0] : 0;
    push @words, "complete" if !@words;
    push @words, "status $end" if $end ne $status;
    return (join(", then ", @words), $bytes);
}

# Whether these are words of %says.
sub documented
{
    my ($said) = @_;
    return !grep { !/^(complete|killed)$/ && !$says{$_} } split /, then /, $said;
}

1;
