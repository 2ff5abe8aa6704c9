"""What happens by the clock: chats that end because nobody is there, marks that are saved.

Due times are columns; a sweep every second finds them. What it does is idempotent: a chat that was
answered meanwhile is left alone by the transaction itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import structlog

from chat.adapters import clocks
from chat.errors import Refused
from storage.ports import StorageUnavailable, Tx

if TYPE_CHECKING:
    from server.desk import Desk

SWEEP_S = 1.0
SAVE_MARKS_S = 3.0
RECONCILE_S = 10.0

log = structlog.get_logger(__name__)


class Jobs:
    """The sweeps of this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        for every_s, job in (
            (SWEEP_S, self.end_what_is_due),
            (SAVE_MARKS_S, self.save_marks),
            (RECONCILE_S, self.reconcile),
        ):
            self._tasks.append(asyncio.create_task(_repeat(every_s, job)))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.save_marks()

    async def end_what_is_due(self) -> None:
        """Customers gone from the queue for too long, customers silent for good: each chat becomes its ticket."""
        desk = self._desk
        due = await desk.storage.read(lambda tx: clocks.due(tx, desk.clock()))
        for chat in due.left:
            await self._end(chat, desk.conversations.abandon)
        for chat in due.silent:
            await self._end(chat, desk.conversations.fall_silent)

    async def _end(self, chat: str, end: Callable[[Tx, str, int], bool]) -> None:
        def unit(tx: Tx) -> None:
            now = self._desk.clock()
            if clocks.is_due(tx, chat, now):
                end(tx, chat, now)

        try:
            await self._desk.storage.write(unit)
        except Refused as refused:
            log.error("chat_not_ended", chat=chat, code=refused.code)

    async def save_marks(self) -> None:
        """How far people have read goes to the store."""
        taken = self._desk.reading.take()
        if not taken:
            return
        customer = {chat: marks.customer for chat, marks in taken.items() if marks.customer}
        staff = {chat: marks.staff for chat, marks in taken.items() if marks.staff}
        try:
            await self._desk.storage.write(lambda tx: clocks.save_reading_marks(tx, customer, staff))
        except StorageUnavailable:
            self._desk.reading.give_back(taken)
            raise

    async def reconcile(self) -> None:
        """Waiting customers who are gone, or back, without the store knowing: their reaction failed."""
        desk = self._desk
        waiting = [chat for chat in desk.reactions.open_chats() if chat.state == "queued"]
        here = [chat for chat in waiting if desk.hub.is_here(chat.visitor)]
        gone = [chat for chat in waiting if not desk.hub.is_here(chat.visitor)]
        if waiting:
            await desk.storage.write(lambda tx: clocks.reconcile(tx, desk.clock(), here, gone, desk.left_ms))


async def _repeat(every_s: float, job: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await job()
        except StorageUnavailable:
            log.warning("job_postponed", job=job.__name__)
        except Exception:
            log.exception("job_failed", job=job.__name__)
