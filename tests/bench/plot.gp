# SPDX-License-Identifier: 0BSD
#
# plot.gp - draw throughput.csv, roundtrip.csv, sweep.csv, growth.csv
#
# For plot, which sets "methods". The colour #010203 stands for that of
# the text, which plot puts in later.

set terminal svg size 900,500 dynamic font "sans-serif,14"
set datafile separator ","
set border 3 lc rgb "#010203"
set tics nomirror textcolor rgb "#010203"
set title textcolor rgb "#010203"
set xlabel textcolor rgb "#010203"
set ylabel textcolor rgb "#010203"
set key outside right top Left reverse samplen 2 noenhanced \
    textcolor rgb "#010203"
set grid ytics lc rgb "#808080" lw 0.3
name(method) = method[:strstrt(method, ",")]." ". \
    method[strstrt(method, ",") + 1:]
array colour[8] = [0xd95f02, 0x7570b3, 0x1b9e77, 0xe7298a, \
    0x66a61e, 0xc09000, 0xa6761d, 0x3b8fd0]

set output "throughput.svg"
set title "Throughput by the size of the messages"
set ylabel "MB/s"
set logscale xy
set xrange [2**10:2**20]
set xtics ("1 KiB" 1024, "4 KiB" 4096, "16 KiB" 16384, \
    "64 KiB" 65536, "256 KiB" 262144, "1 MiB" 1048576)
plot for [i = 1:words(methods)] \
    sprintf("< grep ',%s,' throughput.csv", word(methods, i)) \
    using 1:5 with linespoints title name(word(methods, i)) \
    lw (word(methods, i) eq "our pair,sleeps" ? 4 : 1.5) ps 0.6 \
    lc rgb colour[(i - 1) % 8 + 1] dt 1+(i > 8) pt 7-(i > 8)

set output "sweep.svg"
set title "Our pair: slots and their size"
set xrange [2**12:2**20]
plot for [n in "1 2 4 8 16 32"] \
    sprintf("< grep '^%s,' sweep.csv", n) \
    using 2:3 with linespoints title n." slots" lw 1.5 ps 0.6 pt 7 \
    lc rgb colour[int(log(n + 0) / log(2) + 1.5)]

set output "growth.svg"
set title "Our pair: time per byte by the length of the stream"
set ylabel "ns per KiB"
set xrange [2**10:2**32]
set xtics ("1 KiB" 2**10, "16 KiB" 2**14, "256 KiB" 2**18, \
    "4 MiB" 2**22, "64 MiB" 2**26, "1 GiB" 2**30)
plot "growth.csv" using 1:3 skip 6 with linespoints title "our pair" \
    lw 4 pt 7 ps 0.6 lc rgb colour[7], \
    "" using 1:4 skip 6 with linespoints title "only read" \
    lw 1.5 pt 7 ps 0.6 lc rgb colour[1]

# Boxes hold the middle half of all round trips, lines reach from the
# fastest hundredth to the slowest.
set output "roundtrip.svg"
set nokey
set multiplot layout 1,2 title \
    "Round trip: p1, p25, p50, p75, p99" textcolor rgb "#010203"
unset logscale x
unset title
set ylabel "us"
set boxwidth 0.5
set style fill solid 0.6
set xtics auto
set xtics rotate by 40 right
set xrange [-0.7:*]
set offsets 0, 0.7, 0, 0
set yrange [0.1:*]
set bmargin 9
do for [where in "one two"] {
    set xlabel where eq "one" ? "one processor" : "two processors"
    plot sprintf("< grep '^%s,' roundtrip.csv", where) \
        using 0:($6/1e3):($5/1e3):($9/1e3):($8/1e3): \
        xtic(strcol(2).", ".strcol(3)) \
        with candlesticks lw 1 lc rgb colour[8], \
        "" using 0:($7/1e3):($7/1e3):($7/1e3):($7/1e3) \
        with candlesticks lw 3 lc rgb colour[1]
}
unset multiplot
