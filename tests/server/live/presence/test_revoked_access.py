"""Revoked sessions, idle sessions and disabled agents. Over sockets: `tests/stories/test_people.py`."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import AsyncMock, Mock

import pytest

from chat.adapters.hub import Hub
from chat.conversation import Chat
from identity.actor import Actor
from identity.adapters.known_actors import KnownActors
from identity.adapters.people import People
from routing.service import Dispatcher
from server.live.background_tasks import BackgroundTasks
from server.live.chats.open_chats import OpenChats
from server.live.presence.absences import Absences
from server.live.presence.revoked_access import RevokedAccess
from storage.ports import Storage
from tests.chat.adapters.test_hub import Screen

ADA = Actor("staff", "ada", role="agent", teams=frozenset({"media"}))


class Connection(Screen):
    """One that keeps the code with which it was closed."""

    code: int | None = None

    def close(self, code: int, reason: str = "") -> None:
        self.code = code
        super().close(code, reason)


class Stage:
    def __init__(self, *fingerprints: str) -> None:
        self.connections = [self._connection(one) for one in fingerprints]
        self.hub = Mock(spec=Hub)
        self.hub.staff_here.return_value = self.hub.everybody_here.return_value = self.connections
        self.hub.peers_of.return_value = self.connections
        self.people = Mock(spec=People)
        self.people.changed = AsyncMock(return_value={})
        self.people.use, self.people.known = Mock(), KnownActors()
        self.storage = Mock(spec=Storage)
        self.routing = Mock(spec=Dispatcher)
        self.absences = Mock(spec=Absences)
        open_chats = OpenChats()
        open_chats.keep(Chat("c1", "media", "active", "ann", agent="ada"))
        self.elsewhere = set[str]()
        self.told, self.background_tasks = Mock(), BackgroundTasks()
        given = (open_chats, self.routing, self.absences, self.elsewhere, self.told, self.background_tasks.spawn)
        self.revoked_access = RevokedAccess(self.storage, self.hub, self.people, *given, checked_at_once=2)

    def _connection(self, fingerprint: str) -> Connection:
        connection = Connection("ada", staff=True)
        connection.actor, connection.fingerprint = ADA, fingerprint
        return connection


@pytest.mark.parametrize(
    ("present", "code"),
    [(None, 4010), (replace(ADA, role="admin"), 4003), (replace(ADA, teams=frozenset()), 4204), (ADA, None)],
)
async def test_connection_is_closed_after_its_rights_change(present: Actor | None, code: int | None) -> None:
    stage = Stage("a", "b")
    stage.people.changed.return_value = {"a": present}
    await stage.revoked_access.close_revoked()
    assert [connection.code for connection in stage.connections] == [code, None]


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_connection_is_closed_at_once_if_rights_change_in_any_process(elsewhere: bool) -> None:
    """Several changes at the same time are one check. Only changes of this process are told to the others."""
    stage = Stage("a")
    stage.people.changed.return_value = {"a": None}
    for _ in range(3):
        (stage.revoked_access.changed_elsewhere if elsewhere else stage.people.known.forget_everybody)()
    await stage.background_tasks.settle()
    assert stage.connections[0].code == 4010
    assert stage.people.changed.await_count == 1
    assert stage.told.called is not elsewhere


async def test_many_sessions_are_checked_in_several_queries() -> None:
    stage = Stage("a", "b", "c")
    await stage.revoked_access.close_revoked()
    assert [len(call.args[0]) for call in stage.people.changed.await_args_list] == [2, 1]


async def test_only_agents_with_changed_rights_are_looked_up() -> None:
    """If they are no longer agents, they lose their chats."""
    stage = Stage("a")
    await stage.revoked_access.close_revoked()
    await stage.revoked_access.release_from_disabled()
    assert not stage.storage.read.called
    stage.people.changed.return_value = {"a": None}
    stage.storage.read.return_value = frozenset[str]()
    await stage.revoked_access.close_revoked()
    await stage.revoked_access.release_from_disabled()
    stage.routing.agent_gone.assert_called_once_with("ada")


@pytest.mark.parametrize("other_session", [True, False])
async def test_idle_session_ends_and_the_last_one_requeues_chats(other_session: bool) -> None:
    stage = Stage("a", "b") if other_session else Stage("a")
    stage.people.use.end_idle = AsyncMock(return_value=[Mock(id="a", user="ada", kind="staff")])
    await stage.revoked_access.end_idle_sessions()
    assert stage.connections[0].code == 4010
    assert stage.absences.leave.called is not other_session


async def test_idle_session_of_somebody_who_is_connected_to_another_process_requeues_no_chats() -> None:
    stage = Stage("a")
    stage.elsewhere.add("ada")
    stage.people.use.end_idle = AsyncMock(return_value=[Mock(id="a", user="ada", kind="staff")])
    await stage.revoked_access.end_idle_sessions()
    assert stage.connections[0].code == 4010
    assert not stage.absences.leave.called
