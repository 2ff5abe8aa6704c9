"""The limits of the figures, and whether they are met.

A ratio or a difference compares runs of the same round. A verdict is about the median of all rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.figures import Load, Round, Spread, Subject, spread

TEN, HUNDRED, THOUSAND = Load(10, window=4), Load(100, window=2), Load(1_000)
WATCHED = Load(100, window=2, watched=True)
CALM, HALF = Load(100, rate=1), Load(100, half_of=HUNDRED.name)
IDLE = (1_000, 10_000)
KIB_AT = IDLE[-1]


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure and its limit. `form` is a format template."""

    what: str
    value: Callable[[Round], float | None]
    must: float
    aim: float
    form: str
    at_least: bool = False

    def keeps(self, value: float, bound: float) -> bool:
        return value >= bound if self.at_least else value <= bound


@dataclass(frozen=True, slots=True)
class Verdict:
    """A limit, and the measured value."""

    promise: Promise
    measured: Spread

    @property
    def met(self) -> bool:
        return self.promise.keeps(self.measured.median, self.promise.must)

    @property
    def reached(self) -> bool:
        return self.promise.keeps(self.measured.median, self.promise.aim)


def _us(load: Load, subject: Subject = "switchboard") -> Callable[[Round], float]:
    return lambda each: each.loads[load.name][subject].us


def _times_a(load: Load) -> Callable[[Round], float]:
    return lambda each: each.loads[load.name]["switchboard"].us / each.loads[load.name]["relay"].us


def _throughput(load: Load) -> Callable[[Round], float]:
    return lambda each: each.loads[load.name]["switchboard"].a_second / each.loads[load.name]["relay"].a_second


def _growth(each: Round, subject: Subject) -> float:
    return _us(THOUSAND, subject)(each) / _us(TEN, subject)(each)


def _later(load: Load, percentile: str) -> Callable[[Round], float]:
    def value(each: Round) -> float:
        ours, a = each.loads[load.name]["switchboard"], each.loads[load.name]["relay"]
        return ours.p50_ms - a.p50_ms if percentile == "p50" else ours.p99_ms - a.p99_ms

    return value


def _less_than(subject: Subject) -> Callable[[Round], float]:
    return lambda each: _us(HUNDRED, subject)(each) / _us(HUNDRED)(each)


PROMISES = (
    Promise("CPU a message, 100 pairs", _times_a(HUNDRED), 1.8, 1.5, "{:.2f} × A"),
    Promise("CPU a message, 1,000 pairs", _times_a(THOUSAND), 1.4, 1.2, "{:.2f} × A"),
    Promise("throughput, 100 pairs", _throughput(HUNDRED), 0.45, 0.60, "{:.2f} × A", at_least=True),
    Promise(
        "growth of CPU from 10 to 1,000 pairs",
        lambda each: _growth(each, "switchboard") / _growth(each, "relay"),
        1.15,
        1.0,
        "{:.2f} × A's",
    ),
    Promise(
        "a watcher on every chat, CPU",
        lambda each: (_us(WATCHED)(each) / _us(HUNDRED)(each) - 1) * 100,
        40,
        25,
        "{:+.0f} %",
    ),
    Promise("p50, 100 chats × 1/s", _later(CALM, "p50"), 1, 0.5, "A {:+.2f} ms"),
    Promise("p99 at half of our saturation", _later(HALF, "p99"), 5, 2, "A {:+.2f} ms"),
    Promise("CPU, against an ORM session a message", _less_than("orm_session"), 10, 15, "{:.1f} × less", at_least=True),
    Promise("CPU, against Django Channels", _less_than("channels"), 15, 20, "{:.1f} × less", at_least=True),
    Promise("CPU, against socket.io", _less_than("socketio"), 1.5, 2, "{:.1f} × less", at_least=True),
    Promise(
        "memory an idle customer, 10,000 of them",
        lambda each: each.held[KIB_AT]["switchboard"].kib,
        26,
        22,
        "{:.1f} KiB",
    ),
)
"""The promises, in the order of the table."""


def verdicts(rounds: Sequence[Round]) -> list[Verdict]:
    """The verdict on each promise, over all rounds."""
    found = ((promise, spread(rounds, promise.value)) for promise in PROMISES)
    return [Verdict(promise, measured) for promise, measured in found if measured is not None]
