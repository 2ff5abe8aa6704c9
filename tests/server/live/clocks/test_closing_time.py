"""The sweep at closing time, when something fails. The rest: `tests/stories/test_routing_at_closing.py`."""

from __future__ import annotations

from unittest.mock import create_autospec

import pytest
from structlog.testing import capture_logs

from chat.adapters.closing_time_rows import Waiting
from chat.closing_time import NOT_ASKED, Asked, OpeningState
from chat.conversation import Chat
from chat.service import Conversations
from routing.ports import FloorView
from server.live.alarms.alarms import Alarms
from server.live.chats.open_chats import OpenChats
from server.live.clocks.closing_time import ClosingTime
from server.live.opening_hours import OpeningHours
from server.live.presence.attendance import Attendance
from storage.ports import Storage, StorageUnavailable
from tests.server.live.fakes import FakeTelling

NOW, MINUTE = 1_700_000_000_000, 60_000
CLOSES = NOW + MINUTE


class Stage:
    """Two chats that wait for a team which closes in a minute."""

    def __init__(self) -> None:
        self.storage = create_autospec(Storage, instance=True)
        self.storage.read.return_value = [Waiting(chat, "media", NOT_ASKED, frozenset()) for chat in ("c1", "c2")]
        self.hours = create_autospec(OpeningHours, instance=True)
        self.closes_in(MINUTE)
        self.alarms = create_autospec(Alarms, instance=True)
        open_chats = OpenChats()
        open_chats.keep(Chat("c1", "media", "queued", "ana", None))
        floor = create_autospec(FloorView, instance=True)
        floor.agents.return_value = []
        self.closing_time = ClosingTime(
            self.storage,
            lambda: NOW,
            self.hours,
            open_chats,
            floor,
            create_autospec(Attendance, instance=True),
            create_autospec(Conversations, instance=True),
            FakeTelling(),
            self.alarms,
        )

    def closes_in(self, ms: int) -> None:
        self.hours.state.return_value = OpeningState(
            open=True, closes_at=NOW + ms, notice_ms=10 * MINUTE, drain_ms=MINUTE, answerable=False
        )


async def test_chat_that_cannot_be_asked_does_not_stop_the_others() -> None:
    stage = Stage()
    stage.storage.write.side_effect = [ValueError("a fault"), Asked(CLOSES, CLOSES)]
    with capture_logs() as logs:
        await stage.closing_time.sweep()
    assert stage.storage.write.await_count == 2
    assert [(one["event"], one["chat"]) for one in logs] == [("closing_failed", "c1")]
    ((_, alarms), _) = stage.alarms.report.call_args
    assert [alarm.team for alarm in alarms] == ["media"]


async def test_chat_that_waits_after_closing_is_alarmed_although_nobody_was_asked() -> None:
    """It was requeued while its team was closed. Supervisors must know that somebody still waits."""
    stage = Stage()
    requeued = Asked(decide_by=None, due_at=NOW + MINUTE)
    stage.storage.read.return_value = [Waiting("c1", "media", requeued, frozenset())]
    stage.hours.state.return_value = OpeningState(
        open=False, closes_at=None, notice_ms=10 * MINUTE, drain_ms=MINUTE, answerable=True
    )
    await stage.closing_time.sweep()
    ((kind, (alarm,)), _) = stage.alarms.report.call_args
    assert (kind, alarm.team) == ("closing", "media")
    assert not stage.storage.write.called


async def test_waiting_chats_are_read_only_near_closing_or_after_a_question() -> None:
    """Also after a question that the database could not store: whether it was stored may be unknown."""
    stage = Stage()
    stage.closes_in(60 * MINUTE)
    for _ in range(3):
        await stage.closing_time.sweep()
    assert stage.storage.read.await_count == 1
    stage.closes_in(MINUTE)
    stage.storage.write.side_effect = StorageUnavailable("no answer")
    with pytest.raises(StorageUnavailable):
        await stage.closing_time.sweep()
    stage.closes_in(60 * MINUTE)
    for _ in range(3):
        await stage.closing_time.sweep()
    assert stage.storage.read.await_count == 3
