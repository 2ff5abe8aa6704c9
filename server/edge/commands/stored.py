"""Repeats the answer to a command that is already stored."""

from __future__ import annotations

from chat import wire
from chat.adapters import archive
from chat.adapters.hub import Hub
from chat.adapters.socket import SocketPeer
from chat.events import Logged
from server.edge.peers import actor_of
from server.live.chats.history import History
from storage.ports import Storage


class StoredAnswers:
    def __init__(self, storage: Storage, hub: Hub, history: History) -> None:
        self._storage = storage
        self._hub = hub
        self._history = history

    async def find(self, peer: SocketPeer, id_: str) -> bytes | None:
        """The `ok` if this command is stored, otherwise None. Raises StorageUnavailable."""
        stored = await self._storage.read(lambda tx: archive.known(tx, peer.person, id_))
        return await self.ok(peer, stored) if stored else None

    async def ok(self, peer: SocketPeer, event: Logged) -> bytes:
        """The `ok` to a stored command.

        If the command assigned a chat to its author, and the author may still see the chat, the `ok` also has the
        chat's current state.
        """
        # The process that stored the event may have died before it notified the followers.
        self._hub.heard_of(event.chat, event.seq)
        about = None
        if peer.staff and event.gives_its_writer_a_chat:
            about = await self._history.about(event.chat, actor_of(peer))
        return wire.stored_ok(event, staff=peer.staff, dup=True, about=about)
