"""Seats of agents, and the share of them that was taken in each hour. Pure. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from reports.facts import Interval, TicketFacts
from reports.periods import day_of
from reports.timeline import AgentState

HOUR_MS = 3_600_000
LONGEST_MS = 48 * HOUR_MS
"""Intervals of chats that began longer ago than this before a day are not looked for."""


class Seats(NamedTuple):
    """Of an agent, or of several: the time available and connected, the time of all chats held in it, and the time of
    all chats that could have been held in it."""

    available_ms: int
    held_ms: int
    seats_ms: int

    @property
    def taken(self) -> float | None:
        """The share of the seats that were taken. None without seats."""
        return self.held_ms / self.seats_ms if self.seats_ms else None

    def plus(self, other: Seats, sign: int = 1) -> Seats:
        return Seats(*(mine + sign * theirs for mine, theirs in zip(self, other, strict=True)))


NO_SEATS = Seats(0, 0, 0)


def seats_by_hour(
    states: Sequence[AgentState], intervals: Collection[Interval], begins: int, ends: int
) -> dict[int, Seats]:
    """The seats of an agent between two moments, by the number of hours since `begins`. Hours without any are left out.

    `states` and `intervals` are as in `reports.timeline.load`, of which these are the parts.
    """
    found: dict[int, Seats] = {}
    edges = [*states, AgentState(ends, "", None, False, 0)]
    for state, following in pairwise(edges):
        since, until = max(state.at, begins), min(following.at, ends)
        if state.status != "available" or not state.connected or since >= until:
            continue
        for hour, ms in _hours(since, until, begins):
            found[hour] = found.get(hour, NO_SEATS).plus(Seats(ms, 0, ms * state.capacity))
        for one in intervals:
            for hour, ms in _hours(max(one.began, since), min(one.ended or ends, until), begins):
                found[hour] = found.get(hour, NO_SEATS).plus(Seats(0, ms, 0))
    return found


def days_touched(changes: Iterable[tuple[TicketFacts | None, TicketFacts]], zone: str) -> set[int]:
    """The local days whose seats may differ because tickets have changed. Each change has the facts before it (None if
    there are none), and after it."""
    days: set[int] = set()
    for before, after in changes:
        spans = _held(after)
        spans.subtract(_held(before))
        for (_, began, ended), number in spans.items():
            if number:
                until = min(ended, began + LONGEST_MS)
                days.update(range(day_of(began, zone), day_of(until, zone) + 1))
    return days


def _held(facts: TicketFacts | None) -> Counter[tuple[str, int, int]]:
    """The spans in which agents held a chat: the agent, the start and the end. Spans that last are not counted yet."""
    intervals = () if facts is None else facts.intervals
    return Counter((one.holder, one.began, one.ended) for one in intervals if one.ended and not one.is_of_ticket)


def _hours(since: int, until: int, begins: int) -> Iterator[tuple[int, int]]:
    """The parts of a span, each with its number of hours since `begins` and its length."""
    while since < until:
        hour = (since - begins) // HOUR_MS
        upto = min(until, begins + (hour + 1) * HOUR_MS)
        yield hour, upto - since
        since = upto
