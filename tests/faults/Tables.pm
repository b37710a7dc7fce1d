# SPDX-License-Identifier: 0BSD
#
# Tables.pm - the tables of faults.t, which has more to say about them

package Tables;
use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(dirname);

our @EXPORT = qw(@commands @functions @tolerated row_of_call
    row_of_function errors_of get put);
our $here = dirname(__FILE__);

sub get
{
    my ($file) = @_;
    open my $fh, "<:raw", $file or die "$file: $!";
    local $/;
    return <$fh> // "";
}

sub put
{
    my ($file, $bytes) = @_;
    open my $fh, ">:raw", $file or die "$file: $!";
    print $fh $bytes;
    close $fh or die "$file: $!";
}

sub table
{
    my ($name, @columns) = @_;
    my ($number, @rows) = 0;
    for (split /\n/, get("$here/$name.tsv")) {
        $number++;
        next if /^#/;
        my %row = (where => "$name.tsv:$number");
        @row{@columns} = split /\t/, $_, -1;
        die "$row{where}: columns are missing" if !defined $row{$columns[-1]};
        push @rows, \%row;
    }
    return @rows;
}

our @commands  = table("commands", qw(program arguments));
our @calls     = table("calls", qw(call arguments errors message));
our @functions = table("functions", qw(call fails errors message));
our @tolerated = table("tolerated", qw(program call error what why));

# The row of a system call, given as strace(1) prints it.
sub row_of_call
{
    my ($line) = @_;
    my ($name) = $line =~ /^(\w+)\(/;
    my ($row) = grep {
        $name =~ /^(?:$_->{call})$/ && $line =~ /$_->{arguments}/
    } @calls;
    return $row;
}

sub row_of_function
{
    my ($name) = @_;
    $name =~ s/64$//;
    my ($row) = grep { $name =~ /^(?:$_->{call})$/ } @functions;
    return $row;
}

# The errors of a row, each with the one that is reported.
sub errors_of
{
    my ($row) = @_;
    return map { [/^(\w+)=(\w+)$/ ? ($1, $2) : ($_, $_)] }
        grep { $_ ne "-" } split / /, $row->{errors};
}

1;
