"""Cells: tallies by period, team and one more dimension, from which every report is added up. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple, get_args

from reports.facts import NOBODY, ChatFact, IntervalKind, StepKind, TicketFacts
from reports.promises import is_kept, told_class
from reports.tally import Counter, Pile, hourly

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
    is the value of the dimension. It is empty for the dimension `team`, because `team` already names the team. It is
    empty for `hour` too: an hourly tally has all hours of the week (`reports.tally.hourly`).
    """

    grain: Grain
    period: int
    team: str
    dimension: Dimension
    key: str


class Share(NamedTuple):
    """What one fact adds to the figures of a team and an agent on a day. `told` is the class of the wait that the
    customer was told (`reports.promises`). `hours` is the hourly tally."""

    day: int
    team: str
    agent: str
    product: str
    channel: str
    code: str
    told: int | None
    hours: int
    pile: Pile


class Steps(NamedTuple):
    """The number of alike steps of tickets. See `reports.facts.StepFact`."""

    day: int
    team: str
    agent: str
    product: str
    channel: str
    code: str
    kind: StepKind
    number: int


class Stays(NamedTuple):
    """The number of alike intervals of tickets that have ended, and the sum of their time. See
    `reports.facts.Interval`."""

    day: int
    team: str
    holder: str
    product: str
    channel: str
    kind: IntervalKind
    number: int
    open_ms: int


def month_of(day: int) -> int:
    found = date.fromordinal(day)
    return found.year * 12 + found.month - 1


def shares_of_chat(fact: ChatFact) -> Iterator[Share]:
    """First yields the share of the team and agent who had the chat last. Then the share of the team and agent who
    answered it first, unless the chat is void or was not answered."""
    pile = Pile()
    pile.count("offered")
    pile.count(fact.outcome)
    if fact.void:
        pile.count("void")
    else:
        for ms in fact.next_ms:
            pile.last("next", ms)
        if fact.handle_ms is not None:
            pile.last("handle", fact.handle_ms)
        if fact.rating is not None and 1 <= fact.rating <= len(RATINGS):
            pile.count(RATINGS[fact.rating - 1])
    hours = hourly(fact.hour, answered=fact.outcome == "answered")
    yield Share(fact.day, fact.team, fact.agent, fact.product, "chat", NOBODY, None, hours, pile)
    if fact.void or fact.wait_ms is None:
        return
    pile = Pile()
    pile.last("wait", fact.wait_ms)
    pile.count("wait_within", int(fact.waited_within))
    if fact.first_ms is not None:
        pile.last("first", fact.first_ms)
        pile.count("first_within", int(fact.replied_within))
    told = None
    if fact.told_s is not None:
        told = told_class(fact.told_s)
        pile.last("told", fact.told_s * 1000)
        pile.count("promises_kept", int(is_kept(fact.told_s, fact.wait_ms)))
    yield Share(fact.day, fact.answered_team, fact.answered_by, fact.product, "chat", NOBODY, told, 0, pile)


def share_of_steps(steps: Steps) -> Share:
    pile = Pile()
    pile.count(steps.kind, steps.number)
    if (by_code := COUNTED_CODES.get(steps.code)) is not None:
        pile.count(by_code, steps.number)
    return Share(steps.day, steps.team, steps.agent, steps.product, steps.channel, steps.code, None, 0, pile)


def share_of_stays(stays: Stays) -> Share:
    pile, (number, time) = Pile(), STAYS[stays.kind]
    pile.count(number, stays.number)
    pile.count(time, stays.open_ms)
    return Share(stays.day, stays.team, stays.holder, stays.product, stays.channel, NOBODY, None, 0, pile)


def shares_of(facts: TicketFacts) -> Iterator[Share]:
    for chat in facts.chats:
        yield from shares_of_chat(chat)
    for step in facts.steps:
        by = (step.day, step.team, step.agent, step.product, step.channel, step.code, step.kind)
        yield share_of_steps(Steps(*by, 1))
    for one in facts.intervals:
        # Intervals of chats, and intervals that still last, are not counted.
        if one.is_of_ticket and one.day is not None:
            stays = Stays(one.day, one.team, one.holder, one.product, one.channel, one.kind, 1, one.open_ms)
            yield share_of_stays(stays)


def keys_of(share: Share) -> list[tuple[Dimension, str]]:
    """The dimensions besides `team` and `hour` in which a share counts, each with its value."""
    keys: list[tuple[Dimension, str]] = [
        ("agent", share.agent),
        ("product", share.product),
        ("channel", share.channel),
    ]
    if share.code:
        keys.append(("code", share.code))
    if share.told is not None:
        keys.append(("told", str(share.told)))
    return keys


def cells_of(shares: Iterable[Share], sign: int = 1) -> dict[Cell, int]:
    """The tallies that these shares add to the cells. With `sign` -1, the tallies are negative: adding them to the
    cells removes the shares."""
    found: dict[Cell, int] = defaultdict(int)
    for share in shares:
        tally, month = share.pile.tally, month_of(share.day)
        keys: list[tuple[Dimension, str, int]] = [("team", NOBODY, tally)]
        keys += [(dimension, key, tally) for dimension, key in keys_of(share)]
        if share.hours:
            keys.append(("hour", NOBODY, share.hours))
        for dimension, key, added in keys:
            found[Cell("day", share.day, share.team, dimension, key)] += sign * added
            found[Cell("month", month, share.team, dimension, key)] += sign * added
    return found


def difference(before: TicketFacts | None, after: TicketFacts) -> dict[Cell, int]:
    """The tallies to add to the cells, so that the cells contain the facts `after` in place of `before`."""
    if before is None:
        return cells_of(shares_of(after))
    found = cells_of(shares_of(after))
    for cell, tally in cells_of(shares_of(before), -1).items():
        found[cell] = found.get(cell, 0) + tally
    return {cell: tally for cell, tally in found.items() if tally}
