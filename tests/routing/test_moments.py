"""The earliest of many moments, compared with looking at all of them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.moments import SPARE_MAX, Moments


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=200))
def test_it_is_the_earliest_of_those_that_are_there(steps: list[tuple[bool, int]]) -> None:
    """After each that comes or goes, several at the same moment included."""
    moments, there = Moments(), Counter[int]()
    for comes, moment in steps:
        if comes:
            moments.add(moment)
            there[moment] += 1
        elif there[moment]:
            moments.remove(moment)
            there[moment] -= 1
        assert moments.earliest() == min(there.elements(), default=None)


def test_what_is_not_there_cannot_be_taken_out() -> None:
    """Neither what never was, nor what has gone."""
    moments = Moments()
    moments.add(1)
    moments.remove(1)
    with pytest.raises(KeyError):
        moments.remove(1)


def test_those_that_went_behind_one_that_stays_are_not_kept() -> None:
    """One who waits for good does not make the rest pile up behind them."""
    moments = Moments()
    moments.add(0)
    for moment in range(1, 100 * SPARE_MAX):
        moments.add(moment)
        moments.remove(moment)
    assert moments.kept <= SPARE_MAX + 2
    assert moments.earliest() == 0
