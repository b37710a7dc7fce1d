#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# transcripts.t - every transcript, those in README.md included, still
# says what the programs print

exec tests/replay "$OUT" examples/*.transcript \
    examples/inside/*.transcript examples/pitfalls/*.transcript \
    sem-sync/*.transcript README.md
