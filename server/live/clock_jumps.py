"""Restarts every chat clock after a jump of the wall clock."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import structlog

from chat.adapters import clocks
from chat.conversation import WAITING
from clock import EvenClock
from server.live.chats.open_chats import OpenChats
from server.live.clocks.closing_time import ClosingTime
from server.live.queues.offers import Offers
from server.live.reactions import Reactions
from server.live.teams import Teams
from storage.ports import Storage, Tx

log = structlog.get_logger(__name__)


class ClockJumps:
    def __init__(
        self,
        storage: Storage,
        clock: EvenClock,
        teams: Teams,
        open_chats: OpenChats,
        closing_time: ClosingTime,
        reactions: Reactions,
        offers: Offers,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._teams = teams
        self._open_chats = open_chats
        self._closing_time = closing_time
        self._reactions = reactions
        self._offers = offers
        self._even_since = clock()
        """Start of the current stretch without a clock jump. Durations that began earlier are unknown."""
        self._jumped_at = 0
        """The time of the last clock jump since the start; 0 if there was none."""
        self._following = asyncio.Lock()
        self._pending = False
        self._back = 0
        """The sum in ms of the clock's backward jumps since the database was last corrected. 0 or negative."""

    def lasted_ms(self, since: int) -> int:
        """The time in ms since the latest of three moments: `since`, the start of this server, and the last clock
        jump."""
        return max(0, self._clock() - max(since, self._even_since))

    def waited_ms(self, since: int) -> int:
        """The time in ms since the later of two moments: `since`, and the last clock jump.

        Unlike `lasted_ms`, this includes the time before the start of this server.
        """
        return max(0, self._clock() - max(since, self._jumped_at))

    async def follow(self) -> None:
        """If the wall clock has jumped, correct the wait times and restart every chat clock.

        Called before every sweep.
        """
        clock = self._clock
        async with self._following:
            jumped = clock.jumped()
            if jumped < 0:
                # Correct in this order: at the earlier time nothing is due that was not due before.
                clock.follow()
                self._back += jumped
            if jumped:
                log.warning("clock_jumped", seconds=jumped / 1000)
                self._pending = True
            if self._pending:
                ahead = max(0, jumped)
                await self._begin_anew(clock() + ahead, self._back + ahead)
                clock.follow()
                self._pending, self._back = False, 0

    async def _begin_anew(self, now: int, jumped: int) -> None:
        """Restart every chat clock at `now` after the wall clock jumped by `jumped` ms.

        The wait times of waiting customers stay the same.
        """
        waits = self._open_chats.waits()

        def unit(tx: Tx) -> None:
            clocks.begin_anew(tx, now, self._teams.spans)
            clocks.keep_waits(tx, waits, jumped)
            self._closing_time.begin_anew(tx, now)
            tx.after_commit(lambda: self._keep_waits(waits, jumped))

        await self._storage.write(unit)
        self._even_since = self._jumped_at = now
        for chat in self._open_chats.all():
            self._offers.notify_again(chat)

    def _keep_waits(self, waits: Mapping[str, int], jumped: int) -> None:
        for id_, since in waits.items():
            chat = self._open_chats.get(id_)
            if chat is not None and chat.state in WAITING and chat.waiting_since == since:
                owed = None if chat.owed_since is None else chat.owed_since + jumped
                self._reactions.adopt(replace(chat, waiting_since=since + jumped, owed_since=owed), self._clock())
