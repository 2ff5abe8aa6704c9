"""Overdue responses after the first."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

from chat.adapters.clocks import ActiveChat
from chat.frames.floor import Alarm
from routing.desk import Team
from routing.ports import FloorView
from server.live.alarms.alarm_care import AlarmCare
from server.live.alarms.alarms import Alarms
from server.live.clocks.next_reply import NextReplies
from server.live.teams import Teams
from tests.routing.desks import desk_of
from tests.server.live.fakes import FakeTelling

OWED = ActiveChat("c1", "media", "ada", "Ann", 0, 1_000, None, 500)
BOTH = ["ada", "supervisors of media"]


class Stage:
    """A chat in which another reply is owed since second 1, and a clock."""

    def __init__(self) -> None:
        self.now = self.wall_ahead = 0
        self.telling = FakeTelling()
        self.paused = set[str]()
        floor = Mock(spec=FloorView)
        floor.get.return_value = None
        self.replies = NextReplies(
            lambda: self.now,
            lambda since: self.now + self.wall_ahead - since,
            Teams(desk_of(Team(key="media", name="Media", schedule="always", next_reply_s=60))),
            lambda chat: chat in self.paused,
            floor,
            Alarms(self.telling, AlarmCare(lambda: self.now)),
        )

    def after(self, seconds: int, *answered: ActiveChat) -> list[str]:
        """The recipients of events at that second, with `over` if an alarm ended."""
        before, self.now = len(self.telling.told), 1000 * seconds
        self.replies.update(answered)
        told = self.telling.told[before:]
        assert all(isinstance(event, Alarm) and event.kind == "next_reply" for _, event in told)
        return [f"{who}{' over' if isinstance(event, Alarm) and event.over else ''}" for who, event in told]


def test_agent_and_supervisors_are_alarmed_at_the_target() -> None:
    stage = Stage()
    assert [stage.after(seconds, OWED) for seconds in (60, 61, 300)] == [[], BOTH, []]


def test_reply_ends_the_alarm() -> None:
    stage = Stage()
    stage.after(61, OWED)
    assert stage.after(62) == ["ada over", "supervisors of media over"]
    assert stage.after(63) == []


def test_first_response_and_unowed_reply_raise_no_alarm() -> None:
    stage = Stage()
    first, answered = replace(OWED, agent_reply_at=None), replace(OWED, reply_owed_since=None)
    assert stage.after(900, first, answered) == []


def test_absent_customer_raises_no_alarm_and_ends_one() -> None:
    stage = Stage()
    stage.paused = {"c1"}
    assert stage.after(900, OWED) == []
    stage.paused = set()
    assert stage.after(901, OWED) == BOTH
    stage.paused = {"c1"}
    assert stage.after(902, OWED) == ["ada over", "supervisors of media over"]


def test_clock_that_jumps_raises_no_alarm() -> None:
    """The wall clock goes ahead by an hour. The wait is measured by the steady clock."""
    stage = Stage()
    stage.after(2, OWED)
    stage.wall_ahead = 3_600_000
    assert stage.after(3, OWED) == []
