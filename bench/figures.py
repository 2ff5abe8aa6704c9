"""Measurements from the driver's reports, and checks whether they are valid."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from statistics import median
from typing import Literal

from prometheus_client.parser import text_string_to_metric_families

IDLE_MIN = 0.10
"""Minimum share of the time that the driver must be idle. A busier driver would distort the figures."""
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
"""The compared servers, in the order of the tables."""


class Void(Exception):
    """The figures are meaningless. The text of the exception says why."""


class Disturbed(Void):
    """The measurement was disturbed from outside and can be repeated."""


@dataclass(frozen=True, slots=True)
class Load:
    """A load of `pairs` pairs of a customer and an agent. Each pair keeps `window` messages in progress, or sends
    `rate` messages per second."""

    pairs: int
    window: int = 1
    rate: float = 0
    watched: bool = False
    """True if a supervisor watches each chat."""
    half_of: str | None = None
    """The name of another load. This load runs at half the rate that the desk reached with the other load in the same
    round."""

    @property
    def name(self) -> str:
        if self.half_of is not None:
            return f"{self.pairs:,} chats at half of our saturation"
        if self.rate:
            return f"{self.pairs:,} chats × {self.rate:g}/s"
        return f"{self.pairs:,} pairs, watched" if self.watched else f"{self.pairs:,} pairs"


@dataclass(frozen=True, slots=True)
class Report:
    """The driver's report of one run. The fields before `sent` are about the measured interval only. `sent` and the
    fields after it are about the whole run."""

    pairs: int
    window: int
    rate: float
    seconds: float
    messages: int
    """Number of messages acknowledged to the sender and received by the other side."""
    server_cpu_s: float
    """User and system CPU seconds of all the server's processes."""
    server_busy: float
    """CPU time of the server, as a share of the interval."""
    driver_idle: float
    others_busy: float
    """CPU time of all other processes, as a share of one core."""
    p50_ms: float
    p99_ms: float
    sent: int
    first_messages: int
    """Number of messages that came with `chat.start`."""
    oks: int
    events: int
    watched: int
    """Number of messages received by watching supervisors."""

    @classmethod
    def read(cls, text: str) -> Report:
        """Parse the driver's output. Raises Void for an inconsistent report."""
        report = cls(**json.loads(text))
        if not report.sent == report.oks == report.events:
            raise Void(f"{report.sent} messages sent, {report.oks} acknowledged, {report.events} arrived")
        if report.watched not in (0, report.sent):
            raise Void(f"{report.sent} messages sent, {report.watched} seen by those who watch")
        return report

    @property
    def us(self) -> float:
        """CPU microseconds of the server per message."""
        return self.server_cpu_s / self.messages * 1e6

    @property
    def a_second(self) -> float:
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True)
class Held:
    """Measurements of idle connections."""

    kib: float
    """Memory of the server per connection, in KiB."""
    seconds: float
    """Seconds from the first attempt to connect until all connections were answered."""


@dataclass(frozen=True, slots=True)
class Back:
    """A restart of the server, and the customers' reconnections."""

    clients: int
    tries: int
    """Attempts to connect, including failed ones."""
    down_s: float
    """Seconds from the first lost connection until the new server was ready."""
    half_s: float
    """Seconds from the new server being ready until half of the customers had reconnected."""
    all_s: float
    cpu_s: float
    """CPU seconds of the new server from its start until all customers had reconnected."""
    greeting_cpu_s: float = 0.0
    """The same, from the moment at which the new server was ready."""


@dataclass(frozen=True, slots=True)
class Flushes:
    """The time that messages wait until the disk has stored them: median and 99th percentile."""

    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Round:
    """The measurements of one round. In a round, each load is measured on one server after the other, without a
    pause."""

    loads: dict[str, dict[Subject, Report]] = field(default_factory=dict)
    """Reports by name of the load and by server."""
    held: dict[int, dict[Subject, Held]] = field(default_factory=dict)
    """Idle connections by number of connections and by server."""
    storms: dict[Subject, Back] = field(default_factory=dict)
    fallback_us: float | None = None
    """CPU microseconds of the server per message over HTTP."""
    disk: Flushes | None = None
    """The waits for the disk without load, measured immediately after the last load."""

    def rated(self, load: Load) -> Load:
        """`load` with its rate. If `half_of` names another load, the rate is half of what the desk reached with that
        load in this round."""
        if load.half_of is None:
            return load
        return replace(load, rate=round(self.loads[load.half_of]["switchboard"].a_second / 2 / load.pairs, 2))


@dataclass(frozen=True, slots=True)
class Spread:
    """The median, the lowest and the highest of some values."""

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
    """The spread of a value over the rounds that have it; None if no round has it."""
    values = [found for each in rounds if (found := _of(each, value)) is not None]
    return Spread.of(values) if values else None


def _of(each: Round, value: Callable[[Round], float | None]) -> float | None:
    try:
        return value(each)
    except KeyError:
        return None


def check_driver(report: Report) -> None:
    """Raises Disturbed if the driver was too busy to measure the server."""
    if report.driver_idle < IDLE_MIN:
        raise Disturbed(
            f"the driver idled {report.driver_idle:.0%} of the time at {report.pairs} pairs, less than {IDLE_MIN:.0%}: "
            "it was the driver that was measured"
        )


def check_counter(report: Report, before: float, after: float) -> None:
    """Raises Void unless the server counted exactly the messages that the driver sent."""
    driven = report.sent + report.first_messages
    if after - before != driven:
        raise Void(f"/metrics counts {after - before:.0f} messages stored where {driven} were driven ({COUNTER})")


def check_stored(subject: Subject, report: Report, stored: int) -> None:
    """Raises Void unless the database holds exactly the messages that the driver sent."""
    if stored != report.sent:
        raise Void(f"{NAMES[subject]}: {stored} messages in the database where {report.sent} were driven")


def counted(metrics: str) -> float:
    """The counter of stored messages in `/metrics`. Raises Void if it is missing."""
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
    """A percentile of `values`. It is one of the values, without interpolation."""
    ranked = sorted(values)
    return ranked[max(0, ceil(len(ranked) * percent / 100) - 1)]


def put_between_marks(page: str, figures: str, begin: str = BEGIN, end: str = END) -> str:
    """`page` with the text between the marks replaced by `figures`. Raises ValueError if `page` has no marks."""
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"the page has no {begin} followed by {end}")
    return f"{before}{begin}\n\n{figures.strip()}\n\n{end}{after}"
