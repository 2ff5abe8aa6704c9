"""The figures of a period, added up from cells. Pure. docs/metrics.md defines each figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from msgspec import Struct

from reports.backlog import BacklogPart
from reports.buckets import grouped, quantile
from reports.cells import RATINGS, STAYS, Cell, Dimension, Share, keys_of
from reports.tally import Counter, Duration, count_of, spread_of, sum_of

FEW = 30
"""With fewer chats than this, the 90th percentile is left out: it would be almost the longest duration. A period with
fewer chats is not compared with another: the change would be mostly chance."""


class Lasted(Struct, frozen=True):
    """A duration of many chats, in seconds. `count` is the number of chats.

    `p90` is null for fewer than 30 chats. `within` is the share of the chats that met the goal, from 0 to 1. It is null
    if there is no goal.
    """

    count: int
    median: int | None
    p90: int | None
    mean: int | None
    within: float | None


class Rated(Struct, frozen=True):
    """`spread` has the number of chats with each rating, from 1 to 5."""

    count: int
    average: float | None
    spread: list[int]


class Promised(Struct, frozen=True):
    """The wait that customers were told, for chats that were answered. `kept` is the share of the chats that waited no
    longer than told. `told_median` and `told_mean` are in seconds."""

    count: int
    kept: float | None
    told_median: int | None
    told_mean: int | None


class Stay(Struct, frozen=True):
    """How often a ticket left a status, and the time that it had been in this status until then. `seconds` is the time
    within the team's hours."""

    count: int
    seconds: int


class TimeInStatus(Struct, frozen=True):
    open: Stay
    with_product: Stay
    awaiting_reply: Stay
    fixed_pending_rca: Stay


class Figures(Struct, frozen=True, kw_only=True):
    """The figures of a period, a team, an agent and so on."""

    offered: int
    answered: int
    abandoned: int
    missed: int
    void: int
    wait_s: Lasted
    first_response_s: Lasted
    next_response_s: Lasted
    handle_s: Lasted
    rating: Rated
    created: int
    solved: int
    reopened: int
    duplicates: int
    auto_solved: int
    training_suggested: int
    no_issue: int
    promised_wait: Promised
    time_in_status: TimeInStatus


class Part(Struct, frozen=True):
    """The figures of the team, agent, product or channel with this key. An empty key: chats without one."""

    key: str
    figures: Figures


class DayPart(Struct, frozen=True):
    day: str
    figures: Figures


class HourPart(Struct, frozen=True):
    """The number of chats that joined a queue in one hour of a weekday. Weekdays count from Monday, which is 0."""

    weekday: int
    hour: int
    offered: int
    answered: int


class CodePart(Struct, frozen=True):
    """The number of tickets solved with a code. `before` is the number in the period compared with, or null if there is
    no such period."""

    key: str
    count: int
    before: int | None


class ToldPart(Struct, frozen=True):
    """The chats whose customers were told a wait of `told_from_s` or more, and less than that of the next part.
    `wait_s` is their real wait."""

    told_from_s: int
    promised: Promised
    wait_s: Lasted


class ClientHints(Struct, frozen=True):
    """Tickets of a client that were solved as Training suggested. `product` is the one that most of them were about.
    `solved` has all tickets of the client that were solved."""

    client: str
    name: str
    product: str | None
    hints: int
    solved: int


class ProductHints(Struct, frozen=True):
    """Tickets about a product that were solved as No issue."""

    product: str | None
    hints: int


class Hints(Struct, frozen=True):
    """Hints for training: of clients, the ones with the most hints first, and of our own people, by product."""

    clients: list[ClientHints]
    products: list[ProductHints]


class Span(Struct, frozen=True, rename={"from_": "from"}):
    """The days from `from` until the day before `to`, in the zone of the hours file."""

    from_: str
    to: str


class Overview(Struct, frozen=True, kw_only=True):
    """The figures of a period. `compared` is the period with which it is compared, and `previous` has its figures.

    Both are null if no comparison was requested, or if one of the two periods has fewer than 30 chats.
    """

    period: Span
    compared: Span | None
    as_of: str
    counted_to: str
    """Changes up to this time are in the figures."""
    figures: Figures
    previous: Figures | None
    by_day: list[DayPart]
    """Days without anything are left out."""
    before_by_day: list[DayPart]
    """The days of the period with which this one is compared. Empty if there is none."""
    by_hour: list[HourPart]
    by_code: list[CodePart]
    by_agent: list[Part]
    by_team: list[Part]
    before_by_team: list[Part]
    by_product: list[Part]
    by_channel: list[Part]
    by_told: list[ToldPart]
    handle_by_10_min: list[int]
    """The number of chats with a handle time below 10 minutes, below 20, and so on. The last number has all others."""
    hints: Hints
    backlog: list[BacklogPart]
    """The tickets that are not solved now, whatever the period."""


@dataclass(slots=True)
class Sums:
    """Tallies by day, by team, and by the values of each further dimension."""

    days: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    teams: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    keys: dict[Dimension, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    @property
    def total(self) -> int:
        return sum(self.days.values())


def added(days: Iterable[tuple[Cell, int]], rest: Iterable[tuple[Cell, int]]) -> Sums:
    """Adds up cells. `days`: the cells of the dimension `team`, for each day of the period. `rest`: the cells of the
    other dimensions, for the whole months and the other days of the period."""
    sums = Sums()
    for cell, tally in days:
        sums.days[cell.period] += tally
        sums.teams[cell.team] += tally
    for cell, tally in rest:
        sums.keys[cell.dimension][cell.key] += tally
    return sums


def added_shares(shares: Iterable[Share], dimensions: Collection[Dimension]) -> Sums:
    """Adds up what single facts add to the figures, by day, by team, and by these dimensions."""
    sums = Sums()
    for share in shares:
        sums.days[share.day] += share.tally
        sums.teams[share.team] += share.tally
        for dimension, key in keys_of(share):
            if dimension in dimensions:
                sums.keys[dimension][key] += share.tally
    return sums


def figures_of(tally: int) -> Figures:
    return Figures(
        offered=count_of(tally, "offered"),
        answered=count_of(tally, "answered"),
        abandoned=count_of(tally, "abandoned"),
        missed=count_of(tally, "missed"),
        void=count_of(tally, "void"),
        wait_s=_lasted(tally, "wait", "wait_within"),
        first_response_s=_lasted(tally, "first", "first_within"),
        next_response_s=_lasted(tally, "next", None),
        handle_s=_lasted(tally, "handle", None),
        rating=_rated(tally),
        created=count_of(tally, "created"),
        solved=count_of(tally, "solved"),
        reopened=count_of(tally, "reopened"),
        duplicates=count_of(tally, "duplicates"),
        auto_solved=count_of(tally, "auto_solved"),
        training_suggested=count_of(tally, "training_suggested"),
        no_issue=count_of(tally, "no_issue"),
        promised_wait=_promised(tally),
        time_in_status=TimeInStatus(
            **{
                status: Stay(count_of(tally, stays), count_of(tally, time) // 1000)
                for status, (stays, time) in STAYS.items()
            }
        ),
    )


def comparable(figures: Figures, before: Figures) -> bool:
    """True if both periods have enough chats to show how the figures have changed."""
    return min(figures.offered, before.offered) >= FEW


def parts_of(tallies: Mapping[str, int]) -> list[Part]:
    """The parts whose tally is not zero, sorted by key."""
    return [Part(key, figures_of(tally)) for key, tally in sorted(tallies.items()) if tally]


def day_parts(sums: Sums, days: Iterable[int]) -> list[DayPart]:
    """The figures of each day among `days` whose tally is not zero, in the order of `days`."""
    return [
        DayPart(date.fromordinal(day).isoformat(), figures_of(tally)) for day in days if (tally := sums.days.get(day))
    ]


def hour_parts(sums: Sums) -> list[HourPart]:
    hours = sorted((int(key), tally) for key, tally in sums.keys["hour"].items())
    return [
        HourPart(*divmod(hour, 24), count_of(tally, "offered"), count_of(tally, "answered")) for hour, tally in hours
    ]


def code_parts(sums: Sums, before: Sums | None) -> list[CodePart]:
    codes = {key: count_of(tally, "solved") for key, tally in sums.keys["code"].items()}
    earlier = {} if before is None else {key: count_of(t, "solved") for key, t in before.keys["code"].items()}
    return [
        CodePart(key, codes.get(key, 0), None if before is None else earlier.get(key, 0))
        for key in sorted({*codes, *earlier})
    ]


def told_parts(sums: Sums) -> list[ToldPart]:
    """The parts with chats, the shortest told wait first."""
    tallies = sorted((int(key), tally) for key, tally in sums.keys["told"].items() if tally)
    return [ToldPart(least, _promised(tally), _lasted(tally, "wait", "wait_within")) for least, tally in tallies]


def handle_by_10_min(tally: int) -> list[int]:
    return grouped(spread_of(tally, "handle"), 600, 10)


def _promised(tally: int) -> Promised:
    counts = spread_of(tally, "told")
    total = sum(counts)
    return Promised(
        count=total,
        kept=count_of(tally, "promises_kept") / total if total else None,
        told_median=quantile(counts, 0.5),
        told_mean=round(sum_of(tally, "told") / total / 1000) if total else None,
    )


def _lasted(tally: int, duration: Duration, within: Counter | None) -> Lasted:
    counts = spread_of(tally, duration)
    total = sum(counts)
    return Lasted(
        count=total,
        median=quantile(counts, 0.5),
        p90=quantile(counts, 0.9) if total >= FEW else None,
        mean=round(sum_of(tally, duration) / total / 1000) if total else None,
        within=count_of(tally, within) / total if within is not None and total else None,
    )


def _rated(tally: int) -> Rated:
    spread = [count_of(tally, rating) for rating in RATINGS]
    count = sum(spread)
    stars = sum(score * number for score, number in enumerate(spread, 1))
    return Rated(count, stars / count if count else None, spread)
