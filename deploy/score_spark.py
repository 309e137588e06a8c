"""Score lines of CSV without a header on a Spark cluster: each partition is a pipe through one process.

    RUN=runs/001-faithful COLUMNS=a,b DATA=big/ OUT=scores/ spark-submit deploy/score_spark.py

A process takes some seconds to start, so partitions should be few and large; PARTITIONS (optional) is their least number. OUT is a folder of lines: the columns
of a row, then log_likelihood, percentile, p_value and unusable, in the order of the rows. A partition that failed is tried
again, and `_SUCCESS` comes last.
"""

import os

from pyspark.sql import SparkSession

# A partition without rows gives none. The header goes in with the rows and comes out with the scores; so does the number of
# a row, which is that of its partition.
SCORE = r"""set -o pipefail
IFS= read -r first || exit 0
{ printf '%s\n%s\n' "$COLUMNS" "$first"; cat; } | $IRESNET score "$RUN" --data - --keep all --quiet | tail -n +2 | cut -d, -f2-"""

settings = {name: os.environ[name] for name in ("RUN", "COLUMNS")}
settings["IRESNET"] = os.environ.get("IRESNET", "iresnet")
spark = SparkSession.builder.appName("iresnet score").getOrCreate()
rows = spark.sparkContext.textFile(os.environ["DATA"], int(os.environ.get("PARTITIONS", "1")))
# Without `checkCode` a process that fails gives no rows, and the job succeeds.
rows.pipe("bash -c 'eval \"$SCORE\"'", {**os.environ, **settings, "SCORE": SCORE}, checkCode=True).saveAsTextFile(
    os.environ["OUT"]
)
spark.stop()
