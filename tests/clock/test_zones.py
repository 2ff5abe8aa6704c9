"""Local days."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from clock import from_rfc3339, rfc3339
from clock.zones import date_in, end_of_day, local, moment_of, offsets

YEAR = from_rfc3339("2026-01-01T00:00:00.000Z")
HALF_HOUR = 1_800_000


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


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "UTC"])
def test_local_times_agree_with_zoneinfo(zone: str) -> None:
    """Every half hour of a year: what the clock shows, and, but for the second of two times, back again."""
    there = ZoneInfo(zone)
    for moment in range(YEAR, YEAR + 365 * 48 * HALF_HOUR, HALF_HOUR):
        aware = datetime.fromtimestamp(moment // 1000, there)
        shown = aware.replace(tzinfo=None, fold=0)
        assert local(moment, zone) == shown
        first = shown.replace(tzinfo=there)
        assert moment_of(shown, zone) == int(first.timestamp()) * 1000


def test_times_that_are_skipped_or_repeated() -> None:
    """As much later as the clocks skip; the first of two; where a whole day is skipped, a day later."""
    for zone, shown, read in (
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30:00.000Z"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00.000Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45:00.000Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00.000Z"),
    ):
        assert rfc3339(moment_of(datetime.fromisoformat(shown), zone)) == read


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_stretches_of_one_offset(zone: str) -> None:
    """Ten years in stretches: at the beginning and the end of each the offset is the one that zoneinfo has."""
    there, end = ZoneInfo(zone), YEAR + 10 * 365 * 48 * HALF_HOUR
    found = offsets(YEAR, end, zone)
    assert found[0][0] == YEAR and all(one[1] != other[1] for one, other in pairwise(found))
    for (begins, offset), (until, _) in pairwise([*found, (end, 0)]):
        for moment in (begins, until - 1):
            shown = datetime.fromtimestamp(moment // 1000, there).utcoffset()
            assert shown is not None and shown.total_seconds() * 1000 == offset
    assert offsets(YEAR, YEAR + 1, zone) == found[:1]
