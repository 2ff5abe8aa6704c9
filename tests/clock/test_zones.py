from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from clock import from_rfc3339, rfc3339
from clock.zones import date_in, end_of_day, local, moment_of, offsets

YEAR = from_rfc3339("2026-01-01T00:00:00.000Z")
HALF_HOUR = 1_800_000
DAY = 48 * HALF_HOUR


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
def test_end_of_day_is_local_midnight(moment: str, days: int, end: str) -> None:
    """On days with a clock change too."""
    assert rfc3339(end_of_day(from_rfc3339(moment), days)) == end


def test_date_in_is_local_with_no_break_spaces() -> None:
    assert date_in(from_rfc3339("2026-12-23T04:59:59.999Z")) == "Dec\u00a022,\u00a02026"


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "UTC"])
def test_local_times_agree_with_zoneinfo(zone: str) -> None:
    """To local time and back, all year: every half hour near a change of the offset, else every 6.5 hours. A repeated
    time goes back to its first occurrence."""
    there = ZoneInfo(zone)

    def at(moment: int) -> datetime:
        return datetime.fromtimestamp(moment // 1000, there)

    for day in range(YEAR, YEAR + 365 * DAY, DAY):
        changes = at(day - DAY).utcoffset() != at(day + 2 * DAY).utcoffset()
        for moment in range(day, day + DAY, HALF_HOUR if changes else 13 * HALF_HOUR):
            shown = at(moment).replace(tzinfo=None, fold=0)
            assert local(moment, zone) == shown
            assert moment_of(shown, zone) == int(shown.replace(tzinfo=there).timestamp()) * 1000


def test_moment_of_skipped_or_repeated_time() -> None:
    """A skipped time moves on by the gap, even by a whole day. A repeated time is its first occurrence."""
    for zone, shown, read in (
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30:00.000Z"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00.000Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45:00.000Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00.000Z"),
    ):
        assert rfc3339(moment_of(datetime.fromisoformat(shown), zone)) == read


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_offsets_agree_with_zoneinfo(zone: str) -> None:
    """Ten years: each offset is right at its first and its last millisecond."""
    there, end = ZoneInfo(zone), YEAR + 10 * 365 * 48 * HALF_HOUR
    found = offsets(YEAR, end, zone)
    assert found[0][0] == YEAR and all(one[1] != other[1] for one, other in pairwise(found))
    for (begins, offset), (until, _) in pairwise([*found, (end, 0)]):
        for moment in (begins, until - 1):
            shown = datetime.fromtimestamp(moment // 1000, there).utcoffset()
            assert shown is not None and shown.total_seconds() * 1000 == offset
    assert offsets(YEAR, YEAR + 1, zone) == found[:1]
