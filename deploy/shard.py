"""A shard of a table as a task of a Python engine.

The settings are those of shards.sh: RUN, DATA, OUT, and optional SHARDS, PARTS (a folder), IRESNET (the program).
"""

import os
import shlex
import subprocess
from dataclasses import dataclass


class TryAgain(Exception):
    """A shard failed in a way that may not last."""


@dataclass(frozen=True)
class Scoring:
    """What is scored, and where the parts and the scores go."""

    run: str
    data: str
    out: str
    shards: int
    parts: str
    program: tuple[str, ...]

    @staticmethod
    def of_environment():
        out = os.environ["OUT"]
        return Scoring(
            run=os.environ["RUN"],
            data=os.environ["DATA"],
            out=out,
            shards=int(os.environ.get("SHARDS", "8")),
            parts=os.environ.get("PARTS", out + ".parts"),
            program=tuple(shlex.split(os.environ.get("IRESNET", "iresnet"))),
        )


def score_shard(scoring, index):
    """Score one shard; a finished part is kept. Gives the exit code: 0, or one that no try helps."""
    shard = f"{index}/{scoring.shards}"
    done = subprocess.run(
        # The shard ends with the worker that started it, also when that is killed.
        ["setpriv", "--pdeathsig", "TERM", *scoring.program, "score", scoring.run]
        + ["--data", scoring.data, "--shard", shard, "--out", scoring.parts, "--quiet"],
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode in (0, 1, 2, 4, 6):
        return done.returncode
    raise TryAgain(f"shard {shard} ended with {done.returncode}: {done.stderr[-2000:]}")


def merge(scoring):
    """Merge the parts. Gives the exit code; it is not 0 where parts are missing, and says which."""
    return subprocess.run([*scoring.program, "merge", scoring.parts, "--out", scoring.out]).returncode
