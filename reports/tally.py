"""Tallies: sets of additive counters in one integer. Pure.

Each counter has 64 bits of the integer. So one addition of integers adds all counters of two tallies, and one
subtraction subtracts all counters. If no chat is in two tallies, their sum is the tally of all their chats. Medians
come from counters too: each duration is counted in its bucket.
"""

from __future__ import annotations

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
]
Duration = Literal["wait", "first", "next", "handle", "told"]
DURATIONS: tuple[Duration, ...] = get_args(Duration)
_COUNTERS: tuple[Counter, ...] = get_args(Counter)
_BITS = 64
_MASK = (1 << _BITS) - 1
_SUMS = len(_COUNTERS)
_BUCKETS = _SUMS + len(DURATIONS)
LANES = _BUCKETS + len(DURATIONS) * buckets.COUNT
COUNTERS_BYTES = len(_COUNTERS) * _BITS // 8
"""The first bytes of a little-endian tally. They have all counters, but no durations."""
_SPREAD = Struct(f"<{buckets.COUNT}Q")
_SHIFT: dict[str, int] = {name: _BITS * place for place, name in enumerate(_COUNTERS)}


def counted(counter: Counter, number: int = 1) -> int:
    """A tally in which only this counter is set, to `number`."""
    return number << _SHIFT[counter]


def lasted(duration: Duration, ms: int) -> int:
    """The tally of a single duration of `ms`."""
    place = DURATIONS.index(duration)
    lane = _BUCKETS + place * buckets.COUNT + buckets.bucket_of(ms)
    return (max(0, ms) << (_BITS * (_SUMS + place))) + (1 << (_BITS * lane))


def count_of(tally: int, counter: Counter) -> int:
    return (tally >> _SHIFT[counter]) & _MASK


def sum_of(tally: int, duration: Duration) -> int:
    """The sum of all durations of this kind in the tally, in ms."""
    return (tally >> (_BITS * (_SUMS + DURATIONS.index(duration)))) & _MASK


def spread_of(tally: int, duration: Duration) -> Sequence[int]:
    """The number of durations of this kind in each bucket."""
    first = _BITS * (_BUCKETS + DURATIONS.index(duration) * buckets.COUNT)
    part = (tally >> first) & ((1 << (_BITS * buckets.COUNT)) - 1)
    return _SPREAD.unpack(part.to_bytes(_SPREAD.size, "little"))
