"""The sweep that ends due chats, when something fails. The rest: `tests/server/live/test_clock_jumps.py`."""

from __future__ import annotations

from unittest.mock import Mock, create_autospec

import pytest
from structlog.testing import capture_logs

from chat.adapters.clocks import Due
from chat.service import Conversations
from server.live.clocks.due_chats import SETTLE_MS, DueChats
from server.live.presence.presence import Presence
from storage.ports import Storage, StorageUnavailable


class Stage:
    def __init__(self, due: Due) -> None:
        self.storage = create_autospec(Storage, instance=True)
        self.storage.read.return_value = due
        self.presence = create_autospec(Presence, instance=True)
        self.presence.customer_here.return_value = None
        conversations = create_autospec(Conversations, instance=True)
        self.since_jump_ms = SETTLE_MS
        self.due_chats = DueChats(
            self.storage, lambda: 0, self.presence, conversations, since_jump_ms=lambda: self.since_jump_ms
        )


async def test_chat_that_cannot_be_ended_does_not_stop_the_others() -> None:
    stage = Stage(Due(left=("c1",), silent=("c2", "c3")))
    stage.storage.write.side_effect = [ValueError("a fault"), None, None]
    with capture_logs() as logs:
        await stage.due_chats.sweep()
    assert stage.storage.write.await_count == 3
    assert [(one["event"], one["chat"]) for one in logs] == [("chat_not_ended", "c1")]


async def test_sweep_stops_while_the_database_is_away() -> None:
    stage = Stage(Due(left=("c1",), silent=("c2",)))
    stage.storage.write.side_effect = StorageUnavailable("no answer")
    with pytest.raises(StorageUnavailable):
        await stage.due_chats.sweep()
    assert stage.storage.write.await_count == 1


async def test_customer_who_is_back_keeps_a_chat_whose_clock_ran_on() -> None:
    """Their clock could not be stopped while the database was away."""
    stage = Stage(Due(left=("c1",), silent=()))
    ana = stage.presence.customer_here.return_value = Mock()
    await stage.due_chats.sweep()
    stage.presence.stop_left_clock.assert_awaited_once_with(ana)
    stage.storage.write.assert_not_awaited()


async def test_no_chat_ends_until_each_process_has_noticed_a_clock_jump() -> None:
    """A process that has not noticed it yet stores deadlines that are over by the new time."""
    stage = Stage(Due(left=(), silent=("c1",)))
    stage.since_jump_ms = SETTLE_MS - 1
    await stage.due_chats.sweep()
    stage.storage.write.assert_not_awaited()
    stage.since_jump_ms += 1
    await stage.due_chats.sweep()
    stage.storage.write.assert_awaited_once()
