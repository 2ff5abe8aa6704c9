"""The pages to which sample customers go during their chats."""

from __future__ import annotations

from collections.abc import Sequence

from chat.visits import Visit
from server.live.chats.read_marks import ReadMarks
from server.live.chats.reading import Reading
from storage.ports import Storage


async def visit(storage: Storage, chat: str, started_at: int, pages: Sequence[tuple[int, str]]) -> None:
    """Store pages of a chat, each with the seconds since the start of the chat."""
    reading = Reading()
    for after_s, page in pages:
        reading.moved(chat, Visit(started_at + after_s * 1000, page))
    await ReadMarks(storage, reading).save()
