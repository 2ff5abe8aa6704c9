"""Tallies: sets of additive counters in one integer. Pure.

Each counter has 64 bits of the integer. So one addition of integers adds all counters of two tallies, and one
subtraction subtracts all counters. If no chat is in two tallies, their sum is the tally of all their chats. Medians
come from counters too: each duration is counted in its bucket.
"""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Sequence
from struct import Struct
from typing import Literal, get_args

from reports import buckets

Counter = Literal[
    "offered",
    "answered",
    "abandoned",
    "missed",
    "void",
    "wait_within",
    "first_within",
    "rating_1",
    "rating_2",
    "rating_3",
    "rating_4",
    "rating_5",
    "created",
    "solved",
    "reopened",
    "duplicates",
    "auto_solved",
    "training_suggested",
    "no_issue",
    "promises_kept",
    "open_stays",
    "open_ms",
    "with_product_stays",
    "with_product_ms",
    "awaiting_reply_stays",
    "awaiting_reply_ms",
    "fixed_pending_rca_stays",
    "fixed_pending_rca_ms",
    "first_reply_met",
    "first_reply_missed",
    "next_reply_met",
    "next_reply_missed",
    "resolution_met",
    "resolution_missed",
]
Duration = Literal["wait", "first", "next", "handle", "told"]
DURATIONS: tuple[Duration, ...] = get_args(Duration)
_COUNTERS: tuple[Counter, ...] = get_args(Counter)
_BYTES = 8
_MASK = (1 << 8 * _BYTES) - 1
_LATER = 6
"""The last counters. Their lanes come after all others, so that tallies that were stored before still add up."""
_SUMS = len(_COUNTERS) - _LATER
_BUCKETS = _SUMS + len(DURATIONS)
_AFTER = _BUCKETS + len(DURATIONS) * buckets.COUNT
_LANES = _AFTER + _LATER
_ALL = Struct(f"<{_LANES}Q")
_LANE = Struct("<Q")
_KNOWN = (1 << 8 * _ALL.size) - 1
_PLACES: dict[str, int] = {
    name: place if place < _SUMS else _AFTER + place - _SUMS for place, name in enumerate(_COUNTERS)
}
_PLACES_OF_DURATIONS: dict[str, tuple[int, int]] = {
    name: (_SUMS + place, _BUCKETS + place * buckets.COUNT) for place, name in enumerate(DURATIONS)
}
"""The lanes of each duration: that of the sum, and that of the first bucket."""
HOURS = 168
"""The hours of a week. They count from Monday, 00:00."""
_HOURLY = Struct(f"<{2 * HOURS}Q")


class Pile:
    """Counters and durations, before they are added up to a tally. To add single ones to a pile takes a fraction of the
    time of an addition of tallies."""

    __slots__ = ("_more", "_ones")

    def __init__(self) -> None:
        self._ones: list[int] = []
        """The lanes to raise by 1, each as often as it occurs."""
        self._more: list[tuple[int, int]] = []
        """Lanes, and the numbers by which to raise them."""

    def count(self, counter: Counter, number: int = 1) -> None:
        if number == 1:
            self._ones.append(_PLACES[counter])
        elif number:
            self._more.append((_PLACES[counter], number))

    def last(self, duration: Duration, ms: int) -> None:
        """Add a single duration of `ms`."""
        total, first = _PLACES_OF_DURATIONS[duration]
        self._ones.append(first + buckets.bucket_of(ms))
        self._more.append((total, max(0, ms)))

    def add(self, other: Pile) -> None:
        self._ones += other._ones
        self._more += other._more

    @property
    def tally(self) -> int:
        lanes = Counts(self._ones)
        for lane, number in self._more:
            lanes[lane] += number
        found = bytearray((max(lanes, default=0) + 1) * _BYTES)
        for lane, number in lanes.items():
            _LANE.pack_into(found, lane * _BYTES, number)
        return int.from_bytes(found, "little")


class Opened:
    """The counters and durations of a tally."""

    __slots__ = ("_lanes",)

    def __init__(self, tally: int) -> None:
        # A newer program beside this one may count more. Its counters come after these.
        self._lanes: tuple[int, ...] = _ALL.unpack((tally & _KNOWN).to_bytes(_ALL.size, "little"))

    def count(self, counter: Counter) -> int:
        return self._lanes[_PLACES[counter]]

    def sum(self, duration: Duration) -> int:
        """The sum of all durations of this kind in the tally, in ms."""
        return self._lanes[_PLACES_OF_DURATIONS[duration][0]]

    def spread(self, duration: Duration) -> Sequence[int]:
        """The number of durations of this kind in each bucket."""
        _, first = _PLACES_OF_DURATIONS[duration]
        return self._lanes[first : first + buckets.COUNT]


def counted(counter: Counter, number: int = 1) -> int:
    """A tally in which only this counter is set, to `number`."""
    return number << (8 * _BYTES * _PLACES[counter])


def count_of(tally: int, counter: Counter) -> int:
    return (tally >> (8 * _BYTES * _PLACES[counter])) & _MASK


def hourly(hour: int, *, answered: bool) -> int:
    """The hourly tally of a single chat. An hourly tally has two counters for each hour of the week: the chats offered,
    and the chats answered."""
    lane = 1 << (16 * _BYTES * hour)
    return lane | lane << (8 * _BYTES) if answered else lane


def hours_of(tally: int) -> list[tuple[int, int, int]]:
    """The hours of an hourly tally that have chats, each with the numbers of chats offered and answered."""
    lanes: tuple[int, ...] = _HOURLY.unpack(tally.to_bytes(_HOURLY.size, "little"))
    return [(hour, lanes[2 * hour], lanes[2 * hour + 1]) for hour in range(HOURS) if lanes[2 * hour]]
