#!/usr/bin/env bash
# Score a table with the ranks of mpirun as shards, then merge them.
#
#   RUN=runs/001-faithful DATA=big/ OUT=scores.csv bash deploy/mpi.sh -n 8 --hostfile hosts
#
# A rank that fails ends all with its code. The ranks that were done are kept, so the next try does what is left.
set -euo pipefail
: "${RUN:?a run or a model}" "${DATA:?a table or a folder of tables}" "${OUT:?the file of the scores}"
PARTS="${PARTS:-$OUT.parts}" TRIES="${TRIES:-5}" IRESNET="${IRESNET:-iresnet}"
for ((try = 1; ; try++)); do
  code=0
  mpirun "$@" $IRESNET score "$RUN" --data "$DATA" --shard auto --out "$PARTS" --quiet || code=$?
  case $code in
    0) break ;;
    1 | 2 | 4 | 6) exit "$code" ;; # no try helps
  esac
  echo "try $try of $TRIES ended with $code" >&2
  ((try < TRIES)) || exit "$code"
done
exec $IRESNET merge "$PARTS" --out "$OUT"
