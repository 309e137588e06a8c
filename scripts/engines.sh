#!/usr/bin/env bash
# Install engines that the tests of apps/cluster start: packages of Debian as root, environments of Python in the cache.
#
#   bash scripts/engines.sh parallel slurm mpi dask        # 110 MB, for `npm test`
#   bash scripts/engines.sh ray spark snakemake            # 940 MB and a JDK, for `npm run engines`
#   bash scripts/engines.sh torch                          # 5.6 GB, for torchrun
set -euo pipefail
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive
environments="${IRESNET_ENGINES:-$PWD/node_modules/.cache/engines}"

debian() { apt-get install -y -q --no-install-recommends "$@" > /dev/null; }
python() {
  [ -x "$environments/$1/bin/$2" ] && return
  python3 -m venv "$environments/$1"
  "$environments/$1/bin/pip" install -q --no-cache-dir "${@:3}"
}

for engine; do
  case $engine in
    parallel) command -v parallel > /dev/null || debian parallel ;;
    slurm) command -v slurmctld > /dev/null || debian slurmctld slurmd slurm-client munge ;;
    mpi)
      command -v mpirun > /dev/null || debian openmpi-bin
      python mpi python mpi4py==4.1.2
      ;;
    dask) python dask dask dask==2026.8.0 distributed==2026.8.0 ;;
    ray) python ray ray ray==2.60.0 ;;
    torch) python torch torchrun torch==2.15.0 ;;
    spark) command -v java > /dev/null || debian openjdk-17-jre-headless && python spark spark-submit pyspark==4.3.0 ;;
    snakemake) python snakemake snakemake snakemake==9.27.1 ;;
    *) echo "engines.sh: expected parallel, slurm, mpi, dask, ray, spark, snakemake or torch, got $engine" >&2 && exit 2 ;;
  esac
done
