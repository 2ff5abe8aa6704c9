"""People who connect and disconnect."""

from __future__ import annotations

from unittest.mock import Mock

from chat.conversation import Chat
from chat.frames.ephemeral import ChatPresence
from routing.service import Dispatcher
from server.live.background_tasks import BackgroundTasks
from server.live.chats.open_chats import OpenChats
from server.live.presence.attendance import Attendance
from server.live.presence.presence import Presence
from storage.ports import Storage
from tests.chat.adapters.test_hub import Screen
from tests.server.live.fakes import FakeTelling

WAITING = Chat("c1", "media", "queued", "ann")
ACTIVE = Chat("c2", "media", "active", "eve", agent="ada")


class Stage:
    def __init__(self) -> None:
        self.now = 1_000
        self.connected = set[str]()
        self.telling = FakeTelling()
        self.routing = Mock(spec=Dispatcher)
        self.routing.floor = Mock()
        self.routing.floor.get.return_value = None
        self.routing.floor.held_by.return_value = {"c2"}
        self.attendance = Mock(spec=Attendance)
        self.storage = Mock(spec=Storage)
        self.background_tasks = BackgroundTasks()
        open_chats = OpenChats()
        open_chats.keep(WAITING)
        open_chats.keep(ACTIVE)
        self.presence = Presence(
            self.storage,
            lambda: self.now,
            self,
            self.telling,
            open_chats,
            self.routing,
            self.attendance,
            self.background_tasks,
            lambda team: 120_000,
        )

    def is_here(self, id_: str) -> bool:
        return id_ in self.connected

    @property
    def told(self) -> list[tuple[str, bool, str]]:
        return [
            (who, event.connected, event.since) for who, event in self.telling.told if isinstance(event, ChatPresence)
        ]


async def test_absence_and_return_of_a_customer_are_sent_to_followers() -> None:
    """A second report of the same absence, after a requeue, has the original time."""
    stage, ann = Stage(), Screen("ann")
    stage.presence.last_connection_gone(ann, ["ann"])
    stage.now = 2_000
    stage.presence.customer_left(WAITING)
    stage.connected = {"ann"}
    stage.presence.first_connection(ann, ["ann"])
    await stage.background_tasks.settle()
    gone, back = "1970-01-01T00:00:01.000Z", "1970-01-01T00:00:02.000Z"
    assert stage.told == [
        (f"followers of {WAITING.id}", *facts) for facts in ((False, gone), (False, gone), (True, back))
    ]
    assert stage.storage.write.call_count == 3


def test_absence_of_a_customer_is_known_until_they_return() -> None:
    stage = Stage()
    absence = stage.presence.absence("c1")
    assert absence is not None and not absence.connected
    assert stage.presence.customer_here("c1") is None
    stage.connected = {"ann"}
    assert stage.presence.absence("c1") is None
    assert stage.presence.customer_here("c1") == "ann"


def test_unknown_chat_has_no_absence() -> None:
    stage = Stage()
    assert (stage.presence.absence("c9"), stage.presence.customer_here("c9")) == (None, None)


def test_agent_connection_changes_are_sent_to_their_customers() -> None:
    stage, ada = Stage(), Screen("ada", staff=True)
    stage.presence.first_connection(ada, ["ada"])
    stage.presence.connection_added(ada)
    stage.presence.connection_gone(ada)
    stage.presence.last_connection_gone(ada, ["ada"])
    assert [connected for _, connected, _ in stage.told] == [True, False]
    assert (stage.routing.connected.call_count, stage.routing.disconnected.call_count) == (2, 2)
    stage.attendance.came.assert_called_once_with("ada")
    stage.attendance.went.assert_called_once_with("ada")


async def test_customer_is_paused_until_the_end_of_their_absence_is_stored() -> None:
    """So no sweep in between counts the absence as a wait."""
    stage, eve = Stage(), Screen("eve")
    stage.connected = {"eve"}
    assert not stage.presence.is_paused("c2")
    stage.connected = set()
    stage.presence.last_connection_gone(eve, ["eve"])
    assert stage.presence.is_paused("c2")
    stage.connected = {"eve"}
    stage.presence.first_connection(eve, ["eve"])
    assert stage.presence.is_paused("c2")
    await stage.background_tasks.settle()
    assert (stage.presence.is_paused("c2"), stage.presence.is_paused("c9")) == (False, False)
