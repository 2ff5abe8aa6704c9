from __future__ import annotations

import pytest

from bench.verdicts import HUNDRED, PROMISES, verdicts
from tests.bench.rounds import a_round, without


def test_every_promise_gets_a_verdict() -> None:
    found = verdicts([a_round()])
    assert [verdict.promise for verdict in found] == list(PROMISES)
    assert all(verdict.met for verdict in found)


def test_ratio_is_taken_within_each_round() -> None:
    """A machine that slows both sides of a round equally does not change the ratio."""
    (cpu, *_) = verdicts([a_round(40, 20), a_round(80, 40), a_round(50, 20)])
    assert (cpu.measured.median, cpu.measured.low, cpu.measured.high) == pytest.approx((2.0, 2.0, 2.5), rel=1e-3)


def test_bound_applies_to_the_median() -> None:
    """One bad round of three still meets it. The aim is judged separately."""
    good, bad = a_round(37, 25), a_round(50, 25)
    (cpu, *_) = verdicts([good, good, bad])
    assert cpu.met and cpu.reached
    (cpu, *_) = verdicts([good, bad, bad])
    assert not cpu.met and not cpu.reached
    (cpu, *_) = verdicts([a_round(40, 25)])
    assert cpu.met and not cpu.reached


@pytest.mark.parametrize(
    ("what", "ours", "late", "met"),
    [
        ("throughput, 100 pairs", 55.0, 0.4, True),
        ("throughput, 100 pairs", 56.0, 0.4, False),
        ("p50, 100 chats × 1/s", 40.0, 1.01, False),
        ("p99 at half of our saturation", 40.0, 5.01, False),
        ("CPU, against socket.io", 61.0, 0.4, False),
        ("CPU, against Django Channels", 54.0, 0.4, False),
        ("CPU, against an ORM session a message", 71.0, 0.4, False),
    ],
)
def test_bound_is_a_minimum_or_a_maximum(what: str, ours: float, late: float, met: bool) -> None:
    (verdict,) = [each for each in verdicts([a_round(ours, 25, late)]) if each.promise.what == what]
    assert verdict.met is met


def test_unmeasured_promise_has_no_verdict() -> None:
    found = verdicts([without(a_round(), HUNDRED, "channels")])
    missing = {promise.what for promise in PROMISES} - {verdict.promise.what for verdict in found}
    assert missing == {"CPU, against Django Channels"}
