"""News to connections, over the hub."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chat.adapters.hub import Hub
from chat.events import Logged
from chat.frames.ephemeral import HoursEvent
from chat.frames.floor import Alarm
from identity.actor import Actor, Role
from server.live.telling import HubTelling
from tests.chat.adapters.test_hub import Screen

ALARM = Alarm(kind="queue", team="media", since="2026-11-25T12:00:00.000Z")


async def no_events(chat: str, seq: int, limit: int) -> tuple[Sequence[Logged], bool]:
    return [], False


async def no_about(chat: str) -> bytes | None:
    return None


@pytest.fixture
def hub() -> Hub:
    return Hub(no_events, no_about)


def joined(hub: Hub, person: str, role: Role | None = None, *teams: str) -> Screen:
    screen = Screen(person, staff=role is not None)
    screen.actor = Actor("staff" if role else "customer", person, role=role, teams=frozenset(teams))
    hub.join(screen)
    return screen


def test_alarm_goes_to_the_supervisors_of_the_team(hub: Hub) -> None:
    told = [joined(hub, "sue", "supervisor", "media"), joined(hub, "sue", "supervisor", "media")]
    others = [joined(hub, "ada", "agent", "media"), joined(hub, "pia", "supervisor", "prod"), joined(hub, "ann")]
    HubTelling(hub).to_supervisors("media", ALARM)
    assert [len(screen.frames) for screen in (*told, *others)] == [1, 1, 0, 0, 0]


def test_message_to_a_person_reaches_only_staff_connections(hub: Hub) -> None:
    """A customer may have the same id."""
    staff, customer = joined(hub, "ada", "agent", "media"), joined(hub, "ada")
    HubTelling(hub).to_person("ada", ALARM)
    assert [len(screen.frames) for screen in (staff, customer)] == [1, 0]


async def test_message_to_all_has_a_separate_view_for_staff(hub: Hub) -> None:
    ada, ann = joined(hub, "ada", "agent", "media"), joined(hub, "ann")
    theirs = HoursEvent(teams=[{"team": "media"}])
    await HubTelling(hub).to_all(HoursEvent(teams=[]), lambda actor: theirs)
    assert [screen.frames[0]["teams"] for screen in (ada, ann)] == [[{"team": "media"}], []]
