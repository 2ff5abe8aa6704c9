from __future__ import annotations

from learning.catalogue import minutes_in_all


def test_minutes_in_all_over_an_hour_carries() -> None:
    assert minutes_in_all([45, 30, 5]) == (1, 20)
    assert minutes_in_all([]) == (0, 0)
