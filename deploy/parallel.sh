#!/usr/bin/env bash
# The same by GNU parallel, on this machine or on several (--sshlogin, with RUN, DATA and PARTS on a shared disk).
#
#   RUN=runs/001-faithful DATA=big.csv OUT=scores.csv bash deploy/parallel.sh --jobs 2
#
# --resume-failed runs what failed before; --retries tries each shard again at once.
set -euo pipefail
: "${RUN:?a run or a model}" "${DATA:?a table or a folder of tables}" "${OUT:?the file of the scores}"
SHARDS="${SHARDS:-8}" PARTS="${PARTS:-$OUT.parts}" IRESNET="${IRESNET:-iresnet}"
seq 0 $((SHARDS - 1)) |
  parallel --will-cite --retries 3 --joblog "$OUT.log" --resume-failed "$@" \
    "$IRESNET" score "$RUN" --data "$DATA" --shard "{}/$SHARDS" --out "$PARTS"
exec $IRESNET merge "$PARTS" --out "$OUT"
