"""Turns the intervals of a ticket into what the page of the ticket's times shows. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from clock import from_rfc3339
from reports.facts import IntervalKind
from reports.ticket_times import Goal, TicketInterval, TicketTimes
from widgets.reports.charts import share_bar
from widgets.reports.words import NONE, lasting, share, spell

NAMES: Mapping[IntervalKind, str] = {
    "queued": "Chat in the queue",
    "waiting_for_agent": "Chat waited for the agent",
    "waiting_for_customer": "Chat waited for the customer",
    "open": "Open with support",
    "with_product": "Open with product",
    "awaiting_reply": "Awaiting a reply",
    "fixed_pending_rca": "Fixed, pending RCA",
}
GOALS: Mapping[Goal, str] = {
    "wait": "Wait in the queue",
    "first_response": "First response",
    "next_response": "Next response",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An interval. `since` and `until` are in ms since the epoch, UTC. `until` is None while it lasts. `late` is empty
    if nothing was late."""

    name: str
    goal: str
    late: str
    since: int
    until: int | None
    lasted: str
    in_hours: str
    team: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A wait of a customer that was longer than its goal. `since` is in ms since the epoch, UTC."""

    name: str
    since: int
    lasted: str
    late: str
    goal: str
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
            goal=NONE if one.goal is None or one.goal_s is None else f"{GOALS[one.goal]} in {lasting(one.goal_s)}",
            late=lasting(one.late_s) if one.late_s else "",
            since=from_rfc3339(one.since),
            until=None if one.until is None else from_rfc3339(one.until),
            lasted=spell(one.seconds),
            in_hours=NONE if one.open_s is None else spell(one.open_s),
            team=team_name(one.team),
            holder=names.get(one.holder or "", ""),
        )
        for one in times.intervals
    ]


def late(times: TicketTimes, team_name: Callable[[str], str], names: Mapping[str, str]) -> list[Late]:
    """The waits that were longer than their goal, oldest first. The team and the holder are those at the end."""
    waits: list[list[TicketInterval]] = []
    open_waits: dict[str, list[TicketInterval]] = {}
    for one in times.intervals:
        if one.chat is None:
            continue
        wait = open_waits.get(one.chat)
        if one.goal is None:
            open_waits.pop(one.chat, None)
        elif wait is not None and wait[-1].goal == one.goal:
            wait.append(one)
        else:
            waits.append([one])
            open_waits[one.chat] = waits[-1]
    return [
        Late(
            name=GOALS[last.goal],
            since=from_rfc3339(wait[0].since),
            lasted=lasting(sum(one.seconds for one in wait)),
            late=lasting(later),
            goal=lasting(last.goal_s),
            team=team_name(last.team),
            holder=names.get(last.holder or "", ""),
        )
        for wait in waits
        if (last := wait[-1]).goal is not None and (later := sum(one.late_s or 0 for one in wait))
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
