"""What it costs to decide whether a team is open.

A decision is one question about a team of the hours file that ships, at some moment of the coming year: is it open, and
until when. The teams have both schedules. The first question about a schedule, which computes a year, is told apart.
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
    """What so many decisions took, in µs, and the first about a schedule, in ms."""

    count: int
    median_us: float
    p99_us: float
    first_ms: float


def measure(count: int) -> Decisions:
    """Decide `count` times, each time timed by itself: the clock's own reading, some 0.1 µs, is in the figures."""
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
