"""What happens by the clock, and what does not because the clock was set."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar
from unittest.mock import patch

import pytest

from chat.adapters import archive, clocks
from clock import from_rfc3339
from server.live.jobs import SAVED_AT_ONCE
from server.live.reading import Marks
from storage.ports import StorageUnavailable, Tx
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import available, begun, jumped, open_chat, passed, reason

T = TypeVar("T")
HOURS = """\
timezone: UTC
schedules:
  long: {{mon: ["00:00-{until}"]}}
teams:
  media: {{name: Media, schedule: long, first_reply_s: 60, pass_on: true}}
"""
NOON = from_rfc3339("2026-11-23T12:00:00.000Z")
HOUR_S = 3_600


def hours(until: str = "24:00") -> str:
    return HOURS.format(until=until)


@pytest.mark.parametrize("jump", [HOUR_S, -HOUR_S])
async def test_a_clock_that_is_set_ends_no_chat(jump: int) -> None:
    """An hour ahead or back: who is gone from the queue, and who is silent, has the whole time again, and then it is
    over as it always is."""
    async with desk_in_memory(hours(), NOON) as place:
        ada = await available(place, "Ada", capacity=1)
        silent, answered = await begun(place)
        await ada.ask("message.send", chat=answered, text="Which line is it?")
        gone, waiting = await begun(place)
        await place.cut(gone)
        await passed(place, 100)
        await jumped(place, jump)
        await passed(place, 119)
        assert open_chat(place, waiting) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, waiting) is None
        await passed(place, 779)
        assert open_chat(place, answered) == ("active", "media", ada.greeting["staff"])
        await passed(place, 1)
        assert (open_chat(place, answered), reason(silent)) == (None, "silent")


@pytest.mark.parametrize("jump", [HOUR_S, -HOUR_S])
async def test_a_clock_that_is_set_passes_nothing_on(jump: int) -> None:
    """An hour ahead or back: a first reply is owed for no longer, and no less, than before."""
    async with desk_in_memory(hours(), NOON) as place:
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        await available(place, "Bo", capacity=0)
        await passed(place, 100)
        await jumped(place, jump)
        await passed(place, 79)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        await passed(place, 1)
        assert open_chat(place, chat) == ("queued", "media", None)


async def test_a_clock_that_is_set_past_closing_asks_first() -> None:
    """Who waits as the clock jumps beyond closing has not missed us yet: they are asked, with the whole notice."""
    async with desk_in_memory(hours("12:30"), NOON) as place:
        customer, chat = await begun(place)
        await jumped(place, HOUR_S)
        asked = customer.last("chat.closing")
        assert asked is not None and from_rfc3339(asked["decide_by"]) == place.clock() + 900_000
        await passed(place, 899)
        assert open_chat(place, chat) == ("queued", "media", None)
        await passed(place, 1)
        assert (open_chat(place, chat), reason(customer)) == (None, "missed")


async def test_reading_marks_are_stored_a_few_chats_at_a_time() -> None:
    """However many have read: messages are stored between two units. What a unit could not store counts still."""
    async with desk_in_memory(hours(), NOON) as place:
        desk = place.desk
        chats = [f"chat {number:04}" for number in range(2 * SAVED_AT_ONCE + 1)]
        for number, chat in enumerate(chats, start=1):
            desk.reading.mark(chat, number, staff=number % 2 == 0)
        units: list[object] = []
        write = desk.storage.write

        async def third_is_lost(unit: Callable[[Tx], T]) -> T:
            units.append(unit)
            if len(units) == 3:
                raise StorageUnavailable("no answer")
            return await write(unit)

        with patch.object(desk.storage, "write", third_is_lost), pytest.raises(StorageUnavailable):
            await desk.jobs.save_marks()
        assert (len(units), desk.reading.marks(chats[0])) == (3, Marks())
        assert desk.reading.marks(chats[-1]) == Marks(customer=len(chats))


async def test_a_reading_mark_never_falls() -> None:
    """Stored out of order, and of both sides or of one, the higher one stays."""
    async with desk_in_memory(hours(), NOON) as place:
        await available(place, "Ada")
        _, chat = await begun(place)
        storage = place.desk.storage
        for marks in ((3, 0), (0, 2), (2, 1), (1, 3)):
            await storage.write(partial(clocks.save_reading_marks, marks={chat: marks}))
        row = await storage.read(lambda tx: archive.chat_row(tx, chat))
        assert row is not None and (row.read_customer, row.read_staff) == (3, 3)
