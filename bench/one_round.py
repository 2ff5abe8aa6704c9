"""Measures the cost of a message in one round and prints it as JSON.

`bench.by_turns` runs this source in each checkout.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import msgspec

from bench import run
from bench.processes import Cores
from bench.verdicts import HALF, HUNDRED

PLAN = replace(
    run.FULL,
    rounds=1,
    seconds=3,
    rate_seconds=4,
    warm_up=1.0,
    loads=((HUNDRED, run.BOTH), (HALF, run.BOTH)),
    idle=(),
    storm=0,
    fallback=False,
)

if __name__ == "__main__":
    record = run.Record("one round", {}, 0)
    run.measure(PLAN, Cores(server=0, driver=1), record)
    sys.stdout.write(msgspec.json.encode(record.rounds[0]).decode() + "\n")
