"""The cost of deciding whether a team is open.

A decision says whether a team of the shipped hours file is open at some moment of the coming year, and until when. The
first decision about a schedule computes a whole year, so its duration is reported separately.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench.figures import percentile
from clock import system_clock
from routing.adapters.hours_file import load

HOURS = Path(__file__).resolve().parents[1] / "hours.yaml"
YEAR_MS = 365 * 86_400_000


@dataclass(frozen=True, slots=True)
class Decisions:
    """Durations of `count` decisions: the median and the 99th percentile in µs, and the first decision about a schedule
    in ms."""

    count: int
    median_us: float
    p99_us: float
    first_ms: float


def measure(count: int) -> Decisions:
    """Make `count` decisions and time each of them. Reading the clock adds about 0.1 µs."""
    desk, start = load(HOURS), system_clock()
    begun = time.perf_counter()
    for hours in desk.hours.values():
        hours.at(start)
    first_ms = (time.perf_counter() - begun) / len(desk.hours) * 1e3
    moments = (start + random.randrange(YEAR_MS) for _ in range(count))
    asked = [(desk.hours_of(team), moment) for team, moment in zip(cycle(desk.teams), moments, strict=False)]
    for hours, moment in asked[: count // 10]:
        hours.at(moment)
    took = []
    for hours, moment in asked:
        begun = time.perf_counter()
        hours.at(moment)
        took.append((time.perf_counter() - begun) * 1e6)
    return Decisions(count, percentile(took, 50), percentile(took, 99), first_ms)
