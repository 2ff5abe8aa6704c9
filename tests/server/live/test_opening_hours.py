"""Opening hours of one team. Over sockets: `tests/stories/test_hours.py`."""

from __future__ import annotations

import pytest

from clock import from_rfc3339
from refusals import Refused
from routing.desk import Team
from routing.hours import Schedule
from server.live.opening_hours import OpeningHours
from server.live.teams import Teams
from tests.routing.desks import ALWAYS, NIGHTS, desk_of

NOON, NIGHT = (from_rfc3339(f"2026-11-23T{time}:00.000Z") for time in ("12:00", "22:00"))
NEVER = Schedule("standard", ((),) * 7)
MEDIA = Team(key="media", name="Media", schedule="standard", closing_notice_s=60, closing_drain_s=30)


def hours_of(schedule: Schedule) -> OpeningHours:
    return OpeningHours(lambda: NOON, Teams(desk_of(MEDIA, schedule=schedule)))


@pytest.mark.parametrize(
    ("schedule", "opens_at", "says"),
    [(NIGHTS, "2026-11-23T22:00:00.000Z", "opens on Monday"), (NEVER, None, "doesn't take chats")],
)
def test_closed_team_refuses_chats_with_its_opening_time(schedule: Schedule, opens_at: str | None, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        hours_of(schedule).check_open("media")
    assert (refused.value.code, refused.value.facts["opens_at"]) == ("team_closed", opens_at)


def test_open_team_takes_chats() -> None:
    hours_of(ALWAYS).check_open("media")


def test_state_has_the_hours_and_durations_of_the_team() -> None:
    state = hours_of(NIGHTS).state("media", NIGHT, answerable=True)
    assert state is not None and state.open and state.answerable
    assert (state.closes_at, state.notice_ms, state.drain_ms) == (NIGHT + 4 * 3_600_000, 60_000, 30_000)
    assert hours_of(NIGHTS).state("unknown", NIGHT) is None
