"""The intervals of one ticket and of its chats. Pure. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from clock import rfc3339
from reports.facts import NOBODY, Interval, IntervalKind


class TicketInterval(Struct, frozen=True):
    """A span of time in one state. `chat` is null for an interval of the ticket itself.

    `until` and `open_s` are null while the interval lasts. `seconds` is its length, up to now while it lasts. `open_s`
    is the part within the team's hours.
    """

    chat: str | None
    kind: IntervalKind
    team: str
    holder: str | None
    since: str
    until: str | None
    seconds: int
    open_s: int | None


class TicketTimes(Struct, frozen=True):
    """The intervals of a ticket and of its closed chats, oldest first, as reports count them."""

    ticket: int
    intervals: list[TicketInterval]


def times_of(ticket: int, intervals: Iterable[Interval], now: int) -> TicketTimes:
    ordered = sorted(intervals, key=lambda one: (one.began, one.is_of_ticket, one.place))
    return TicketTimes(
        ticket,
        [
            TicketInterval(
                chat=None if one.is_of_ticket else one.chat,
                kind=one.kind,
                team=one.team,
                holder=None if one.holder == NOBODY else one.holder,
                since=rfc3339(one.began),
                until=None if one.ended is None else rfc3339(one.ended),
                seconds=max(0, (now if one.ended is None else one.ended) - one.began) // 1000,
                open_s=None if one.ended is None else one.open_ms // 1000,
            )
            for one in ordered
        ],
    )
