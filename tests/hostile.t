#!/usr/bin/perl
# SPDX-License-Identifier: 0BSD
#
# hostile.t - who writes into the object of a pair what does not belong
# there can make it fail, and nothing worse
#
# From the environment: OUT, CC, SANITIZED; HOSTILE=full (all cases, not
# a sample taken by chance), SEED (to repeat a run).
#
# A writer and a reader run, and a third process of the same user,
# tests/hostile/peer.c, stores garbage in their object: once before the
# reader comes, once while the reader is stopped and the ring is full,
# or all the time. It cuts the object short, takes the locks, puts other
# things under the name, and does so after each system call of a side.
# Every second pair is built here, with AddressSanitizer and UBSan; the
# others are those of OUT. In another one (hostile/reads.c) each word of
# the object that may be read once only changes when it was read.
#
# Each side must end, with one line and a status that are documented and
# fit what was done: @rules says what may be said, and when. That the
# peer has left or died may be said only if it did. "Complete" means
# that all bytes are right; unless lengths, numbers or slots are what
# was altered: then no record may be longer than a slot or come out of
# turn. Nothing may be left under the name, and what others have put
# there must stay.
#
# Who is alive and never posts is waited for, as documented. So if both
# sides wait, one of them is killed, and the other must end.
#
# Only the first word of a semaphore, its value, is the protocol's. With
# garbage in the others libc may run in circles or sleep for good, as
# channel.h says, and it is counted here; SIGTERM must end it.

use strict;
use warnings;
use lib "tests/hostile";
use Fcntl qw(:mode);
use File::Temp qw(tempdir);
use IO::Handle;
use IO::Socket::UNIX;
use Pair;
use POSIX qw(:sys_wait_h);
use Test::More;

if (!$ENV{ISOLATED} && system("tests/isolate true 2>/dev/null") == 0) {
    $ENV{ISOLATED} = 1;
    exec "tests/isolate", $0;
}

my $full  = ($ENV{HOSTILE} // "") eq "full";
my $seed  = srand($ENV{SEED} // time);
my $dir   = tempdir(CLEANUP => 1);
my $cc    = $ENV{CC} // "cc";
my @build = "$ENV{OUT}/sem-sync";
my $peer  = "$dir/peer";
my %count;

# The ring of most pairs: two slots of a page each after the header.
my $page = POSIX::sysconf(POSIX::_SC_PAGESIZE());
my $size = 3 * $page;

# Records that differ from their neighbours, and two streams of them.
sub record { return chr(1 + $_[0] % 255) x $page }
my %stream = (few => 8, many => 300);
put("$dir/$_", join "", map { record($_) } 1 .. $stream{$_}) for keys %stream;

$SIG{PIPE} = sub { };

system("$cc -std=c17 -O2 tests/hostile/peer.c -o $peer -lrt -pthread") == 0
    or die "peer.c cannot be built\n";
# Builds a pair into a folder; returns false if the compiler cannot.
sub build
{
    my ($into, $flags, @more) = @_;
    my $objects = "$into/program.o $into/channel.o @more -lrt -pthread";
    mkdir $into;
    return system("exec 2>/dev/null
        for part in writer reader program channel; do
            $cc -std=c17 -O1 -g $flags -c sem-sync/\$part.c \\
                -o $into/\$part.o || exit
        done
        for side in writer reader; do
            $cc $into/\$side.o $objects -o $into/\$side &&
                $into/\$side -h >/dev/null || exit
        done") == 0;
}

my $sanitize = "-fsanitize=address,undefined -fno-sanitize-recover=all";
if (!$ENV{SANITIZED} && build("$dir/sanitized", $sanitize, $sanitize)) {
    push @build, "$dir/sanitized";
}

# What else than "complete" writer and reader may say when such words
# were altered before the reader came, and when while the pair ran.
my $sem   = "spoiled signal semaphore";
my @rules = (
    [qr/^tag\.magic/, "nobody", "foreign", "", ""],
    [qr/^tag/, "nobody", "other", "", ""],
    [qr/^slot/, "nobody", "lies spoiled", "", ""],
    [qr/^state/, "nobody died spoiled", "nobody", "", ""],
    [qr/^free/, "$sem died nobody", "$sem nobody", $sem, $sem],
    [qr/^filled/, "$sem nobody", "$sem nobody", $sem, $sem],
    [qr/^writer\.end/, "", "left", "", "left"],
    [qr/^reader\.end/, "left", "", "left", ""],
    [qr/^(writer|reader)\.(bytes|waits)/, "", "", "", ""],
    [qr/^record/, "", "", "left spoiled", "spoiled"],
    [qr/^\d/, "", "", "", ""],
    [qr/^cut/, "signal short nobody spoiled", "foreign lies nobody",
        "signal short spoiled", "signal short spoiled"],
);

sub rule
{
    my ($column, @steps) = @_;
    return map {
        my $step = $_;
        map { split " ", $_->[$column] } grep { $step =~ $_->[0] } @rules
    } @steps;
}

# What a side may say in a case.
sub may
{
    my ($c, $side, %said) = @_;
    my $other = $side eq "writer" ? "reader" : "writer";
    my $column = 1 + ($side eq "reader");
    my %may = map { $_ => 1 } "complete", "killed";
    $may{$_} = 1 for $c->{when} ne "ring" ? rule($column, @{$c->{steps}}) : ();
    $may{$_} = 1
        for $c->{when} ne "before" ? rule($column + 2, @{$c->{steps}}) : ();
    $may{nobody} = 1 if $c->{when} ne "ring";
    $may{left}   = 1 if $c->{end}{$other} !~ /^(0|killed)$/;
    $may{died}   = 1 if $said{$other} =~ /killed|signal|runs|sleeps/;
    $may{"runs in circles"} = $may{"sleeps for good"} = 1
        if grep { /^(free|filled)\.[1-9]/ } @{$c->{steps}};

    # What leaving meets with can add a line.
    $may{"$_, then signal"} = 1 for $may{signal} ? keys %may : ();
    return \%may;
}

# Whether the output holds records in their order, and none that is
# longer than a slot. Who alters lengths can make a last record of the
# end, out of what was in that slot before; of one slot, the same again.
sub in_order
{
    my ($out, @steps) = @_;
    my $n = 0;
    my $last_may_differ = grep { /length/ } @steps;
    while ($out =~ /((.)\2*)/gs) {
        my $last = $last_may_differ && pos $out == length $out;
        return 0 if length $1 > ($last ? 2 : 1) * $page;
        return 0 if $2 ne substr(record(++$n), 0, 1) && !$last;
    }
    return 1;
}

# Returns what was wrong with the ends of a pair.
sub judge
{
    my ($c) = @_;
    my @steps = @{$c->{steps}};
    my $sent  = get("$dir/$c->{stream}");
    my $out   = get("$c->{dir}/reader.out");
    my (@wrong, %said, %bytes);

    ($said{$_}, $bytes{$_}) = said($c, $_) for qw(writer reader);
    $c->{ended} = "writer $said{writer}, reader $said{reader}";
    for my $side (qw(writer reader)) {
        push @wrong, $said{$side}
            if $c->{any}
            ? !documented($said{$side})
            : !may($c, $side, %said)->{$said{$side}};
    }
    push @wrong, "complete, and it is not"
        if $said{reader} eq "complete"
        && $out ne $sent && !grep { /^(record|free|cut|\d)/ } @steps;
    push @wrong, "the writer says complete, and it is not"
        if $said{writer} eq "complete"
        && $said{reader} ne "complete" && !grep { /^reader\.end/ } @steps
        && !($said{reader} eq "killed" && $out eq $sent);
    push @wrong, "a record too long or out of turn"
        if !in_order($out, @steps) && !grep { /number|^free|^cut|^\d/ } @steps;
    push @wrong, "$bytes{reader} bytes got through?"
        if defined $bytes{reader} && $bytes{reader} != length $out;
    push @wrong, "$bytes{writer} bytes got through?"
        if defined $bytes{writer} && $bytes{writer} > length $sent;

    # A writer that was killed may leave its name; the next one takes
    # it, if that can still be told for a channel. One that refuses what
    # is there leaves it alone.
    if (-e "/dev/shm$c->{name}") {
        push @wrong, "left"
            if $said{writer} !~ /^(killed|foreign|owner|busy)$/;
        $said{next} = alone($c, "writer", "-t", "0.01");
        push @wrong, "the next writer: $said{next}"
            if $said{writer} eq "killed"
            && $said{next} ne "nobody" && !grep { /^(tag|cut)/ } @steps;
        unlink "/dev/shm$c->{name}";
    }
    return @wrong;
}

# One side alone; returns what it says.
sub alone
{
    my ($c, $side, @options) = @_;
    my %alone = (%$c, pid => {}, end => {}, under => {}, dir => "$c->{dir}/alone");
    mkdir $alone{dir};
    start(\%alone, $side, "$dir/few", @options);
    endings(\%alone);
    return (said(\%alone, $side))[0];
}

# Starts a writer and waits until its object is ready.
sub start_writer
{
    my ($c, $input, @options) = @_;
    start($c, "writer", $input, "-n", $c->{slots} // 2, "-s", $page, @options);
    await("the writer", sub { (-s "/dev/shm$c->{name}" // 0) > $page });
    hostile($c, "/dev/shm$c->{name}", "state==1");
}

# The steps are taken before the reader comes, while the ring is full,
# or all the time.
sub pair
{
    my ($c)   = @_;
    my $when  = $c->{when};
    my $shm   = "/dev/shm$c->{name}";
    my @v     = $c->{number} % 3 ? () : "-v";
    my @t     = ("-t", $when eq "ring" ? 60 : 0.4, "-S", $c->{spins} // 0);
    my $input = "$dir/" . ($c->{stream} = $when eq "always" ? "many" : "few");
    my $feed;

    pipe $input = undef, $feed or die "pipe: $!\n" if $when eq "ring";
    start_writer($c, $input, @v, @t);
    hostile($c, $shm, @{$c->{steps}}) if $when eq "before";
    hostile($c, $shm, "-l", @{$c->{steps}}) if $when eq "always";
    start($c, "reader", "/dev/null", @v, @t);
    if ($when eq "ring") {
        # Three records cross. When they are handed back and the reader
        # sleeps, it waits for more.
        $feed->autoflush(1);
        print $feed map { record($_) } 1 .. 3;
        my $object = object_of($c, "writer");
        hostile($c, $object, "reader.bytes.0==" . 3 * $page);
        await("the reader sleeps", sub { asleep($c, "reader") });
        kill STOP => $c->{pid}{reader};
        waitpid $c->{pid}{reader}, WUNTRACED;
        print $feed map { record($_) } 4 .. $stream{few};
        hostile($c, $object, "record.0.number==5", @{$c->{steps}});
        close $feed;
        kill CONT => $c->{pid}{reader};
    }
    endings($c, $when eq "ring" ? 0.3 : 1, \&kill_one);
    dismiss($c);
    return judge($c);
}

sub kill_one
{
    my ($c) = @_;
    my $victim = (qw(writer reader))[$c->{number} / 2 % 2];
    kill KILL => process_of($c, $victim);
    waitpid $c->{pid}{$victim}, 0;
    $c->{end}{$victim} = "killed";
}

# Runs cases, some at a time, and reports those that are not as they
# should be.
sub group
{
    my ($what, @cases) = @_;
    my $workers = $full ? 6 : 3;
    my ($n, %ended, @wrong) = 0;
    $_->{number} = $n++ for @cases;
    for my $worker (0 .. $workers - 1) {
        my $pid = fork // die "fork: $!\n";
        next if $pid;
        srand($seed + $worker);
        mkdir "$dir/$worker";
        open my $result, ">", "$dir/$worker.result" or die "result: $!\n";
        for my $c (grep { $_->{number} % $workers == $worker } @cases) {
            print $result run($c, "$dir/$worker");
        }
        close $result or die "result: $!\n";
        POSIX::_exit(0);
    }
    1 while wait != -1;
    my $lines = 0;
    for (map { split /\n/, get("$dir/$_.result") } 0 .. $workers - 1) {
        my ($steps, $ended, $once, $in_loops, @bad) = split /\t/;
        $lines++;
        $ended{$ended}++;
        $count{once}       += $once;
        $count{"in loops"} += $in_loops;
        push @wrong, "$steps: $ended: @bad" if @bad;
    }
    push @wrong, @cases - $lines . " without an end" if $lines != @cases;
    $count{unexplained} += @wrong;
    is(scalar @wrong, 0, "$what, " . @cases . " times");
    diag($_) for @wrong;
    note("$ended{$_} times: $_") for sort keys %ended;
}

# One case; returns a line about it.
sub run
{
    my ($c, $folder) = @_;
    $c->{dir}   = $folder;
    $c->{peer}  = $peer;
    $c->{name}  = "/hostile.$$.$c->{number}";
    $c->{bin} //= $build[($c->{number} + $c->{number} / 6) % @build];
    $c->{ended} = "ERROR";
    my $runs  = $c->{run} // \&pair;
    my @wrong = eval { $runs->($c) };
    if ($@) {
        push @wrong, $@;
        my @pids = grep { !defined $c->{end}{$_} } values %{$c->{pid}};
        kill KILL => @pids;
        waitpid $_, 0 for @pids;
        dismiss($c);
        unlink "/dev/shm$c->{name}";
    }
    push @wrong, "left" if -e "/dev/shm$c->{name}";
    my $what = join " ", $c->{what} // (), $c->{when} // (), @{$c->{steps}};
    return join("\t", $what, $c->{ended}, $c->{once} // 0,
        $c->{"in loops"} // 0, map { s/\s+/ /gr } @wrong) . "\n";
}

# All of the cases, or so many.
sub sample
{
    my ($n, @cases) = @_;
    return @cases if $full;
    return map { splice @cases, int rand @cases, 1 } 1 .. $n;
}

# What is stored: values of the protocol, limits and their neighbours,
# and where signs and carries are. The last two words are in the slots.
my @words  = (split(" ", `$peer -f 2`), $page, 2 * $page);
my @values = (0 .. 3, 5, 6, 1023 .. 1025, $page - 1 .. $page + 1, 2**16,
    2**24 - 1 .. 2**24 + 1, 2**30, 2**31 - 2 .. 2**31 + 1,
    2**32 - 2, 2**32 - 1, "any");

# In the short run libc is left in peace: it takes seconds to see that
# it runs in circles.
@words = grep { !/^(free|filled)\.[1-9]/ } @words if !$full;

sub once
{
    my ($when) = @_;
    return map {
        my $word = $_;
        map { {when => $when, steps => ["$word=$_"]} } @values
    } @words;
}

sub several
{
    my ($n) = @_;
    return map {
        {   when  => rand() < 0.3 ? "before" : "ring",
            steps => [map { $words[rand @words] . "=any" } 0 .. 1 + rand 6]
        }
    } 1 .. $n;
}

# Lengths that are good and then bad, so that who reads them twice is
# found out; each word alone; several.
sub always
{
    my ($n)   = @_;
    my $all   = join ",", @values;
    my $twice = join ",", ($page) x 12, $page + 1, 2**31 - 1;
    my @cases = map {
        my $slots = (1, 2, 7, 300)[$_ % 4];
        {   slots => $slots,
            spins => $_ % 3 * 1000,
            steps => [map { "record.$_.length=$twice" } 0 .. $slots - 1]
        }
    } 1 .. $n;
    push @cases, map { {steps => ["$_=$all"]} } sample($n, @words);
    push @cases, map {
        {steps => [map { $words[rand @words] . "=$all" } 0 .. rand 20]}
    } 1 .. $n;
    $_->{when} = "always" for @cases;
    return @cases;
}

sub cuts
{
    my @cuts = map { ["cut=$_"] } 0, 1, 24, 100, $page, $page + 1,
        3 * $page / 2, $size - $page, $size - 1, $size + 1, 2 * $size;
    push @cuts, map { [$_, "cut=$size"] } "cut=0", "cut=24", "cut=$page";
    return map {
        my $when = $_;
        map { {when => $when, steps => $_} } @cuts
    } qw(before ring);
}

# What is under a name before a side comes, and what the side says; by
# whom which byte is locked. An object of a writer that was copied is a
# good one to forge.
my $object = do {
    my $c = {name => "/hostile.$$", dir => $dir, bin => $build[0],
        peer => $peer};
    start_writer($c, "/dev/null", "-t", 60);
    my $bytes = get("/dev/shm$c->{name}");
    kill TERM => $c->{pid}{writer};
    endings($c);
    dismiss($c);
    $bytes;
};

sub garbage { return pack "L*", map { rand 2**32 } 1 .. $_[0] }

sub things
{
    my @things = (
        ["a fifo", sub { POSIX::mkfifo($_[0], 0600) }, qw(no_object no_object)],
        ["a directory", sub { mkdir $_[0], 0700 }, qw(shm_open shm_open)],
        ["a socket", sub { IO::Socket::UNIX->new(Local => $_[0], Listen => 1) },
            qw(shm_open shm_open)],
        ["a symbolic link to nothing", sub { symlink "/none", $_[0] },
            qw(shm_open shm_open)],
        ["a symbolic link to an object",
            sub { put("$dir/forged", $object); symlink "$dir/forged", $_[0] },
            qw(shm_open shm_open)],
        ["an object for all", sub { put($_[0], $object); chmod 0666, $_[0] },
            qw(owner owner)],
        ["an object for the group", sub { put($_[0], ""); chmod 0620, $_[0] },
            qw(owner owner)],
        ["somebody's data", sub { put($_[0], "data" x 9) }, qw(foreign foreign)],
    );
    for my $lock ("", "lock=0", "lock=1", "lock=2") {
        my $writer = $lock eq "lock=2" ? "busy" : "nobody";
        push @things, ["an empty object $lock", sub { put($_[0], "") },
            $lock eq "lock=0" ? "busy" : $writer, "nobody", $lock];
        push @things, ["a copy $lock", sub { put($_[0], $object) },
            $writer, $lock eq "lock=0" ? "died nobody" : "nobody", $lock];
        for my $n (1 .. ($full ? 20 : 1)) {
            my $header = substr $object, 0, 24;
            my $reader = $lock ne "lock=0" ? "nobody"
                : "lies nobody spoiled died signal semaphore left runs sleeps";
            push @things, ["a header and garbage $lock",
                sub { put($_[0], $header . garbage(rand 5000)) },
                $writer, $reader, $lock];
            push @things, ["a copy with some garbage $lock",
                sub {
                    my $copy = $object;
                    substr $copy, 24 + 4 * int rand 100, 4, garbage(1)
                        for 0 .. rand 4;
                    put($_[0], $copy);
                }, $writer, $reader, $lock];
        }
    }
    return map {
        my ($what, $make, $writer, $reader, $lock) = @$_;
        map { {what => $what, make => $make, side => $_->[0], says => $_->[1],
            lock => $lock, run => \&thing, steps => []} }
            ["writer", $writer], ["reader", $reader]
    } @things;
}

sub thing
{
    my ($c)  = @_;
    my $path = "/dev/shm$c->{name}";
    my $side = $c->{side};
    my $kept = $c->{make}->($path) or die "$c->{what}: $!\n";
    my @was  = (lstat $path)[0 .. 7, 9];
    hostile($c, $path, $c->{lock}) if $c->{lock};
    start($c, $side, "/dev/null", "-t", "0.05");
    endings($c, 0.5, \&dismiss);
    dismiss($c);
    my ($said) = said($c, $side);
    my @is = (lstat $path)[0 .. 7, 9];
    $c->{ended} = "$side $said";
    my @wrong;
    push @wrong, $said if !grep { $said =~ /^$_/ } split " ", $c->{says};

    # A writer takes what is empty or what a dead one has left, and
    # removes it in the end. All else stays as it is.
    if ($side eq "writer" && ($said eq "nobody" || $was[7] == 0)) {
        push @wrong, "left" if @is && $said eq "nobody";
    } elsif ("@was[0 .. 7]" ne join " ", @is ? @is[0 .. 7] : ()) {
        push @wrong, "$c->{what} is not what it was";
    }
    unlink $path or rmdir $path;
    return @wrong;
}

# What becomes of the name while a writer waits, and what reader and
# writer say.
sub replacements
{
    my @cases = (
        ["removed", sub { unlink $_[0] }, qw(nobody nobody)],
        ["renamed", sub { rename $_[0], "$_[0].other" },
            "nobody, then unlink", "nobody"],
        ["replaced by an empty object", sub { unlink $_[0]; put($_[0], "") },
            qw(nobody nobody)],
        ["replaced by a copy", sub { unlink $_[0]; put($_[0], $object) },
            qw(nobody nobody)],
        ["replaced by data", sub { unlink $_[0]; put($_[0], "data" x 9) },
            qw(nobody foreign)],
        ["replaced by a fifo",
            sub { unlink $_[0]; POSIX::mkfifo($_[0], 0600) },
            qw(nobody no_object)],
        ["replaced by a directory", sub { unlink $_[0]; mkdir $_[0], 0700 },
            qw(nobody shm_open)],
        ["opened to all", sub { chmod 0666, $_[0] }, qw(nobody owner)],
    );
    return map { {what => $_->[0], act => $_->[1], writer => $_->[2],
        reader => $_->[3], run => \&replacement, steps => []} } @cases;
}

sub replacement
{
    my ($c) = @_;
    my $path = "/dev/shm$c->{name}";
    my @wrong;
    start_writer($c, "$dir/few", "-t", 1);
    my $inode = (lstat $path)[1];
    $c->{act}->($path);
    my @was = (lstat $path)[0 .. 7, 9];
    my $reader = alone($c, "reader", "-t", "0.05");
    endings($c);
    dismiss($c);
    my ($writer) = said($c, "writer");
    my @is = (lstat $path)[0 .. 7, 9];
    $c->{ended} = "writer $writer, reader $reader";
    push @wrong, "the writer: $writer" if $writer ne $c->{writer};
    push @wrong, "the reader: $reader" if $reader ne $c->{reader};
    push @wrong, "$c->{what}, and is not what it was"
        if @was && $was[1] != $inode && "@was" ne "@is";
    push @wrong, "left" if @was && $was[1] == $inode && @is;
    unlink $path or rmdir $path;
    unlink "$path.other";
    return @wrong;
}

# A third process comes: a second writer before, a second writer and a
# second reader while the two stream, to whom a link keeps the object
# open, and both again when they are gone.
sub third
{
    my ($c) = @_;
    my $more = {%$c, name => "$c->{name}.more"};
    my (@wrong, %says);
    pipe my $input, my $feed or die "pipe: $!\n";
    $feed->autoflush(1);
    start_writer($c, $input, "-t", 60);
    link "/dev/shm$c->{name}", "/dev/shm$more->{name}" or die "link: $!\n";
    $says{"before, writer"} = alone($c, "writer");
    start($c, "reader", "/dev/null", "-t", 60);
    print $feed record(1);
    await("a record", sub { -s "$c->{dir}/reader.out" });
    for my $side (qw(writer reader)) {
        $says{"meanwhile, $side"} = alone($more, $side);
    }
    print $feed map { record($_) } 2 .. $stream{few};
    close $feed;
    endings($c);
    dismiss($c);
    for my $side (qw(reader writer)) {
        $says{"afterwards, $side"} = alone($more, $side, "-t", "0.05");
    }
    for (sort keys %says) {
        my $should = /^after/ ? "nobody" : "busy";
        push @wrong, "$_: $says{$_}" if $says{$_} ne $should;
    }
    return (@wrong, judge($c));
}

# Each call of a side that concerns its object, and what is done right
# after it, while the side is stopped.
my %act = (
    removed  => sub { unlink $_[0] },
    replaced => sub { unlink $_[0]; put($_[0], "") },
    "replaced by data" => sub { unlink $_[0]; put($_[0], "data" x 9) },
    "replaced by a copy" => sub { unlink $_[0]; put($_[0], $object) },
    "opened to all"      => sub { chmod 0666, $_[0] },
);

sub calls
{
    my @acts = (map({ ["cut=$_"] } 0, 24, $page, 2 * $size),
        ["cut=0", "cut=$size"],
        map({ ["state=$_"] } 0 .. 3, "any"),
        map({ ["$_=0"] } qw(tag.magic.0 slots slot_size reader.end)),
        map({ ["$_=any"] } qw(tag.version slots slot_size free.0 filled.0
                reader.end writer.end record.0.length)),
        ["lock=0"], ["lock=1"], ["lock=2"], map { [$_] } sort keys %act);
    my @cases;
    for my $side (qw(writer reader)) {
        my $c = {number => 0, name => "/hostile.$$", dir => $dir,
            bin => $build[0], peer => $peer, call => "all"};
        stopped_at_calls($c, $side);
        endings($c);
        dismiss($c);
        my %k;
        for my $call (get("$dir/trace") =~ /^(\w+)\(/mg) {
            my $k = ++$k{$call};
            push @cases, map { {what => "$side after $call $k:", side => $side,
                call => $call, k => $k, steps => $_, run => \&after_call} }
                @acts;
        }
    }
    return @cases;
}

# Of a pair to which nothing else is done, and of one that waits until a
# side is killed.
sub reads
{
    return map { {what => "reads:", bin => "$dir/reads", when => "ring",
        steps => $_} } ([]) x 2, (["filled.0=0"]) x 4;
}

# Starts a pair of which one side is traced, and stopped by a call.
sub stopped_at_calls
{
    my ($c, $side) = @_;
    my $inject = $c->{k}
        ? "$c->{call}:signal=SIGSTOP:when=$c->{k}" : "none:error=EIO";
    $c->{under}{$side} = ["strace", "-o", "$c->{dir}/trace",
        "-P", "/dev/shm$c->{name}", "-e", "trace=$c->{call}",
        "-E", "ASAN_OPTIONS=detect_leaks=0:$ENV{ASAN_OPTIONS}",
        $c->{k} ? ("-e", "inject=$inject") : ()];
    put("$c->{dir}/trace", "");
    start($c, "writer", "$dir/few", "-t", 1, "-n", 2, "-s", $page);
    start($c, "reader", "/dev/null", "-t", 1);
}

sub after_call
{
    my ($c) = @_;
    my $path = "/dev/shm$c->{name}";
    my $side = $c->{side};
    $c->{stream} = "few";
    $c->{when}   = "always";
    stopped_at_calls($c, $side);
    my $trace = "";
    await("the $side stops", sub {
        $trace = get("$c->{dir}/trace");
        $trace =~ /stopped by SIGSTOP|^\+\+\+/m;
    });
    my $file = object_of($c, $side) // $path;
    my ($act) = @{$c->{steps}};
    if ($act{$act}) {
        $act{$act}->($path) if -e $path;
    } elsif (-e $file && ((-s $file) > $page || $act =~ /^(cut|lock)/)) {
        hostile($c, $file, @{$c->{steps}});
    }
    my $inode = (lstat $path)[1] // 0;
    kill CONT => process_of($c, $side);
    endings($c, 1, \&kill_one);
    dismiss($c);
    $c->{any} = 1;
    unlink $path if $act =~ /^replaced/ && ((lstat $path)[1] // 0) == $inode;
    return judge($c);
}

group("a word, before the reader comes", sample(16, once("before")));
group("a word, while the ring is full", sample(40, once("ring")));
group("several words", several($full ? 400 : 10));
group("words in loops", always($full ? 50 : 4));
group("cut short, or longer", sample(12, cuts()));
group("other things and locks", sample(20, things()));
group("the name of a waiting writer", sample(4, replacements()));
group("a third process", map {
    {what => "third", run => \&third, steps => [], stream => "few",
        when => "ring"}
} 1 .. ($full ? 20 : 2));
SKIP: {
    skip "what was read changes: needs -fsanitize=thread", 1
        if !build("$dir/reads", "-fsanitize=thread", "tests/hostile/reads.c");
    group("what was read changes", reads());
}
SKIP: {
    skip "after calls: needs strace", 1
        if system("strace -o /dev/null true 2>/dev/null") != 0;
    group("after a call", sample(12, calls()));
}

note("seed $seed, " . @build . " builds; hostile mutations: once "
        . "$count{once}, in loops $count{'in loops'}; "
        . "unexplained: $count{unexplained}");
done_testing();
