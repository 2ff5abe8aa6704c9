"""Reads a chat for its followers: its events and, for staff, its `About`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import json

from chat.adapters import archive
from chat.events import Logged
from identity.actor import Actor
from server.live.chats.chat_details import ChatDetails
from server.live.shared_reads import SharedReads
from storage.ports import Storage, Tx

REPLAY_BYTES = 256 * 1024
"""Maximum bytes of events in memory for one follower that is catching up."""


class History:
    def __init__(self, storage: Storage, chat_details: ChatDetails) -> None:
        self._storage = storage
        self._reads = SharedReads[tuple[str, int, int], list[Logged]](storage, archive.after_each)
        self._chat_details = chat_details

    async def events_after(self, chat: str, seq: int, limit: int) -> tuple[Sequence[Logged], bool]:
        """A pair: at most `limit` events after `seq`, and whether there may be more events."""
        events = await self._reads.read((chat, seq, limit))
        fitting = archive.fitting(events, REPLAY_BYTES)
        return fitting, len(fitting) < len(events) or len(events) == limit

    async def about(self, chat: str, actor: Actor | None = None) -> bytes | None:
        """The chat's `About` as JSON. None if the chat does not exist. If `actor` is set, also None if the actor may
        not see the chat."""

        def query(tx: Tx) -> bytes | None:
            row = archive.chat_row(tx, chat)
            if row is None or (actor is not None and not actor.sees(row.team)):
                return None
            return json.encode(self._chat_details.of(tx, row))

        return await self._storage.read(query)
