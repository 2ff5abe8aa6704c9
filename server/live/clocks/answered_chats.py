"""A sweep over the chats that have an agent. It acts on silent customers and on overdue responses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from chat.adapters import clocks
from chat.adapters.clocks import ActiveChat
from chat.silence import notice
from clock import Clock
from server.live.clocks.first_reply import FirstReplies
from server.live.clocks.next_reply import NextReplies
from server.live.clocks.silence import Silences
from server.live.sweeps import Intervals, Job
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

    def jobs(self, every: Intervals) -> Sequence[Job]:
        return (
            Job("answered_chats", every.sweep, "one process", self.sweep),
            Job("other_answered_chats", every.sweep, "other processes", self.free_slots),
        )

    async def free_slots(self) -> None:
        """Free the slots of chats whose customers are silent. Nobody is told: the leading process does."""
        async with self._sweeping:
            now = self._clock()
            self._silences.free_slots(await self._read(now), now)

    async def _read(self, now: int) -> Sequence[ActiveChat]:
        patiences = [self._teams.patience(team) for team in ["", *self._teams.by_key]]
        due_by = now + max(map(notice, patiences))
        owed_by = now - min(patience.next_reply for patience in patiences)
        return await self._storage.read(lambda tx: clocks.active_by_clock(tx, due_by, owed_by))

    async def sweep(self) -> None:
        async with self._sweeping:
            now = self._clock()
            answered = await self._read(now)
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
