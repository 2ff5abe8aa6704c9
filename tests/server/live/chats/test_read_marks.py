"""Read marks are stored in batches, and are never lowered."""

from __future__ import annotations

from functools import partial

import pytest

from chat.adapters import archive, clocks
from server.live.chats.read_marks import SAVED_AT_ONCE, ReadMarks
from server.live.chats.reading import Marks, Reading
from storage.ports import StorageUnavailable
from tests.server.live.fakes import FakeWriter
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import available, begun

HOURS = """\
timezone: UTC
schedules:
  long: {mon: ["00:00-24:00"]}
teams:
  media: {name: Media, schedule: long}
"""


async def test_save_of_many_chats_takes_several_transactions() -> None:
    """The marks of a failed transaction are kept."""
    reading, storage = Reading(), FakeWriter(fails_at=3)
    chats = [f"chat {number:04}" for number in range(2 * SAVED_AT_ONCE + 1)]
    for number, chat in enumerate(chats, start=1):
        reading.mark(chat, number, staff=number % 2 == 0)
    with pytest.raises(StorageUnavailable):
        await ReadMarks(storage, reading).save()
    assert (storage.units, reading.marks(chats[0])) == (3, Marks())
    assert reading.marks(chats[-1]) == Marks(customer=len(chats))


async def test_lower_mark_stored_later_changes_nothing() -> None:
    async with desk_in_memory(HOURS, 1_795_435_200_000) as place:
        await available(place, "Ada")
        _, chat = await begun(place)
        storage = place.desk.storage
        for marks in ((3, 0), (0, 2), (2, 1), (1, 3)):
            await storage.write(partial(clocks.save_reading_marks, marks={chat: marks}))
        row = await storage.read(lambda tx: archive.chat_row(tx, chat))
        assert row is not None and (row.read_customer, row.read_staff) == (3, 3)


async def test_page_of_the_customer_is_saved_with_the_marks() -> None:
    async with desk_in_memory(HOURS, 1_795_435_200_000) as place:
        await available(place, "Ada")
        _, chat = await begun(place)
        storage, reading = place.desk.storage, Reading()
        reading.moved(chat, "https://planner.example/orders")
        await ReadMarks(storage, reading).save()
        row = await storage.read(lambda tx: archive.chat_row(tx, chat))
        assert row is not None and row.page == "https://planner.example/orders"
        assert reading.take() == {}
