from __future__ import annotations

from math import exp

import pytest

from bench.theory import ERLANG_A, ERLANG_C, Interval, Setting, erlang_a, erlang_c, simulated


@pytest.mark.parametrize(("seats", "load", "waiting"), [(1, 0.5, 0.5), (3, 2 / 3, 4 / 9), (10, 0.8, 0.4092)])
def test_erlang_c_matches_published_tables(seats: int, load: float, waiting: float) -> None:
    """The share that waits is from textbooks, and the mean wait follows from it."""
    found = erlang_c(seats, load)
    assert found.waiting == pytest.approx(waiting, abs=1e-4)
    assert found.wait == pytest.approx(found.waiting / (seats * (1 - load)))


def test_erlang_a_matches_its_known_special_cases() -> None:
    """With very patient customers it equals Erlang C. With patience equal to the service time, the number of people is
    Poisson for any number of slots. At the extremes nobody or everybody leaves."""
    assert erlang_a(4, 0.7, 1e7).wait == pytest.approx(erlang_c(4, 0.7).wait, rel=1e-4)
    same = erlang_a(2, 1.5, 1)
    assert same.waiting == pytest.approx(1 - exp(-3) * (1 + 3), abs=1e-9)
    assert erlang_a(3, 0.1, 5).leaving < 1e-3 < 0.97 < erlang_a(3, 50, 5).leaving


@pytest.mark.parametrize("setting", [Setting(1, 2, 0.6, 15_000), Setting(5, 1, 1.1, 15_000, 1)], ids=["C", "A"])
def test_theory_is_inside_the_simulated_interval(setting: Setting) -> None:
    """With the real floor and a fixed seed, for the mean wait and the share, within a narrow interval."""
    found = simulated(setting)
    assert found.wait.holds and found.share.holds
    assert found.wait.relative < 0.16 and found.share.relative < 0.06


def test_interval_that_is_off_or_too_wide_fails() -> None:
    """The interval must contain the theoretical value and be narrow enough."""
    assert Interval(1.0, 0.1, 1.09).holds and not Interval(1.0, 0.1, 1.11).holds
    wide = simulated(Setting(1, 1, 0.5, 2_000))
    assert not wide.met


def test_settings_are_covered_by_theory() -> None:
    """Six of each, without duplicates. Without patience, the load is below 1."""
    assert (len(set(ERLANG_C)), len(set(ERLANG_A))) == (6, 6)
    assert all(setting.load < 1 and setting.patience is None for setting in ERLANG_C)
    assert all(setting.patience for setting in ERLANG_A)
