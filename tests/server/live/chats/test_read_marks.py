"""Read marks are stored in batches, and are never lowered."""

from __future__ import annotations

from functools import partial

import pytest

from chat.adapters import archive, clocks, visited_pages
from chat.adapters.tables import ChatRow
from chat.visits import KEPT, Visit
from server.live.chats.read_marks import SAVED_AT_ONCE, ReadMarks
from server.live.chats.reading import Marks, Reading
from storage.ports import StorageUnavailable, Tx
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


async def test_pages_of_the_customer_are_saved_with_the_marks() -> None:
    """The first is that on which the chat started. Of many pages, the newest stay."""
    async with desk_in_memory(HOURS, 1_795_435_200_000) as place:
        await available(place, "Ada")
        _, chat = await begun(place, page="https://planner.example/")
        storage, reading = place.desk.storage, Reading()
        start = place.clock.at
        visits = [Visit(start + at, f"https://planner.example/orders/{at}") for at in range(1, KEPT + 5)]
        for some in (visits[:1], visits[1:3]):
            for visit in some:
                reading.moved(chat, visit)
            await ReadMarks(storage, reading).save()
        row, pages = await storage.read(partial(_pages, chat=chat))
        assert row.page == visits[2].page and reading.take() == {}
        assert pages == [Visit(start, "https://planner.example/"), *visits[:3]]
        await storage.write(partial(visited_pages.add, visits={chat: visits[3:]}))
        _, pages = await storage.read(partial(_pages, chat=chat))
        assert pages == visits[-KEPT:]


async def test_page_counts_until_the_chat_ends() -> None:
    """Also if it is saved later. A chat whose page was erased meanwhile gets none."""
    async with desk_in_memory(HOURS, 1_795_435_200_000) as place:
        await available(place, "Ada")
        customer, chat = await begun(place, page="https://planner.example/")
        start = place.clock.at
        place.clock.forward(60)
        await customer.ask("chat.end", chat=chat)
        reading, storage = Reading(), place.desk.storage
        last = Visit(place.clock.at - 1, "https://planner.example/last")
        for visit in (last, Visit(place.clock.at + 1, "https://planner.example/later")):
            reading.moved(chat, visit)
        await ReadMarks(storage, reading).save()
        row, pages = await storage.read(partial(_pages, chat=chat))
        assert (row.page, pages) == (last.page, [Visit(start, "https://planner.example/"), last])
        await place.desk.personal_data.erasing.empty_chat(chat, None)
        reading.moved(chat, last)
        await ReadMarks(storage, reading).save()
        row, pages = await storage.read(partial(_pages, chat=chat))
        assert (row.page, pages) == (None, [])


@pytest.mark.parametrize("many", [1, KEPT])
async def test_page_after_a_clock_that_is_set_back_is_the_last_one(many: int) -> None:
    """Also if the chat has as many pages as are kept."""
    async with desk_in_memory(HOURS, 1_795_435_200_000) as place:
        await available(place, "Ada")
        _, chat = await begun(place, page="https://planner.example/")
        storage, reading, now = place.desk.storage, Reading(), place.clock.at
        for at in range(1, many + 1):
            reading.moved(chat, Visit(now + at, f"https://planner.example/orders/{at}"))
        await ReadMarks(storage, reading).save()
        for at, page in ((now - 3_600_000, "back"), (now - 3_599_000, "again")):
            reading.moved(chat, Visit(at, f"https://planner.example/{page}"))
            await ReadMarks(storage, reading).save()
        row, pages = await storage.read(partial(_pages, chat=chat))
        assert [one.page for one in pages[-2:]] == ["https://planner.example/back", "https://planner.example/again"]
        assert row.page == pages[-1].page and len(pages) == min(many + 3, KEPT)


def _pages(tx: Tx, chat: str) -> tuple[ChatRow, list[Visit]]:
    row = archive.chat_row(tx, chat)
    assert row is not None
    return row, visited_pages.of(tx, row)
