"""Turns the intervals of a ticket into what the page of the ticket's times shows. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from clock import from_rfc3339
from reports.facts import IntervalKind
from reports.ticket_times import TicketTimes
from widgets.reports.charts import share_bar
from widgets.reports.words import NONE, share, spell

NAMES: Mapping[IntervalKind, str] = {
    "queued": "Chat in the queue",
    "waiting_for_agent": "Chat waited for the agent",
    "waiting_for_customer": "Chat waited for the customer",
    "open": "Open with support",
    "with_product": "Open with product",
    "awaiting_reply": "Awaiting a reply",
    "fixed_pending_rca": "Fixed, pending RCA",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An interval. `since` and `until` are in ms since the epoch, UTC. `until` is None while it lasts."""

    name: str
    since: int
    until: int | None
    lasted: str
    in_hours: str
    team: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """All intervals of one state. `bar` shows the share of the time of all states of the ticket, or of its chats."""

    name: str
    lasted: str
    in_hours: str
    share: str
    bar: Markup


def lines(times: TicketTimes, team_name: Callable[[str], str], names: Mapping[str, str]) -> list[Line]:
    """`names`: those of people, by id."""
    return [
        Line(
            name=NAMES[one.kind],
            since=from_rfc3339(one.since),
            until=None if one.until is None else from_rfc3339(one.until),
            lasted=spell(one.seconds),
            in_hours=NONE if one.open_s is None or one.chat is not None else spell(one.open_s),
            team=team_name(one.team),
            holder=names.get(one.holder or "", ""),
        )
        for one in times.intervals
    ]


def sums(times: TicketTimes, *, of_chats: bool) -> list[Sum]:
    """The time in each state of the chats, or of the ticket itself, longest first. Empty if there was none."""
    lasted: dict[IntervalKind, int] = defaultdict(int)
    in_hours: dict[IntervalKind, int] = defaultdict(int)
    for one in times.intervals:
        if (one.chat is not None) == of_chats:
            lasted[one.kind] += one.seconds
            in_hours[one.kind] += one.open_s or 0
    total = sum(lasted.values())
    return [
        Sum(
            name=NAMES[kind],
            lasted=spell(seconds),
            in_hours="" if of_chats else spell(in_hours[kind]),
            share=share(seconds / total),
            bar=share_bar(seconds / total),
        )
        for kind, seconds in sorted(lasted.items(), key=lambda item: (-item[1], item[0]))
        if total
    ]
