"""Local days."""

from __future__ import annotations

import pytest

from clock import from_rfc3339, rfc3339
from clock.zones import date_in, end_of_day


@pytest.mark.parametrize(
    ("moment", "days", "end"),
    [
        ("2026-11-24T15:00:00.000Z", 0, "2026-11-25T04:59:59.999Z"),
        ("2026-11-25T04:59:59.999Z", 0, "2026-11-25T04:59:59.999Z"),
        ("2026-11-25T05:00:00.000Z", 0, "2026-11-26T04:59:59.999Z"),
        ("2026-10-31T15:00:00.000Z", 1, "2026-11-02T04:59:59.999Z"),
        ("2026-03-07T15:00:00.000Z", 1, "2026-03-09T03:59:59.999Z"),
    ],
)
def test_a_day_ends_at_local_midnight(moment: str, days: int, end: str) -> None:
    """The last millisecond of the day in the east, on the days too on which the clocks change."""
    assert rfc3339(end_of_day(from_rfc3339(moment), days)) == end


def test_a_date_is_local_and_never_breaks() -> None:
    """Late in the evening in the east it is still that day."""
    assert date_in(from_rfc3339("2026-12-23T04:59:59.999Z")) == "Dec\u00a022,\u00a02026"
