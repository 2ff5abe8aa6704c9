"""A sweep that moves long-waiting chats to another team, if the hours file configures it."""

from __future__ import annotations

from functools import partial

from chat.adapters import clocks
from chat.handover import Handovers
from clock import Clock
from routing.desk import Overflow
from routing.ports import FloorView
from routing.queue import may_overflow
from server.live.chats.open_chats import OpenChats
from server.live.teams import Teams
from storage.ports import Storage, Tx


class Overflows:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        teams: Teams,
        open_chats: OpenChats,
        floor: FloorView,
        handovers: Handovers,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._teams = teams
        self._open_chats = open_chats
        self._floor = floor
        self._handovers = handovers

    async def sweep(self) -> None:
        now = self._clock()
        for key, team in self._teams.by_key.items():
            if team.overflow is not None:
                await self._overflow(key, team.overflow, now)

    async def _overflow(self, key: str, overflow: Overflow, now: int) -> None:
        since = now - 1000 * overflow.after_s
        late = {
            chat.id
            for chat in self._open_chats.all()
            if chat.team == key and chat.agent is None and chat.waiting_since <= since
        }
        if not late or not may_overflow(overflow, self._teams.desk, self._floor.serving(overflow.to), now):
            return
        for chat in await self._storage.read(partial(clocks.may_overflow, team=key)):
            if chat in late:
                await self._storage.write(partial(self._move, chat=chat, team=key, to=overflow.to))

    def _move(self, tx: Tx, *, chat: str, team: str, to: str) -> bool:
        moved = self._handovers.overflow(tx, chat, to, self._clock())
        if moved:
            clocks.wait_longer(tx, chat, self._teams.left_ms(to) - self._teams.left_ms(team))
        return moved
