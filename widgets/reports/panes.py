"""Turns the figures of an overview into the panes below its tables. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.overview import Overview
from reports.promises import TOLD_FROM_S
from reports.tables import stays_of
from widgets.reports import words
from widgets.reports.charts import range_of, share_bar
from widgets.reports.curves import Taken, lengths, seats
from widgets.reports.view import HUES, Hour

AGE_NAMES = ("today", "1 day", "2–3", "4–6", "7–12", "13–28", "29+")
"""The classes of ages of `reports.backlog.AGES`, in business days."""
UNSOLVED_NAMES = {
    "open": "Open with support",
    "with_product": "Open with product",
    "awaiting_reply": "Awaiting customer",
    "fixed_pending_rca": "Fixed – Pending RCA",
}
TICKET_COUNTS = (
    ("Created", "created", None, "created"),
    ("Solved", "solved", None, "solved"),
    ("Reopened", "reopened", None, "reopened"),
    ("Duplicates", "solved", "duplicate", "duplicates"),
    ("Auto-solved", "solved", "auto_solved", "auto_solved"),
)
"""Name, metric and code of the list, and name of the figure."""
TOLD_NAMES = ("under 1 min", "1 to 2 min", "2 to 5 min", "5 to 10 min", "10 min or more")
"""The classes of told waits of `reports.promises.TOLD_FROM_S`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsolved:
    """A row of the table of tickets that are not solved. `status` is None for the sums of all."""

    status: str | None
    name: str
    ages: Sequence[Hour]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line of the table of promised waits. `place` is that of its class in TOLD_FROM_S."""

    place: int
    name: str
    count: int
    broken: int
    kept: str
    told: str
    half: str
    most: str
    wait: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A line with a bar. `metric` is what `count` counts, empty for none."""

    name: str
    count: int
    value: str
    share: str
    bar: Markup
    metric: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A line of the table of hints for training. The bar shows the share of the client's tickets."""

    client: str
    name: str
    product: str
    hints: int
    share: str
    bar: Markup


def promises(overview: Overview) -> list[Told]:
    """The lines, the shortest told wait first."""
    most = max((one.wait_s.p90 or one.wait_s.median or 0 for one in overview.by_told), default=0)
    return [
        Told(
            place=TOLD_FROM_S.index(one.told_from_s),
            name=TOLD_NAMES[TOLD_FROM_S.index(one.told_from_s)],
            count=one.promised.count,
            broken=one.promised.count - round(one.promised.count * (one.promised.kept or 0)),
            kept=words.share(one.promised.kept),
            told=words.lasting(one.promised.told_mean),
            half=words.lasting(one.wait_s.median),
            most=words.lasting(one.wait_s.p90),
            wait=range_of(one.wait_s.median, one.wait_s.p90, most),
        )
        for one in overview.by_told
    ]


def statuses(overview: Overview) -> list[Bar]:
    """The business time in each status. Empty if no ticket left a status."""
    stays = stays_of(overview.figures)
    total = sum(stay.seconds for _, stay in stays)
    if not any(stay.count for _, stay in stays):
        return []
    return [
        Bar(
            name=UNSOLVED_NAMES[status],
            count=stay.count,
            value=words.hours(stay.seconds),
            share=words.share(stay.seconds / total if total else None),
            bar=share_bar(stay.seconds / total if total else 0),
            metric=f"{status}_time",
        )
        for status, stay in stays
    ]


def ratings(overview: Overview) -> list[Bar]:
    """The number of chats with each rating, 5 first. Empty if no chat was rated."""
    rating = overview.figures.rating
    return [
        Bar(
            name=f"{score} of 5",
            count=count,
            value=words.number(count),
            share=words.share(count / rating.count),
            bar=share_bar(count / rating.count),
        )
        for score, count in reversed(list(enumerate(rating.spread, 1)))
        if rating.count
    ]


def handle_chart(overview: Overview) -> Markup:
    """The number of chats by handle time, in steps of 10 minutes. Empty if there are no handle times."""
    handle = overview.figures.handle_s
    if handle.median is None:
        return Markup("")
    names = [one.name for one in handle_times(overview)]
    sentence = f"Handle time: {words.half_and_most(handle)}. The table below has the numbers."
    return lengths(overview.handle_by_10_min, names, handle.median, handle.p90, sentence)


def handle_times(overview: Overview) -> list[Bar]:
    """The number of chats by handle time, in steps of 10 minutes. Empty if there are no handle times."""
    counts = overview.handle_by_10_min
    total, last = sum(counts), len(counts) - 1
    return [
        Bar(
            name=f"{place * 10} to {place * 10 + 10} min" if place < last else f"over {place * 10} min",
            count=count,
            value=words.number(count),
            share=words.share(count / total),
            bar=share_bar(count / max(counts)),
        )
        for place, count in enumerate(counts)
        if total
    ]


def seat_chart(overview: Overview) -> Markup:
    """The slots taken by hour of the day. Empty if no day with slots is over."""
    hours = [
        Taken(hour=one.hour, agents=one.agents, part=one.occupancy, before=one.before)
        for one in overview.by_seats
        if one.occupancy is not None
    ]
    if not hours:
        return Markup("")
    busiest = max(hours, key=lambda one: one.part)
    most = f"most at {busiest.hour:02}:00, {words.share(busiest.part)} with {busiest.agents} agents"
    return seats(hours, f"Slots taken by hour: {most}. The table below has the hours.")


def clients(overview: Overview) -> list[Client]:
    most = max((one.hints / max(1, one.solved) for one in overview.hints.clients), default=0) or 1
    return [
        Client(
            client=one.client,
            name=one.name,
            product=one.product or "",
            hints=one.hints,
            share=words.share(one.hints / one.solved if one.solved else None),
            bar=share_bar(one.hints / max(1, one.solved) / most),
        )
        for one in overview.hints.clients
    ]


def own_hints(overview: Overview) -> list[tuple[str, int]]:
    """The number of hints for our own training by product."""
    return [(one.product or "no product", one.hints) for one in overview.hints.products]


def backlog(overview: Overview) -> list[Unsolved]:
    """The rows of the table of tickets that are not solved: one for each status, then the sums. Empty if all are."""
    most = max((count for one in overview.backlog for count in one.by_age), default=0)
    if not most:
        return []
    rows = [
        Unsolved(
            status=one.status,
            name=UNSOLVED_NAMES[one.status],
            ages=[Hour(count, -(-count * HUES // most)) for count in one.by_age],
            count=one.count,
        )
        for one in overview.backlog
    ]
    sums = [sum(one.by_age[place] for one in overview.backlog) for place in range(len(AGE_NAMES))]
    return [*rows, Unsolved(status=None, name="All", ages=[Hour(count, 0) for count in sums], count=sum(sums))]


PANES: Mapping[str, Callable[[Overview], object]] = {
    "promises": promises,
    "statuses": statuses,
    "ratings": ratings,
    "seat_chart": seat_chart,
    "handle_times": handle_times,
    "handle_chart": handle_chart,
    "clients": clients,
    "own_hints": own_hints,
    "backlog": backlog,
}
"""What the template shows, by its names there."""
