#!/usr/bin/perl
# SPDX-License-Identifier: 0BSD
#
# pages.t - the manual pages show what the sources say and the programs
# print, and leave nothing of shm_overview(7) out
#
# From the environment: OUT, REQUIRE_ISOLATION=1.
#
# What is in a page is compared as a reader sees it, formatted. What a
# terminal session in it says is run again.

use v5.20;
use warnings;
use Cwd        qw(getcwd);
use File::Temp qw(tempdir);
use Test::More;

for my $tool (qw(man groff mandoc)) {
    plan skip_all => "needs $tool"
        if system("command -v $tool >/dev/null 2>&1") != 0;
}
delete @ENV{qw(MANOPT MANPATH MANWIDTH)};
my $out   = $ENV{OUT} // getcwd;
my $dir   = tempdir(CLEANUP => 1);
my @pages = glob 'man7/*.7';

sub get
{
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!";
    return join '', <$file>;
}

sub put
{
    my ($path, @text) = @_;
    open my $file, '>:raw', $path or die "$path: $!";
    print $file @text;
    close $file or die "$path: $!";
    return $path;
}

# On a screen that is wide enough for everything. groff without what a
# distribution adds to it, which hides missing escapes.
mkdir "$dir/plain";
put("$dir/plain/man.local");
my %formatter = map {
    ("groff -T $_" => "groff -M $dir/plain -man -T $_ -rLL=500n -P-cbou",
        "mandoc -T $_" => "mandoc -man -T $_ -O width=500")
} qw(ascii utf8);

sub format_with
{
    my ($command, $text) = @_;
    my $shown = `$command '@{[put("$dir/page.7", $text)]}' 2>/dev/null`;
    return $shown =~ s/.\x08//gr;
}

# What of a page is not code, in one line.
sub prose
{
    my ($page) = @_;
    my $text = get($page) =~ s/^\.EX\n.*?^\.EE\n//gmsr;
    $text = format_with("groff -man -T ascii -rLL=2000n -rHY=0 -P-cbou", $text);
    return $text =~ s/\s+/ /gr;
}

# The copied blocks: what is to be copied, and what a reader sees.
sub blocks
{
    my ($command, $text) = @_;
    my @what = $text =~ /^\.\\" copy (.*)$/mg;
    my $marked = $text =~ s/^\.\\" copy .*$/.br\nBLOCK BEGINS\n.br/mgr;

    $marked =~ s/^\.\\" end$/.br\nBLOCK ENDS\n.br/mg;
    my @seen = format_with($command, $marked) =~
        /^ *BLOCK BEGINS\n(.*?)^ *BLOCK ENDS$/msg;

    # Code must begin in column 12, where clitest(1) looks for sessions.
    s/^( {11})?(?=.)/$1 ? '' : 'elsewhere: '/gme for @seen;
    return map { [$what[$_] // '?', $seen[$_] // '?'] }
        0 .. ($#what > $#seen ? $#what : $#seen);
}

# What is wrong with the blocks of a page.
sub differences
{
    my ($command, $text) = @_;
    my @wrong;

    for my $block (blocks($command, $text)) {
        my ($what, $seen) = @$block;
        my ($file, $part) = split / /, $what, 2;
        my $source = -f $file ? get($file) : '';

        $source =~ s/\A.*?^(?=\$ )//ms if $file =~ /\.transcript$/;
        push @wrong, $what
            if defined $part
            ? $seen !~ /\S/ || index("\n$source", "\n$seen") == -1
            : $seen ne $source;
    }
    return @wrong;
}

# Characters of code that some formatter may show as others.
sub unescaped
{
    my ($text) = @_;
    my @code = map { split /\n/ } $text =~ /^\.EX\n(.*?)^\.EE$/gms;
    return grep { s/\\(?:[&-]|\(..|\[\w+\])//gr =~ /[\\'`^~-]/ } @code;
}

is(`man7/refresh --check 2>&1`, '', 'make man would change nothing');
for my $page (@pages) {
    is_deeply([unescaped(get($page))], [], "$page: code is escaped");
    for my $name (sort keys %formatter) {
        is_deeply([differences($formatter{$name}, get($page))], [],
            "$page: what is copied looks as its source, by $name");
    }
}

# Sessions. What cannot be shown on this machine is cut out, which
# replay knows for the transcripts; what needs root is another session.
sub session
{
    my ($text, $root, @left_out) = @_;
    for my $what (@left_out) {
        $text =~ s/^\.\\" copy \Q$what\E( .*)?\n.*?^\.\\" end\n//gms;
    }
    put("$dir/session.7", $text);
    put("$dir/session", `MANWIDTH=80 man -E UTF-8 -l '$dir/session.7'`);
    chmod 0755, $dir;
    my $isolate = getcwd . "/tests/isolate $root";
    return `cd '$out' && timeout -s KILL 120 $isolate clitest \\
        --progress none --color never --prefix 11 '$dir/session' 2>&1`;
}

sub is_replayed
{
    my ($name, $said) = @_;
    like($said, qr/\AOK: (\d+) of \1 tests? passed\n\z/, $name) or return;
    note("$name: $said");
}

my $isolated = system('tests/isolate true 2>/dev/null') == 0;
SKIP: {
    if (!$isolated) {
        skip 'needs a private /dev/shm', 1 if !$ENV{REQUIRE_ISOLATION};
        fail('needs a private /dev/shm');
        last SKIP;
    }
    for my $page (@pages) {
        my $text        = get($page);
        my %transcripts = map { $_ => 1 }
            $text =~ /^\.\\" copy (\S+\.transcript)/mg;
        my (@cannot, @root);

        for my $transcript (sort keys %transcripts) {
            my $source = get($transcript =~ s/transcript$/c/r);
            my $needs_root = get($transcript) =~ /\A[^\$]*Needs root/;
            my $program = $transcript =~ s/\.transcript$//r;

            $program = 'examples/shm_open' if $program =~ /inside/;
            push @root, $transcript if $needs_root;
            next if -x "$out/$program" && !$needs_root && $source !~ /^ \* 77 /m;
            next if `tests/replay '$out' $transcript` !~ /# SKIP (.*)/;
            push @cannot, $transcript;
            note("$page: without $transcript: $1");
        }
        is_replayed("$page: its sessions say what the programs print",
            session($text, '', @cannot, @root));

        my %left_out = map { $_ => 1 } @cannot;
        next if !grep { !$left_out{$_} } @root;
        delete @transcripts{@root};
        is_replayed("$page: and so do those that need root",
            session($text, '-r', @cannot, keys %transcripts));
    }
}

# The headings of shm_overview(7), its interfaces, and in its NOTES and
# SEE ALSO what else it speaks of.
my @overview = (qw(shm_open(3) ftruncate(2) mmap(2) munmap(2)
        shm_unlink(3) close(2) fstat(2) fchown(2) fchmod(2)),
    'Versions', 'Persistence', 'Linking',
    'Accessing shared memory objects via the filesystem');
my @more = ('Synchronizing access', 'System V shared memory',
    'memfd_create(2)', 'mprotect(2)');
my @headings = get('man7/shm_examples.7') =~ /^\.SS (.*)$/mg;

shift @headings while @headings && $headings[0] ne $overview[0];
is_deeply(\@headings, [@overview, @more],
    'shm_examples.7 has what shm_overview(7) has, in its order');
SKIP: {
    my $text = `MANWIDTH=80 man 7 shm_overview 2>/dev/null`;
    skip 'needs shm_overview(7) of version 6.03', 1
        if $text !~ /^Linux man-pages 6\.03 /m;
    my ($described) = $text =~ /^DESCRIPTION\n(.*?)^NOTES$/ms;
    is_deeply([grep { defined } $described =~
                /^ {7}(\w+\(\d\)) {2,}|^ {3}(\w.*)$/mg],
        \@overview, 'and nothing else is there');
}

# A row of the table ends with words of a page that say the same.
my %said = map { $_ => prose($_) } @pages;
for my $row (grep { !/^#/ } split /\n/, get('tests/overview.tsv')) {
    my ($claim, undef, undef, $words) = split /\t/, $row;
    my ($page) = grep { index($said{$_}, $words // '?') != -1 } @pages;

    ok(defined $page && $words =~ /\S \S+ \S/, "$claim: said in a page")
        or diag($words // 'no words are given');
}

# Figures are not taken again: they must be those of the table there.
my ($figures) = get('man7/shm_sync.7') =~ /^\.SH FIGURES$(.*)/ms;
my $table = get('tests/bench/README.md');
for my $row ($figures =~ /^(\w.*? {2,}\d+ +\d+\.\d\d)$/mg) {
    my ($name, $rate, $ratio) = $row =~ s/\\-/-/gr =~ /(.*?) {2,}(\d+) +(.*)/;
    like($table, qr/^ *\Q$name\E +$rate .* \Q$ratio\E \(\S+\)$/m,
        "the figures of $name are those of tests/bench");
}

# In a copy: not a character of a source can change unnoticed.
system("mkdir -p '$dir/copy/tests' && cp -r man7 '$dir/copy' && " .
    "cp --parents \$(sed -n 's/^\\.\\\\\" copy \\([^ ]*\\).*/\\1/p' " .
    "man7/*.7 | sort -u) '$dir/copy'") == 0 or die 'cp';
for my $page (@pages) {
    my $text = get($page);
    my @unnoticed;

    for my $block (blocks($formatter{'groff -T ascii'}, $text)) {
        my ($what, $seen) = @$block;
        my ($file) = split / /, $what;
        my $source = get($file);
        my $at = index($source, $seen) + int(length($seen) / 2);

        $at++ while substr($source, $at, 1) =~ /\s/;
        my $char = substr($source, $at, 1);
        put("$dir/copy/$file", substr($source, 0, $at),
            $char eq 'x' ? 'y' : 'x', substr($source, $at + 1));
        push @unnoticed, $what
            if system("'$dir/copy/man7/refresh' --check '$dir/copy/$page' " .
            '>/dev/null 2>&1') == 0;
        put("$dir/copy/$file", $source);
    }
    is_deeply(\@unnoticed, [], "$page: a changed source is noticed");
    is(system("'$dir/copy/man7/refresh' --check '$dir/copy/$page'"), 0,
        "$page: and one that has not changed");
}

# Nor one of a page, missing escapes, or a session that is not true.
my $small = <<'END';
.TH small 7 2026-11-26 "small" "small"
.SH NAME
small \- for a test
.SH DESCRIPTION
.in +4n
.EX
$ cd examples
.EE
.in
.P
.\" copy examples/fork.transcript
.\" end
.P
.\" copy examples/ftruncate.transcript
.\" end
.P
.\" copy sem-sync/counter.c function main
.\" end
END
$small = do {
    put("$dir/small.7", $small);
    system('man7/refresh', "$dir/small.7") == 0 or die 'refresh';
    get("$dir/small.7");
};
my %spoiled = (
    'another letter' => $small =~ s/MAP_SHARED/MAP_SHAPED/r,
    'a line less'    => $small =~ s/^after execve.*\n//mr,
    'a plain \\'     => $small =~ s/\\\(rs0/\\0/r,
    'another indent' => $small =~ s/\+4n/+3n/gr,
);
for my $name (sort keys %formatter) {
    is_deeply([differences($formatter{$name}, $small)], [], "small.7: $name");
}
is_deeply([unescaped($small)], [], 'small.7: code is escaped');
is(scalar(unescaped($small =~ s/\\\(aqn\\\(aq/'n'/r)), 1,
    "a plain ' in a page is noticed");
for my $how (sort keys %spoiled) {
    ok(scalar(grep { differences($_, $spoiled{$how}) } values %formatter),
        "$how in a page is noticed");
}
SKIP: {
    skip 'needs a private /dev/shm', 1 if !$isolated;
    like(session($small, ''), qr/\bOK\b/, 'small.7 is replayed');
    like(session($spoiled{'another letter'}, ''), qr/FAIL/,
        'a session that is not true is noticed');
}
for my $wrong ('copy examples/fork.c function mian',
    'copy examples/fork.c paragraph "not there"', 'copy nowhere.c',
    'copy examples/fork.transcript command 2', 'copy') {
    put("$dir/small.7", ".\\\" $wrong\n.\\\" end\n");
    like(`man7/refresh '$dir/small.7' 2>&1`, qr/small\.7:1: /,
        "refresh refuses: $wrong");
}
done_testing;
