"""Score a table in shards on a Ray cluster, then merge them. The settings are those of shard.py.

    RUN=runs/001-faithful DATA=big/ OUT=scores.csv RAY_ADDRESS=head:6379 python deploy/score_ray.py

The run, the data and the parts lie where every node sees them. The same line again goes on where it was stopped.
"""

import sys
from pathlib import Path

import ray

from shard import Scoring, TryAgain, merge, score_shard

scoring = Scoring.of_environment()
ray.init(runtime_env={"working_dir": str(Path(__file__).parent)})
# Without `retry_exceptions` Ray repeats only what a lost worker ran.
task = ray.remote(num_cpus=1, max_retries=5, retry_exceptions=[TryAgain])(score_shard)
codes = ray.get([task.remote(scoring, i) for i in range(scoring.shards)])
sys.exit(max(codes) or merge(scoring))
