"""What happens when the wall clock jumps."""

from __future__ import annotations

import pytest

from clock import from_rfc3339
from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import available, begun, jumped, open_chat, passed, reason

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
async def test_clock_jump_ends_no_chat(jump: int) -> None:
    """An hour ahead or back. Disconnected and silent customers have their full time again, then the chat ends as
    usual. New chats queue behind earlier ones."""
    async with desk_in_memory(hours(), NOON) as place:
        ada = await available(place, "Ada", capacity=1)
        silent, answered = await begun(place)
        await ada.ask("message.send", chat=answered, text="Which line is it?")
        gone, waiting = await begun(place)
        await place.cut(gone)
        await passed(place, 100)
        await jumped(place, jump)
        _, later = await begun(place)
        assert place.floor.waiting_chats("media") == [waiting, later]
        await passed(place, 119)
        assert open_chat(place, waiting) == ("queued", "media", None)
        await passed(place, 1)
        assert open_chat(place, waiting) is None
        await passed(place, 779)
        assert open_chat(place, answered) == ("active", "media", ada.greeting["staff"])
        await passed(place, 1)
        assert (open_chat(place, answered), reason(silent)) == (None, "silent")


@pytest.mark.parametrize("jump", [HOUR_S, -HOUR_S])
async def test_clock_jump_leaves_first_reply_time_unchanged(jump: int) -> None:
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


async def test_clock_jump_past_closing_asks_waiting_customers() -> None:
    """They do not count as missed, but are asked with the full notice period."""
    async with desk_in_memory(hours("12:30"), NOON) as place:
        customer, chat = await begun(place)
        await jumped(place, HOUR_S)
        assert from_rfc3339(customer.newest("chat.closing")["decide_by"]) == place.clock() + 900_000
        await passed(place, 899)
        assert open_chat(place, chat) == ("queued", "media", None)
        await passed(place, 1)
        assert (open_chat(place, chat), reason(customer)) == (None, "missed")
