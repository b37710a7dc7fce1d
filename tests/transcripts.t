#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# transcripts.t - every transcript still says what the programs print

exec tests/replay "$OUT/examples" examples/*.transcript \
    examples/inside/*.transcript
