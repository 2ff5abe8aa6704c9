"""A sweep that saves read marks, and the pages that customers are on."""

from __future__ import annotations

from functools import partial

from chat.adapters import clocks
from server.live.chats.reading import Reading
from server.live.ports import Writer

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
                marks = {chat: (taken[chat].customer, taken[chat].staff) for chat in chats}
                pages = {chat: page for chat in chats if (page := taken[chat].page) is not None}
                await self._storage.write(partial(clocks.save_reading_marks, marks=marks, pages=pages))
                for chat in chats:
                    del taken[chat]
        except BaseException:
            self._reading.give_back(taken)
            raise
