from __future__ import annotations

import pytest

from clock import from_rfc3339, rfc3339
from following.announcement import Kind, News
from following.follow import How, due_after_move, due_at, whats_of


@pytest.mark.parametrize(
    ("how", "now", "zone", "due"),
    [
        ("at_once", "2026-11-24T22:40:00Z", "America/Chicago", "2026-11-24T22:40:00Z"),
        ("daily", "2026-11-24T13:59:00Z", "America/Chicago", "2026-11-24T14:00:00Z"),
        ("daily", "2026-11-24T14:00:00Z", "America/Chicago", "2026-11-24T14:00:00Z"),
        ("daily", "2026-11-24T14:00:01Z", "America/Chicago", "2026-11-25T14:00:00Z"),
        # Tuesday: the next Monday.
        ("weekly", "2026-11-24T22:40:00Z", "America/Chicago", "2026-11-30T14:00:00Z"),
        # Sunday 23:00 in Chicago, Monday 05:00 in UTC: the Monday that begins in an hour.
        ("weekly", "2026-11-30T05:00:00Z", "America/Chicago", "2026-11-30T14:00:00Z"),
        ("weekly", "2026-11-30T14:00:01Z", "America/Chicago", "2026-12-07T14:00:00Z"),
        # The clocks go back on Sunday, Nov 1: the letter still comes at 08:00.
        ("daily", "2026-10-31T20:00:00Z", "America/New_York", "2026-11-01T13:00:00Z"),
        ("weekly", "2026-10-31T20:00:00Z", "Asia/Kolkata", "2026-11-02T02:30:00Z"),
    ],
)
def test_due_time_is_eight_in_the_readers_zone(how: How, now: str, zone: str, due: str) -> None:
    assert rfc3339(due_at(how, from_rfc3339(now), zone)) == rfc3339(from_rfc3339(due))


@pytest.mark.parametrize(
    ("how", "due", "zone", "later"),
    [
        ("at_once", "2026-11-24T14:00:00Z", "America/Los_Angeles", "2026-11-24T14:00:00Z"),
        ("daily", "2026-11-24T14:00:00Z", "America/Chicago", "2026-11-24T14:00:00Z"),
        ("daily", "2026-11-24T14:00:00Z", "America/Los_Angeles", "2026-11-24T16:00:00Z"),
        ("daily", "2026-11-24T14:00:00Z", "Europe/Paris", "2026-11-25T07:00:00Z"),
        ("weekly", "2026-11-30T14:00:00Z", "America/Los_Angeles", "2026-11-30T16:00:00Z"),
        # 15:00 on Monday in Paris: not a week later.
        ("weekly", "2026-11-30T14:00:00Z", "Europe/Paris", "2026-11-30T14:00:00Z"),
    ],
)
def test_due_time_after_a_move_is_the_next_eight_there_within_a_day(how: How, due: str, zone: str, later: str) -> None:
    assert rfc3339(due_after_move(how, from_rfc3339(due), zone)) == rfc3339(from_rfc3339(later))


@pytest.mark.parametrize(
    ("kind", "news", "told"),
    [
        ("section", "new", {"new", "new_and_updates"}),
        ("section", "update", {"new_and_updates"}),
        ("releases", "update", {"new_and_updates"}),
        ("article", "update", {"new", "new_and_updates"}),
    ],
)
def test_level_new_hears_of_updates_only_for_articles(kind: Kind, news: News, told: set[str]) -> None:
    assert set(whats_of(kind, news)) == told
