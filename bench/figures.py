"""What was measured, and whether it can stand: pure functions of what the driver reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from statistics import median
from typing import Literal

from prometheus_client.parser import text_string_to_metric_families

IDLE_MIN = 0.10
"""Share of the time that the driver must have had nothing to do: with less, it was the driver that was measured."""
COUNTER = "switchboard_messages_stored_total"
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"

Subject = Literal["relay", "switchboard", "socketio", "orm_session", "channels"]
NAMES: Mapping[Subject, str] = {
    "relay": "A: bare relay",
    "switchboard": "Switchboard",
    "socketio": "socket.io, Redis, SQLite",
    "orm_session": "an ORM session a message",
    "channels": "Django Channels, Redis, SQLite",
}
"""What is driven, in the order of the tables."""


class Void(Exception):
    """The figures mean nothing; the sentence says why."""


class Disturbed(Void):
    """The same, by no fault of what was measured: it may be measured again."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is driven: so many pairs, each with `window` messages under way, or at `rate` messages a second."""

    pairs: int
    window: int = 1
    rate: float = 0
    watched: bool = False
    """Does somebody listen in on each chat?"""
    half_of: str | None = None
    """The load of whose messages a second, as the desk stored them in the same round, this one is half."""

    @property
    def name(self) -> str:
        if self.half_of is not None:
            return f"{self.pairs:,} chats at half of our saturation"
        if self.rate:
            return f"{self.pairs:,} chats × {self.rate:g}/s"
        return f"{self.pairs:,} pairs, watched" if self.watched else f"{self.pairs:,} pairs"


@dataclass(frozen=True, slots=True)
class Report:
    """What the driver tells of one run. All but the last five figures are of the measured interval alone."""

    pairs: int
    window: int
    rate: float
    seconds: float
    messages: int
    """Complete: acknowledged to the sender, arrived at the other side."""
    server_cpu_s: float
    """User and system, of all the server's processes."""
    server_busy: float
    """Share of the interval."""
    driver_idle: float
    others_busy: float
    """CPU of all other processes, as a share of one core."""
    p50_ms: float
    p99_ms: float
    sent: int
    first_messages: int
    """Those that came with `chat.start`."""
    oks: int
    events: int
    watched: int
    """Messages that arrived at those who listen in."""

    @classmethod
    def read(cls, text: str) -> Report:
        """Raises Void for a report that does not add up."""
        report = cls(**json.loads(text))
        if not report.sent == report.oks == report.events:
            raise Void(f"{report.sent} messages sent, {report.oks} acknowledged, {report.events} arrived")
        if report.watched not in (0, report.sent):
            raise Void(f"{report.sent} messages sent, {report.watched} seen by those who watch")
        return report

    @property
    def us(self) -> float:
        """CPU microseconds a message."""
        return self.server_cpu_s / self.messages * 1e6

    @property
    def a_second(self) -> float:
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True)
class Held:
    """Connections that were opened, and do nothing."""

    kib: float
    """Of memory that each of them adds to the server."""
    seconds: float
    """From the first of them to the answer to the last."""


@dataclass(frozen=True, slots=True)
class Back:
    """A restart, and how those came back who lost their connection by it."""

    clients: int
    tries: int
    """To connect, all of theirs together, those in vain too."""
    down_s: float
    """From the first connection that was lost until the new server was ready."""
    half_s: float
    """From then until half of them were back."""
    all_s: float
    cpu_s: float
    """That the new server used from its start until all were back."""


@dataclass(frozen=True, slots=True)
class Flushes:
    """How long messages wait for the disk alone."""

    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Round:
    """Everything measured once, each thing for all who are compared right after one another."""

    loads: dict[str, dict[Subject, Report]] = field(default_factory=dict)
    """By the name of the load."""
    held: dict[int, dict[Subject, Held]] = field(default_factory=dict)
    """By how many connections."""
    storms: dict[Subject, Back] = field(default_factory=dict)
    fallback_us: float | None = None
    """CPU microseconds a message where the frames go over HTTP."""
    disk: Flushes | None = None
    """What the disk did by itself, right after the last load."""

    def rated(self, load: Load) -> Load:
        """`load`, with the rate that this round gives it where it is half of another load."""
        if load.half_of is None:
            return load
        return replace(load, rate=round(self.loads[load.half_of]["switchboard"].a_second / 2 / load.pairs, 2))


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of what was measured, and its ends."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))

    def __format__(self, spec: str) -> str:
        middle, low, high = (format(value, spec) for value in (self.median, self.low, self.high))
        return middle if low == high else f"{middle} ({low}–{high})"


def spread(rounds: Sequence[Round], value: Callable[[Round], float | None]) -> Spread | None:
    """Of what each round has for it; None where none of them has anything."""
    values = [found for each in rounds if (found := _of(each, value)) is not None]
    return Spread.of(values) if values else None


def _of(each: Round, value: Callable[[Round], float | None]) -> float | None:
    try:
        return value(each)
    except KeyError:
        return None


def check_driver(report: Report) -> None:
    """Raises Disturbed where the driver was too busy to have waited for the server."""
    if report.driver_idle < IDLE_MIN:
        raise Disturbed(
            f"the driver idled {report.driver_idle:.0%} of the time at {report.pairs} pairs, less than {IDLE_MIN:.0%}: "
            "it was the driver that was measured"
        )


def check_counter(report: Report, before: float, after: float) -> None:
    """Raises Void unless the server counted exactly the messages that were driven."""
    driven = report.sent + report.first_messages
    if after - before != driven:
        raise Void(f"/metrics counts {after - before:.0f} messages stored where {driven} were driven ({COUNTER})")


def check_stored(subject: Subject, report: Report, stored: int) -> None:
    """Raises Void unless the database holds exactly the messages that were driven."""
    if stored != report.sent:
        raise Void(f"{NAMES[subject]}: {stored} messages in the database where {report.sent} were driven")


def counted(metrics: str) -> float:
    """The counter of stored messages in what `/metrics` says. Raises Void where there is none."""
    samples = [
        sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
        if sample.name == COUNTER
    ]
    if not samples:
        raise Void(f"/metrics has no {COUNTER}")
    return sum(samples)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent of the values do not exceed: one of them, nothing in between."""
    ranked = sorted(values)
    return ranked[max(0, ceil(len(ranked) * percent / 100) - 1)]


def put_between_marks(page: str, figures: str, begin: str = BEGIN, end: str = END) -> str:
    """`page` with what stands between the marks replaced. Raises ValueError where it has no marks."""
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"the page has no {begin} followed by {end}")
    return f"{before}{begin}\n\n{figures.strip()}\n\n{end}{after}"
