#!/usr/bin/env bash
# Score a table in shards with the processes of one machine, each again when it failed, and merge them.
#
#   RUN=runs/001-faithful DATA=big.csv OUT=scores.csv bash deploy/shards.sh
#
# The same line again goes on where it was stopped. Optional: SHARDS, JOBS at a time, TRIES of each, PARTS (a folder), IRESNET (the program).
set -euo pipefail
: "${RUN:?a run or a model}" "${DATA:?a table or a folder of tables}" "${OUT:?the file of the scores}"
export RUN DATA SHARDS="${SHARDS:-8}" TRIES="${TRIES:-3}" PARTS="${PARTS:-$OUT.parts}" IRESNET="${IRESNET:-iresnet}"

shard() {
  local code
  for ((try = 1; try <= TRIES; try++)); do
    code=0
    $IRESNET score "$RUN" --data "$DATA" --shard "$1/$SHARDS" --out "$PARTS" || code=$?
    case $code in
      0) return 0 ;;
      2 | 4 | 6) return 255 ;; # no try helps: xargs begins no further shard
    esac
    echo "shard $1/$SHARDS: try $try of $TRIES ended with $code" >&2
  done
  return 1
}
export -f shard

seq 0 $((SHARDS - 1)) | xargs -P "${JOBS:-$(nproc)}" -I{} bash -c 'shard {}' || echo 'some shards are not done' >&2
exec $IRESNET merge "$PARTS" --out "$OUT"
