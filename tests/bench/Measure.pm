# SPDX-License-Identifier: 0BSD
#
# Measure.pm - run programs side by side, check and compare them
#
# For run, which says what is measured and how it is shown. A cell is
# what is run again and again for one line of a table: a hash with
# "name", "command" (where AMOUNT stands for the bytes or round trips)
# and, where it means something, "message", the size of one, and "each",
# the bytes of a round trip. measure() adds "amount", "runs", and "mark",
# a star when others have disturbed one of the runs.
#
# See also: times(2), setpgid(2), proc_stat(5)

package Measure;

use v5.20;
use warnings;
use Cwd            qw(abs_path);
use Exporter       qw(import);
use File::Basename qw(basename dirname);
use POSIX          qw(WNOHANG setpgid);
use Time::HiRes    qw(alarm sleep time);

our @EXPORT = qw(%set cells csv measure median named others place range
    ratio ratios results run size slurp);

# When others take more of the processors' time, in percent, a run is
# repeated: so many times, and in all for so many seconds.
use constant {NOISE => 15, REPEATS => 3, REPEATING => 40};

# From the environment; the head of run explains it. span: how long a
# run should last, in seconds. And what comes of it: facts about the
# machine, how many runs there were, and those that have failed.
my $here  = dirname(abs_path(__FILE__));
my $quick = $ENV{QUICK};
our %set = (
    quick    => $quick,
    bytes    => number($ENV{BYTES} // ($quick ? '64M' : '1G')),
    rounds   => number($ENV{ROUNDS} // ($quick ? 2 : 7)),
    span     => $quick ? 0.015 : 0.15,
    place    => $ENV{PLACE} // 'two',
    places   => {places()},
    here     => $here,
    out      => abs_path($ENV{OUT} // "$here/../..") // wrong('no OUT'),
    facts    => [],
    runs     => 0,
    failures => [],
);
$set{dir} = "$set{out}/.build/bench";
wrong('PLACE is two, one or free') if !defined $set{places}{$set{place}};
wrong('BYTES and ROUNDS are not 0') if !$set{bytes} || !$set{rounds};

# The process group that is running, and how long repeating has taken.
my ($pid, $repeating) = (undef, 0);

sub wrong
{
    say STDERR "run: @_";
    exit 2;
}

sub number
{
    my ($n, $unit) = $_[0] =~ /^(\d+)([KMG]?)$/
        or wrong("not a number: $_[0]");

    return $n << {'' => 0, K => 10, M => 20, G => 30}->{$unit};
}

sub size
{
    my ($n, @units) = (@_, 'B', 'KiB', 'MiB', 'GiB');

    for (; $n >= 1024 && @units > 1; shift @units) { $n /= 1024 }
    return "$n $units[0]";
}

sub median
{
    my @sorted = sort { $a <=> $b } @_;

    return ($sorted[$#_ / 2] + $sorted[@_ / 2]) / 2;
}

sub range
{
    return (sort { $a <=> $b } @_)[0, -1];
}

sub slurp
{
    open my $file, '<', $_[0] or return '';
    local $/ = undef;
    return scalar <$file>;
}

# Two processors, not two threads of one if that can be avoided.
sub places
{
    my ($list) = slurp('/proc/self/status') =~ /Cpus_allowed_list:\s*(\S+)/;
    my ($one, @more) =
        map { /(\d+)-(\d+)/ ? $1 .. $2 : $_ } split /,/, $list;
    my $core =
        slurp("/sys/devices/system/cpu/cpu$one/topology/core_cpus_list");
    my ($other) = grep { $core !~ /\b$_\b/ } @more;

    $other //= $more[0] // $one;
    return (two => "$one,$other", one => $one, free => '');
}

# The option that keeps a program there.
sub place
{
    my $cpus = $set{places}{$_[0]};

    return $cpus eq '' ? () : ('-c', $cpus);
}

# How many processors there are, and the time that all processes but
# ours have had of them, in seconds. Interrupts are left out: those
# that TCP makes are its own.
sub others
{
    my $stat = slurp('/proc/stat');
    my @all  = split ' ', $stat;
    my $ours = 0;

    $ours += $_ for times;
    return (scalar(() = $stat =~ /^cpu\d/mg),
        ($all[1] + $all[2] + $all[3] + $all[8]) / 100 - $ours);
}

# Ends what is running, with all its processes.
sub end_run
{
    return if !$pid;
    kill TERM => -$pid;
    for (1 .. 20) {
        last if waitpid($pid, WNOHANG) == $pid;
        sleep 0.05;
    }
    kill KILL => -$pid;
    waitpid $pid, 0;
    $pid = undef;
}

$SIG{$_} = sub {
    end_run();
    $SIG{$_[0]} = 'DEFAULT';
    kill $_[0] => $$;
} for qw(INT TERM HUP);

# Runs a program and returns its status and what it has printed.
sub execute
{
    my $text = '';

    pipe my $from, my $to or die "run: pipe: $!\n";
    $pid = fork // die "run: fork: $!\n";
    if ($pid == 0) {
        setpgid(0, 0);
        open STDOUT, '>&', $to and open STDERR, '>&', $to and exec @_;
        POSIX::_exit(127);
    }
    close $to;
    setpgid($pid, $pid);
    my $ended = eval {
        local $SIG{ALRM} = sub { die };
        alarm($ENV{TIMEOUT} // 60);
        while (sysread $from, $text, 4096, length $text) { }
        waitpid $pid, 0;
        alarm 0;
        $pid = undef;
        1;
    };
    my $status = $?;
    end_run();
    return $ended ? ($status, $text) : (1, "does not end\n");
}

# The checksum that so many bytes must have.
sub expected
{
    state %checksum;
    my ($bytes) = @_;

    return $checksum{$bytes} //=
        (execute("$set{dir}/checksum", $bytes))[1] =~ s/\n//r;
}

# Makes one run, of so many bytes or round trips, and returns what it
# has printed, as a hash; nothing if it failed or does not apply.
sub run
{
    my ($cell, $amount) = @_;
    my @command = map { s/AMOUNT/$amount/r } @{$cell->{command}};
    my $bytes   = $amount * ($cell->{each} // 1);
    my ($start, $processors, $before) = (time, others());

    push @command, '-x' if basename($command[0]) eq ($ENV{SPOIL} // '');
    my ($status, $text) = execute(@command);
    my $foreign = (others())[1] - $before;
    my %result  = $text =~ /(\w+)=(\S+)/g;

    $result{others} = 100 * $foreign / $processors / (time - $start);
    return if $status >> 8 == 77;
    $set{runs}++;
    ($status, $text) = (1, "wrong checksum\n")
        if $status == 0 && defined $result{checksum} &&
        ($result{bytes} != $bytes ||
        $result{checksum} ne expected($bytes));
    if ($status != 0) {
        push @{$set{failures}}, "@command: $text";
        print STDERR "run: @command: $text";
        return;
    }
    $result{rate} = $result{bytes} / $result{seconds} / 1e6
        if defined $result{bytes};
    return \%result;
}

# How many bytes or round trips make a run of the length wanted. Bytes
# are powers of two, so that few checksums have to be known.
sub calibrate
{
    my ($cell) = @_;
    my $first  = $cell->{message} ? 4 * 2**20 : 300;
    my $result = run($cell, $first) or return 0;
    my $amount = int($first * $set{span} / $result->{seconds});
    my $bytes  = 2**20;

    return $amount < 100 ? 100 : $amount if !$cell->{message};
    $bytes *= 2 while $bytes * 1.5 < $amount && $bytes * 2 <= $set{bytes};
    return $bytes < $set{bytes} ? $bytes : $set{bytes};
}

# Quick runs are too short to tell.
sub noisy
{
    my ($result) = @_;

    return $result && !$quick && $result->{others} > NOISE;
}

# Runs all cells in turn, so many times: whatever changes on the
# machine meanwhile, it meets all of them. Returns those that apply.
sub measure
{
    my ($title, $rounds, @cells) = @_;

    for my $round (0 .. $rounds) {
        for my $cell (@cells) {
            print STDERR "\r\e[K$title, $round of $rounds: $cell->{name}"
                if -t STDERR;
            $cell->{mark} //= '';
            $cell->{amount} //= calibrate($cell);
            next if $round == 0 || $cell->{amount} == 0;
            my $result = run($cell, $cell->{amount});
            for (1 .. REPEATS) {
                last if !noisy($result) || $repeating > REPEATING;
                my $start = time;
                sleep 0.2;
                $result = run($cell, $cell->{amount});
                $repeating += time - $start;
            }
            $cell->{runs}[$round - 1] = $result;
            $cell->{mark} = '*' if noisy($result);
        }
    }
    print STDERR "\r\e[K" if -t STDERR;
    return grep { results('seconds', $_) } @cells;
}

sub results
{
    my ($key, $cell) = @_;

    return map { $_->{$key} } grep { defined } @{$cell->{runs}};
}

# One cell's results divided by another's, round by round: these two
# ran side by side.
sub ratios
{
    my ($key, $cell, $base) = @_;

    return if !$cell || !$base;
    return map { $cell->{runs}[$_]{$key} / $base->{runs}[$_]{$key} }
        grep { $cell->{runs}[$_] && $base->{runs}[$_] }
        0 .. $#{$cell->{runs}};
}

sub ratio
{
    my @ratios = ratios(@_) or return '';

    return sprintf '%.2f (%.2f-%.2f)', median(@ratios), range(@ratios);
}

# What there is to measure: each program says how it can be run.
sub cells
{
    my ($kind, @options) = @_;
    my @cells;

    for my $source (glob "$here/$kind/*.c") {
        my $program = "$set{dir}/$kind/" . basename($source, '.c');
        for (split /\n/, `'$program' -i`) {
            my ($name, $waits, $more) = split /\t/;
            push @cells, {
                name    => "$name, $waits",
                command => [$program, split(' ', $more // ''), @options],
            };
        }
    }
    return @cells;
}

sub named
{
    my ($name, @cells) = @_;

    return (grep { $_->{name} eq $name } @cells)[0];
}

# Writes a table to a file, the facts about the machine above it.
sub csv
{
    my ($name, @rows) = @_;
    my $path = "$set{dir}/$name.csv";

    open my $file, '>', $path or die "run: $path: $!\n";
    say $file "# $_" for @{$set{facts}};
    say $file join ',', @$_ for @rows;
    close $file or die "run: $path: $!\n";
}

1;
