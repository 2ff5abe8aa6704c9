"""What was measured, and what it amounts to: pure functions of the driver's reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Literal

from prometheus_client.parser import text_string_to_metric_families

IDLE_MIN = 0.10
"""Share of the time that the driver must have had nothing to do: with less, it was the driver that was measured."""
COUNTER = "switchboard_messages_stored_total"
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"

Subject = Literal["relay", "switchboard"]


class Void(Exception):
    """The figures mean nothing; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is driven: so many pairs, each with `window` messages under way, or at `rate` messages a second."""

    pairs: int
    window: int = 1
    rate: float = 0
    must: float | None = None
    """The most that a message may cost, as a multiple of what the relay spends on it."""

    @property
    def name(self) -> str:
        return f"{self.pairs:,} chats × {self.rate:g}/s" if self.rate else f"{self.pairs:,} pairs"


@dataclass(frozen=True, slots=True)
class Report:
    """What the driver tells of one run. All but the last four figures are of the measured interval alone."""

    pairs: int
    window: int
    rate: float
    seconds: float
    messages: int
    """Complete: acknowledged to the sender, arrived at the other side."""
    server_cpu_s: float
    """User and system, the whole process."""
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

    @classmethod
    def read(cls, text: str) -> Report:
        """Raises Void for a report that does not add up."""
        report = cls(**json.loads(text))
        if not report.sent == report.oks == report.events:
            raise Void(f"{report.sent} messages sent, {report.oks} acknowledged, {report.events} arrived")
        return report

    @property
    def us(self) -> float:
        """CPU microseconds a message."""
        return self.server_cpu_s / self.messages * 1e6

    @property
    def a_second(self) -> float:
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True)
class Round:
    """One run of each, one right after the other, so that both had the same machine."""

    relay: Report
    switchboard: Report


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
        if self.low == self.high:
            return format(self.median, spec)
        return f"{self.median:{spec}} ({self.low:{spec}}–{self.high:{spec}})"


@dataclass(frozen=True, slots=True)
class Idle:
    """KiB of memory that one more idle connection takes."""

    connections: int
    relay: Spread
    switchboard: Spread


def check_driver(report: Report) -> None:
    """Raises Void where the driver was too busy to have waited for the server."""
    if report.driver_idle < IDLE_MIN:
        raise Void(
            f"the driver idled {report.driver_idle:.0%} of the time at {report.pairs} pairs, less than {IDLE_MIN:.0%}: "
            "it was the driver that was measured"
        )


def check_counter(report: Report, before: float, after: float) -> None:
    """Raises Void unless the server counted exactly the messages that were driven."""
    driven = report.sent + report.first_messages
    if after - before != driven:
        raise Void(f"/metrics counts {after - before:.0f} messages stored where {driven} were driven ({COUNTER})")


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


def ratio(rounds: Sequence[Round]) -> Spread:
    """What a message costs, as a multiple of what it costs the relay in the same round."""
    return Spread.of([each.switchboard.us / each.relay.us for each in rounds])


def table(loads: Sequence[tuple[Load, Sequence[Round]]], idle: Idle | None) -> str:
    """The figures as a Markdown table: medians, in brackets the lowest and the highest."""
    lines = ["| | A: bare relay | Switchboard | against A | must |", "|---|---|---|---|---|"]
    for load, rounds in loads:
        lines += _latency_lines(load, rounds) if load.rate else _saturation_lines(load, rounds)
    if idle:
        name = f"KiB an idle connection, {idle.connections:,} of them"
        lines.append(_line(name, f"{idle.relay:.1f}", f"{idle.switchboard:.1f}", "", ""))
    return "\n".join(lines) + "\n"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _saturation_lines(load: Load, rounds: Sequence[Round]) -> list[str]:
    relay, ours = [each.relay for each in rounds], [each.switchboard for each in rounds]
    cost = ratio(rounds)
    must = "" if load.must is None else f"≤ {load.must} × A: {'met' if cost.median <= load.must else 'missed'}"
    speed = Spread.of([each.switchboard.a_second / each.relay.a_second for each in rounds])
    costs = [Spread.of([report.us for report in side]) for side in (relay, ours)]
    speeds = [Spread.of([report.a_second for report in side]) for side in (relay, ours)]
    return [
        _line(f"CPU µs a message, {load.name}", *(f"{each:.1f}" for each in costs), f"× {cost:.2f}", must),
        _line(f"messages a second, {load.name}", *(f"{each:,.0f}" for each in speeds), f"× {speed:.2f}", ""),
    ]


def _latency_lines(load: Load, rounds: Sequence[Round]) -> list[str]:
    p50 = [(each.relay.p50_ms, each.switchboard.p50_ms) for each in rounds]
    p99 = [(each.relay.p99_ms, each.switchboard.p99_ms) for each in rounds]
    return [
        _line(
            f"{name} ms, {load.name}",
            f"{Spread.of([a for a, _ in took]):.2f}",
            f"{Spread.of([b for _, b in took]):.2f}",
            f"{Spread.of([b - a for a, b in took]):+.2f}",
            "",
        )
        for name, took in (("p50", p50), ("p99", p99))
    ]


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
