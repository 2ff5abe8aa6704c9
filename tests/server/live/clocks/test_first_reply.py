"""Late first responses: reminders and alarms."""

from __future__ import annotations

from unittest.mock import Mock

from chat.adapters.clocks import ActiveChat
from chat.frames.floor import Alarm
from routing.desk import Team
from routing.ports import FloorView
from server.live.alarms.alarm_care import AlarmCare
from server.live.alarms.alarms import Alarms
from server.live.chats.open_chats import OpenChats
from server.live.clocks.first_reply import FirstReplies
from server.live.presence.absences import Absences
from server.live.teams import Teams
from storage.ports import Storage
from tests.routing.desks import desk_of
from tests.server.live.fakes import FakeTelling

OWED = ActiveChat("c1", "media", "ada", "Ann", 0, 0, None, None)


class Stage:
    """A chat in which a reply is owed since the moment 0, and a clock."""

    def __init__(self) -> None:
        self.now = 0
        self.telling = FakeTelling()
        self.storage = Mock(spec=Storage)
        floor = Mock(spec=FloorView)
        floor.get.return_value = None
        floor.is_served.return_value = True
        team = Team(key="media", name="Media", schedule="always", first_reply_s=60)
        self.replies = FirstReplies(
            self.storage,
            lambda: self.now,
            lambda since: self.now - since,
            Teams(desk_of(team)),
            OpenChats(),
            floor,
            Alarms(self.telling, AlarmCare(lambda: self.now)),
            Mock(spec=Absences),
        )

    async def after(self, seconds: int, *answered: ActiveChat) -> list[str]:
        """The recipients of events at that second, with `over` if an alarm ended."""
        before, self.now = len(self.telling.told), 1000 * seconds
        await self.replies.update(answered)
        told = self.telling.told[before:]
        return [f"{who}{' over' if isinstance(event, Alarm) and event.over else ''}" for who, event in told]


async def test_agent_is_alarmed_before_the_supervisors() -> None:
    stage = Stage()
    assert [await stage.after(seconds, OWED) for seconds in (59, 60, 119)] == [[], ["ada"], []]
    assert await stage.after(120, OWED) == ["ada", "supervisors of media"]
    assert await stage.after(180, OWED) == ["ada"]
    assert not stage.storage.write.called


async def test_reply_ends_the_alarms() -> None:
    stage = Stage()
    await stage.after(120, OWED)
    assert await stage.after(121) == ["ada over", "supervisors of media over"]
