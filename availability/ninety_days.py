"""The history of a component over ninety days: the worst state of each day, and the percentage of available time.

The percentage is 1 − (major + 0.3 × partial) / total. Time in the states degraded and maintenance does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from availability.intervals import Interval
from availability.states import ORDER, State, worst
from clock import zones

DAYS = 90
PARTIAL_TENTHS = 3
"""Tenths of the time of a partial outage that count as an outage."""


@dataclass(frozen=True, slots=True)
class Day:
    """`state` is the worst state of the day. None before the component was added."""

    date: date
    state: State | None


@dataclass(frozen=True, slots=True)
class History:
    """The last ninety days, oldest first. `hundredths` is the available time in hundredths of a percent, rounded down,
    so that any outage shows."""

    days: Sequence[Day]
    hundredths: int

    def count(self, state: State) -> int:
        return sum(day.state == state for day in self.days)


def first_moment(now: int, zone: str) -> int:
    """The beginning of the first of the ninety days."""
    return _begins(zones.local(now, zone).date() - timedelta(days=DAYS - 1), zone)


def history(intervals: Sequence[Interval], added_at: int, now: int, zone: str) -> History:
    """The history of one component from its intervals. The days are those of `zone`."""
    today = zones.local(now, zone).date()
    days = [today - timedelta(days=DAYS - 1 - place) for place in range(DAYS)]
    edges = [_begins(day, zone) for day in [*days, today + timedelta(days=1)]]
    shown = [
        Day(day, _worst_in(intervals, max(start, added_at), min(end, now + 1)) if end > added_at else None)
        for day, (start, end) in zip(days, pairwise(edges), strict=True)
    ]
    start = max(edges[0], added_at)
    return History(shown, _hundredths(_lost_tenths(intervals, start, now), now - start))


def _hundredths(lost_tenths: int, total: int) -> int:
    return 10_000 if total <= 0 else (total * 10 - lost_tenths) * 10_000 // (total * 10)


def _worst_in(intervals: Iterable[Interval], start: int, end: int) -> State:
    """The worst state in the span from `start` until before `end`."""
    return worst(
        one.state for one in intervals if one.began_at < end and (one.ended_at is None or one.ended_at > start)
    )


def _lost_tenths(intervals: Sequence[Interval], start: int, now: int) -> int:
    """Tenths of a millisecond that count as an outage. Where intervals overlap, the worst state counts."""
    spans = [
        (max(one.began_at, start), now if one.ended_at is None else min(one.ended_at, now), ORDER.index(one.state))
        for one in intervals
        if one.state in ("partial_outage", "major_outage")
    ]
    edges = sorted({edge for begins, ends, _ in spans if begins < ends for edge in (begins, ends)})
    lost = 0
    for begins, ends in pairwise(edges):
        rank = max((state for first, last, state in spans if first <= begins and ends <= last), default=0)
        if rank:
            lost += (ends - begins) * (10 if ORDER[rank] == "major_outage" else PARTIAL_TENTHS)
    return lost


def _begins(day: date, zone: str) -> int:
    return zones.moment_of(datetime.combine(day, datetime.min.time()), zone)
