"""Score a table in shards on a Dask cluster, then merge them. The settings are those of shard.py.

    RUN=runs/001-faithful DATA=big/ OUT=scores.csv python deploy/score_dask.py tcp://scheduler:8786

The run, the data and the parts lie where every worker sees them. The same line again goes on where it was stopped.
"""

import sys
from pathlib import Path

from distributed import Client

from shard import Scoring, merge, score_shard

scoring = Scoring.of_environment()
with Client(sys.argv[1]) as client:
    client.upload_file(str(Path(__file__).with_name("shard.py")))
    # Retries are for tasks that raise; those of a lost worker go to another one by themselves.
    tasks = [client.submit(score_shard, scoring, i, retries=5, pure=False) for i in range(scoring.shards)]
    codes = client.gather(tasks)
sys.exit(max(codes) or merge(scoring))
