"""Cells: tallies by period, team and one more dimension, from which every report is added up. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple, get_args

from reports.facts import NOBODY, ChatFact, Interval, StepFact, TicketFacts
from reports.promises import is_kept, told_class
from reports.tally import Counter, counted, lasted

Grain = Literal["day", "month"]
Dimension = Literal["team", "agent", "product", "channel", "code", "hour", "told"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
STAYS: dict[str, tuple[Counter, Counter]] = {
    "open": ("open_stays", "open_ms"),
    "with_product": ("with_product_stays", "with_product_ms"),
    "awaiting_reply": ("awaiting_reply_stays", "awaiting_reply_ms"),
    "fixed_pending_rca": ("fixed_pending_rca_stays", "fixed_pending_rca_ms"),
}
"""The counters of the intervals of tickets, by kind: their number, and their time within the team's hours."""
COUNTED_CODES: dict[str, Counter] = {
    "duplicate": "duplicates",
    "auto_solved": "auto_solved",
    "training_suggested": "training_suggested",
    "no_issue": "no_issue",
}
"""The counters of codes that have a figure of their own."""
RATINGS: tuple[Counter, ...] = ("rating_1", "rating_2", "rating_3", "rating_4", "rating_5")


class Cell(NamedTuple):
    """A cell of the tallies: one period, one team, and one value of a dimension.

    `period` is the ordinal of a day or, if `grain` is `month`, 12 times the year plus the month (January is 0). `key`
    is the value of the dimension. It is empty for the dimension `team`, because `team` already names the team.
    """

    grain: Grain
    period: int
    team: str
    dimension: Dimension
    key: str


class Share(NamedTuple):
    """What one fact adds to the figures of a team and an agent on a day. `told` is the class of the wait that the
    customer was told (`reports.promises`)."""

    day: int
    team: str
    agent: str
    product: str
    channel: str
    code: str
    hour: int | None
    told: int | None
    tally: int


def month_of(day: int) -> int:
    found = date.fromordinal(day)
    return found.year * 12 + found.month - 1


def shares_of_chat(fact: ChatFact) -> Iterator[Share]:
    """First yields the share of the team and agent who had the chat last. Then the share of the team and agent who
    answered it first, unless the chat is void or was not answered."""
    tally = counted("offered") + counted(fact.outcome)
    if fact.void:
        tally += counted("void")
    else:
        tally += sum(lasted("next", ms) for ms in fact.next_ms)
        if fact.handle_ms is not None:
            tally += lasted("handle", fact.handle_ms)
        if fact.rating is not None and 1 <= fact.rating <= len(RATINGS):
            tally += counted(RATINGS[fact.rating - 1])
    yield Share(fact.day, fact.team, fact.agent, fact.product, "chat", NOBODY, fact.hour, None, tally)
    if fact.void or fact.wait_ms is None:
        return
    tally = lasted("wait", fact.wait_ms) + counted("wait_within", int(fact.waited_within))
    if fact.first_ms is not None:
        tally += lasted("first", fact.first_ms) + counted("first_within", int(fact.replied_within))
    told = None
    if fact.told_s is not None:
        told = told_class(fact.told_s)
        tally += lasted("told", fact.told_s * 1000) + counted("promises_kept", int(is_kept(fact.told_s, fact.wait_ms)))
    yield Share(fact.day, fact.answered_team, fact.answered_by, fact.product, "chat", NOBODY, fact.hour, told, tally)


def share_of_step(step: StepFact) -> Share:
    tally = counted(step.kind)
    if (by_code := COUNTED_CODES.get(step.code)) is not None:
        tally += counted(by_code)
    return Share(step.day, step.team, step.agent, step.product, step.channel, step.code, None, None, tally)


def share_of_interval(interval: Interval) -> Share | None:
    """The share of a ticket's interval. None for intervals of chats, and for intervals that still last."""
    if not interval.is_of_ticket or interval.day is None:
        return None
    stays, time = STAYS[interval.kind]
    tally = counted(stays) + counted(time, interval.open_ms)
    team, holder, product, channel = interval.team, interval.holder, interval.product, interval.channel
    return Share(interval.day, team, holder, product, channel, NOBODY, None, None, tally)


def shares_of(facts: TicketFacts) -> Iterator[Share]:
    for chat in facts.chats:
        yield from shares_of_chat(chat)
    for step in facts.steps:
        yield share_of_step(step)
    for interval in facts.intervals:
        if (share := share_of_interval(interval)) is not None:
            yield share


def keys_of(share: Share) -> list[tuple[Dimension, str]]:
    """The dimensions besides `team` in which a share counts, each with its value."""
    keys: list[tuple[Dimension, str]] = [
        ("agent", share.agent),
        ("product", share.product),
        ("channel", share.channel),
    ]
    if share.code:
        keys.append(("code", share.code))
    if share.hour is not None:
        keys.append(("hour", str(share.hour)))
    if share.told is not None:
        keys.append(("told", str(share.told)))
    return keys


def cells_of(shares: Iterable[Share], sign: int = 1) -> dict[Cell, int]:
    """The tallies that these shares add to the cells. With `sign` -1, the tallies are negative: adding them to the
    cells removes the shares."""
    found: dict[Cell, int] = defaultdict(int)
    for share in shares:
        keys: list[tuple[Dimension, str]] = [("team", NOBODY), *keys_of(share)]
        for dimension, key in keys:
            found[Cell("day", share.day, share.team, dimension, key)] += sign * share.tally
            found[Cell("month", month_of(share.day), share.team, dimension, key)] += sign * share.tally
    return found


def difference(before: TicketFacts | None, after: TicketFacts) -> dict[Cell, int]:
    """The tallies to add to the cells, so that the cells contain the facts `after` in place of `before`."""
    if before is None:
        return cells_of(shares_of(after))
    found = cells_of(shares_of(after))
    for cell, tally in cells_of(shares_of(before), -1).items():
        found[cell] = found.get(cell, 0) + tally
    return {cell: tally for cell, tally in found.items() if tally}
