"""A sweep over the chats that have an agent. It acts on silent customers and on overdue responses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chat.adapters import clocks
from chat.silence import notice
from clock import Clock
from server.live.clocks.first_reply import FirstReplies
from server.live.clocks.next_reply import NextReplies
from server.live.clocks.silence import Silences
from server.live.teams import Teams
from storage.ports import Storage


class AnsweredChats:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        teams: Teams,
        silences: Silences,
        first_replies: FirstReplies,
        next_replies: NextReplies,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._teams = teams
        self._silences = silences
        self._first_replies = first_replies
        self._next_replies = next_replies
        self._sweeping = asyncio.Lock()

    async def sweep(self) -> None:
        async with self._sweeping:
            now = self._clock()
            patiences = [self._teams.patience(team) for team in ["", *self._teams.by_key]]
            due_by = now + max(map(notice, patiences))
            owed_by = now - min(patience.next_reply for patience in patiences)
            answered = await self._storage.read(lambda tx: clocks.active_by_clock(tx, due_by, owed_by))
            self._silences.update(answered, now)
            await self._first_replies.update(answered)
            self._next_replies.update(answered)

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Prevent sweeps during the `async with` block.

        The caller replaces the hours file in the block, so that no sweep uses two versions of the file.
        """
        async with self._sweeping:
            yield
