"""The earliest of many moments, compared with a sorted list."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.moments import SPARE_MAX, Moments


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=200))
def test_earliest_matches_a_sorted_list(steps: list[tuple[bool, int]]) -> None:
    """After each add and remove, duplicates included."""
    moments, there = Moments(), Counter[int]()
    for comes, moment in steps:
        if comes:
            moments.add(moment)
            there[moment] += 1
        elif there[moment]:
            moments.remove(moment)
            there[moment] -= 1
        assert moments.earliest() == min(there.elements(), default=None)


def test_remove_of_missing_moment_raises() -> None:
    moments = Moments()
    moments.add(1)
    moments.remove(1)
    with pytest.raises(KeyError):
        moments.remove(1)


def test_removed_moments_do_not_pile_up() -> None:
    moments = Moments()
    moments.add(0)
    for moment in range(1, 100 * SPARE_MAX):
        moments.add(moment)
        moments.remove(moment)
    assert moments.kept <= SPARE_MAX + 2
    assert moments.earliest() == 0
