"""A sweep that saves read marks, and the pages that customers went to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from chat.adapters import clocks, visited_pages
from server.live.chats.reading import Marks, Reading
from server.live.ports import Writer
from storage.ports import Tx

SAVED_AT_ONCE = 200
"""Maximum number of chats per transaction for which read marks are saved. Messages can commit between the
transactions."""


class ReadMarks:
    def __init__(self, storage: Writer, reading: Reading) -> None:
        self._storage = storage
        self._reading = reading

    async def save(self) -> None:
        taken = self._reading.take()
        try:
            ids = sorted(taken)
            for chats in (ids[at : at + SAVED_AT_ONCE] for at in range(0, len(ids), SAVED_AT_ONCE)):
                await self._storage.write(partial(_save, marks={chat: taken[chat] for chat in chats}))
                for chat in chats:
                    del taken[chat]
        except BaseException:
            self._reading.give_back(taken)
            raise


def _save(tx: Tx, marks: Mapping[str, Marks]) -> None:
    now_on = visited_pages.add(tx, {chat: one.visits for chat, one in marks.items() if one.visits})
    clocks.save_reading_marks(tx, {chat: (one.customer, one.staff) for chat, one in marks.items()}, now_on)
