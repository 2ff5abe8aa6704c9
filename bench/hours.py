"""What it costs to decide whether a team is open: `python -m bench.hours`.

A decision is one question about a team of the hours file that ships, at some moment of the coming year: is it open, and
until when. The first question about a schedule, which computes a year, is in it, and told apart besides.
"""

from __future__ import annotations

import random
import time
from itertools import cycle
from pathlib import Path
from statistics import median

from clock import system_clock
from routing.adapters.hours_file import load

HOURS = Path(__file__).resolve().parents[1] / "hours.yaml"
ROUNDS, DECISIONS = 5, 100_000
YEAR_MS = 365 * 86_400_000


def main() -> None:
    """Print microseconds a decision: the median of the rounds, the lowest and the highest; then the first one's."""
    desk = load(HOURS)
    start = system_clock()
    begun = time.perf_counter()
    for hours in desk.hours.values():
        hours.at(start)
    first = (time.perf_counter() - begun) / len(desk.hours)
    rounds = [_round(start) for _ in range(ROUNDS)]
    print(
        f"{median(rounds):.2f} µs a decision ({min(rounds):.2f} to {max(rounds):.2f}); "
        f"the first of a schedule {first * 1000:.1f} ms"
    )


def _round(start: int) -> float:
    desk = load(HOURS)
    asked = list(zip(cycle(desk.teams), (start + random.randrange(YEAR_MS) for _ in range(DECISIONS)), strict=False))
    begun = time.perf_counter()
    for team, moment in asked:
        desk.hours_of(team).at(moment)
    return (time.perf_counter() - begun) / DECISIONS * 1e6


if __name__ == "__main__":
    main()
