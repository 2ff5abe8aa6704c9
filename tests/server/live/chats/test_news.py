"""News of queue positions, to a customer whose connection is slow."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.stories.desk_in_memory import desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun


async def test_missed_position_is_sent_again() -> None:
    async with desk_in_memory(always_open()) as place:
        customer, chat = await begun(place)
        await place.quiet()
        before = len(customer.heard("queue.position"))
        place.desk.hub.missed_news(chat)
        await place.quiet()
        assert len(customer.heard("queue.position")) == before + 1


@pytest.mark.parametrize("end", ["chat.assigned", "chat.closed"])
async def test_slow_customer_gets_no_position_after_leaving_the_queue(
    end: Literal["chat.assigned", "chat.closed"],
) -> None:
    """The position waits in the outbox until the chat has an agent or is closed, and is then dropped."""
    async with desk_in_memory(always_open()) as place:
        first, started = await begun(place)
        customer, chat = await begun(place)
        agent = await available(place, "Priya", capacity=0)
        await place.quiet()
        customer.line.blocked = True
        before = len(customer.line.frames)
        await first.ask("chat.end", chat=started)
        await place.quiet()
        if end == "chat.assigned":
            await agent.ask("presence.set", status="available", capacity=1)
        else:
            await (await place.customer(customer.greeting["token"])).ask("chat.end", chat=chat)
        await place.quiet()
        customer.line.blocked = False
        customer.peer.writable()
        heard = [frame["type"] for frame in customer.line.frames[before:]]
        assert end in heard and "queue.position" not in heard[heard.index(end) :]
