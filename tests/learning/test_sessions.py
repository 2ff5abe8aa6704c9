from __future__ import annotations

from dataclasses import replace

import pytest

from clock import from_rfc3339
from learning.sessions import Fault, Session, check, differs_in_calendars, is_link, starts_at

NOW = from_rfc3339("2026-11-29T12:00:00Z")
SESSION = Session(
    series="orders",
    kind="webinar",
    title="Orders",
    starts_at=from_rfc3339("2026-12-01T16:00:00Z"),
    minutes=45,
    zone="America/New_York",
    capacity=40,
)


@pytest.mark.parametrize(
    ("shown", "utc"),
    [
        ("2026-03-07T11:00", "2026-03-07T16:00:00Z"),
        ("2026-03-08T11:00", "2026-03-08T15:00:00Z"),
        ("2026-10-31T11:00", "2026-10-31T15:00:00Z"),
        ("2026-11-01T11:00", "2026-11-01T16:00:00Z"),
        ("2026-11-01T01:30", "2026-11-01T05:30:00Z"),
    ],
)
def test_start_keeps_its_time_of_day_over_a_change_of_clocks(shown: str, utc: str) -> None:
    assert starts_at(shown, "America/New_York") == from_rfc3339(utc)


@pytest.mark.parametrize(
    ("shown", "zone", "field"),
    [
        ("2026-03-08T02:30", "America/New_York", "starts"),
        ("2026-12-01T11:00+01:00", "America/New_York", "starts"),
        ("2026-12-01T11:00:30", "America/New_York", "starts"),
        ("tomorrow", "America/New_York", "starts"),
        ("2026-12-01T11:00", "Mars/Olympus", "zone"),
    ],
)
def test_start_that_does_not_exist_is_refused(shown: str, zone: str, field: str) -> None:
    with pytest.raises(Fault) as fault:
        starts_at(shown, zone)
    assert fault.value.field == field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(SESSION, starts_at=NOW), "starts"),
        (replace(SESSION, minutes=0), "minutes"),
        (replace(SESSION, capacity=0), "capacity"),
        (replace(SESSION, title="  "), "title"),
        (replace(SESSION, link="javascript:alert(1)"), "link"),
        (replace(SESSION, recording="http://plain.example"), "recording"),
        (replace(SESSION, after="course"), "after"),
    ],
)
def test_session_that_cannot_be_held_is_refused(wrong: Session, field: str) -> None:
    with pytest.raises(Fault) as fault:
        check(wrong, NOW)
    assert fault.value.field == field


def test_past_session_may_change_except_for_its_time() -> None:
    past = replace(SESSION, starts_at=NOW - 1)
    check(replace(past, recording="https://videos.example/1"), NOW, past)
    with pytest.raises(Fault):
        check(replace(past, starts_at=NOW - 2), NOW, past)


def test_calendars_show_moves_but_not_more_places() -> None:
    assert not differs_in_calendars(SESSION, replace(SESSION, capacity=50, title="Other"))
    starts, link = replace(SESSION, starts_at=1), replace(SESSION, link="/x")
    for other in (starts, link, replace(SESSION, minutes=5), replace(SESSION, state="cancelled")):
        assert differs_in_calendars(SESSION, other)


def test_links_lead_to_https_or_to_this_desk() -> None:
    assert is_link("https://meet.example/x") and is_link("/articles/1")
    for wrong in ("//evil.example", "http://x.example", "/a\nb", 'https://x.example/"', "data:text/html,x", ""):
        assert not is_link(wrong)
