"""The figures of a period, added up from cells. Pure. docs/metrics.md defines each figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from reports.backlog import BacklogPart
from reports.buckets import grouped, quantile
from reports.cells import RATINGS, STAYS
from reports.sums import Sums
from reports.tally import Counter, Duration, Opened, count_of, hours_of

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


class Target(Struct, frozen=True):
    """How often a service level target was met in time, and how often later."""

    met: int
    missed: int

    @property
    def share(self) -> float | None:
        """The share that was met in time. None if there is nothing to share."""
        return self.met / (self.met + self.missed) if self.met + self.missed else None


class ServiceLevels(Struct, frozen=True):
    first_reply: Target
    next_reply: Target
    resolution: Target

    @property
    def count(self) -> int:
        return sum(one.met + one.missed for one in (self.first_reply, self.next_reply, self.resolution))


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
    service_levels: ServiceLevels


class Part(Struct, frozen=True):
    """The figures of the team, agent, product or channel with this key. An empty key: chats without one."""

    key: str
    figures: Figures


class DayPart(Struct, frozen=True):
    day: str
    figures: Figures


class DayBefore(Struct, frozen=True):
    """The chats offered on a day of the period compared with, and the 90th percentile of their wait."""

    day: str
    offered: int
    wait_p90_s: int | None


class HourPart(Struct, frozen=True):
    """The number of chats that joined a queue in one hour of a weekday. Weekdays count from Monday, which is 0."""

    weekday: int
    hour: int
    offered: int
    answered: int


class SeatHour(Struct, frozen=True):
    """The seats of agents in one hour of the day. `agents` is the number of those who were available in it. `occupancy`
    is the share of the seats that were taken, and `before` that of the period compared with."""

    hour: int
    agents: int
    available_s: int
    occupancy: float | None
    before: float | None


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


class LateTickets(Struct, frozen=True):
    """The number of the team's tickets with a service level target that is late now."""

    team: str
    tickets: int


class IncidentShown(Struct, frozen=True):
    """An incident of the system. `ended_at` is null while it lasts."""

    title: str
    began_at: str
    ended_at: str | None


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
    before_by_day: list[DayBefore]
    """The days of the period with which this one is compared. Empty if there is none."""
    incidents: list[IncidentShown]
    """The incidents that overlap the period, oldest first, whatever the filters."""
    by_hour: list[HourPart]
    by_seats: list[SeatHour]
    """The days that are over. Empty with a filter by product or channel, because a seat has neither."""
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
    late_now: list[LateTickets]
    """The tickets with a target that is late now, whatever the period, by team. Teams without any are left out."""


def figures_of(tally: int) -> Figures:
    opened = Opened(tally)
    return Figures(
        offered=opened.count("offered"),
        answered=opened.count("answered"),
        abandoned=opened.count("abandoned"),
        missed=opened.count("missed"),
        void=opened.count("void"),
        wait_s=_lasted(opened, "wait", "wait_within"),
        first_response_s=_lasted(opened, "first", "first_within"),
        next_response_s=_lasted(opened, "next", None),
        handle_s=_lasted(opened, "handle", None),
        rating=_rated(opened),
        created=opened.count("created"),
        solved=opened.count("solved"),
        reopened=opened.count("reopened"),
        duplicates=opened.count("duplicates"),
        auto_solved=opened.count("auto_solved"),
        training_suggested=opened.count("training_suggested"),
        no_issue=opened.count("no_issue"),
        promised_wait=_promised(opened),
        time_in_status=TimeInStatus(
            **{status: Stay(opened.count(stays), opened.count(time) // 1000) for status, (stays, time) in STAYS.items()}
        ),
        service_levels=ServiceLevels(
            first_reply=Target(opened.count("first_reply_met"), opened.count("first_reply_missed")),
            next_reply=Target(opened.count("next_reply_met"), opened.count("next_reply_missed")),
            resolution=Target(opened.count("resolution_met"), opened.count("resolution_missed")),
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


def days_before(sums: Sums, days: Iterable[int]) -> list[DayBefore]:
    """The days among `days` on which chats were offered."""
    return [
        DayBefore(
            day=date.fromordinal(day).isoformat(),
            offered=opened.count("offered"),
            wait_p90_s=_lasted(opened, "wait", None).p90,
        )
        for day in days
        if (tally := sums.days.get(day)) and (opened := Opened(tally)).count("offered")
    ]


def hour_parts(sums: Sums) -> list[HourPart]:
    return [HourPart(*divmod(hour, 24), offered, answered) for hour, offered, answered in hours_of(sums.hours)]


def code_parts(sums: Sums, before: Sums | None) -> list[CodePart]:
    codes = _solved(sums)
    earlier = {} if before is None else _solved(before)
    return [
        CodePart(key, codes.get(key, 0), None if before is None else earlier.get(key, 0))
        for key in sorted({*codes, *earlier})
    ]


def _solved(sums: Sums) -> dict[str, int]:
    return {key: count_of(tally, "solved") for key, tally in sums.keys["code"].items() if tally}


def own_hints(sums: Sums) -> dict[str, int]:
    """The number of hints for our own people, by product, without products that have none."""
    counts = {key: count_of(tally, "no_issue") for key, tally in sums.keys["product"].items()}
    return {key: count for key, count in counts.items() if count}


def told_parts(sums: Sums) -> list[ToldPart]:
    """The parts with chats, the shortest told wait first."""
    tallies = sorted((int(key), Opened(tally)) for key, tally in sums.keys["told"].items() if tally)
    return [ToldPart(least, _promised(opened), _lasted(opened, "wait", "wait_within")) for least, opened in tallies]


def handle_by_10_min(tally: int) -> list[int]:
    return grouped(Opened(tally).spread("handle"), 600, 10)


def _promised(opened: Opened) -> Promised:
    counts = opened.spread("told")
    total = sum(counts)
    return Promised(
        count=total,
        kept=opened.count("promises_kept") / total if total else None,
        told_median=quantile(counts, 0.5),
        told_mean=round(opened.sum("told") / total / 1000) if total else None,
    )


def _lasted(opened: Opened, duration: Duration, within: Counter | None) -> Lasted:
    counts = opened.spread(duration)
    total = sum(counts)
    return Lasted(
        count=total,
        median=quantile(counts, 0.5),
        p90=quantile(counts, 0.9) if total >= FEW else None,
        mean=round(opened.sum(duration) / total / 1000) if total else None,
        within=opened.count(within) / total if within is not None and total else None,
    )


def _rated(opened: Opened) -> Rated:
    spread = [opened.count(rating) for rating in RATINGS]
    count = sum(spread)
    stars = sum(score * number for score, number in enumerate(spread, 1))
    return Rated(count, stars / count if count else None, spread)
