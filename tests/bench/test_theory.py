"""The simulator agrees with queueing theory: the short form of `python -m bench.simulation`."""

from __future__ import annotations

from math import exp

import pytest

from bench.theory import ERLANG_A, ERLANG_C, Interval, Setting, erlang_a, erlang_c, simulated


@pytest.mark.parametrize(("seats", "load", "waiting"), [(1, 0.5, 0.5), (3, 2 / 3, 4 / 9), (10, 0.8, 0.4092)])
def test_erlang_c_is_what_tables_say(seats: int, load: float, waiting: float) -> None:
    """The share that waits is that of the textbooks, and the mean wait follows from it."""
    found = erlang_c(seats, load)
    assert found.waiting == pytest.approx(waiting, abs=1e-4)
    assert found.wait == pytest.approx(found.waiting / (seats * (1 - load)))


def test_erlang_a_lies_between_what_is_known() -> None:
    """With very patient customers it is Erlang C; with patience like service a Poisson number of people are there,
    with any number of seats; at the limits nobody or everybody leaves."""
    assert erlang_a(4, 0.7, 1e7).wait == pytest.approx(erlang_c(4, 0.7).wait, rel=1e-4)
    same = erlang_a(2, 1.5, 1)
    assert same.waiting == pytest.approx(1 - exp(-3) * (1 + 3), abs=1e-9)
    assert erlang_a(3, 0.1, 5).leaving < 1e-3 < 0.97 < erlang_a(3, 50, 5).leaving


@pytest.mark.parametrize("setting", [Setting(1, 2, 0.6, 15_000), Setting(5, 1, 1.1, 15_000, 1)], ids=["C", "A"])
def test_theory_is_inside_the_interval(setting: Setting) -> None:
    """On the real floor, with a fixed seed: mean wait and share are what theory says, within a narrow interval."""
    found = simulated(setting)
    assert found.wait.holds and found.share.holds
    assert found.wait.relative < 0.16 and found.share.relative < 0.06


def test_what_is_off_is_seen() -> None:
    """An interval that does not reach theory does not hold, and one that is too wide does not meet what it must."""
    assert Interval(1.0, 0.1, 1.09).holds and not Interval(1.0, 0.1, 1.11).holds
    wide = simulated(Setting(1, 1, 0.5, 2_000))
    assert not wide.met


def test_settings_are_those_that_theory_knows() -> None:
    """Six of each, no two alike; without patience none that never comes to rest."""
    assert (len(set(ERLANG_C)), len(set(ERLANG_A))) == (6, 6)
    assert all(setting.load < 1 and setting.patience is None for setting in ERLANG_C)
    assert all(setting.patience for setting in ERLANG_A)
