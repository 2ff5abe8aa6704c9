"""Customers and agents who write to each other as fast as they are answered, on whatever line there is."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

from tests.faults.survivor import Survivor
from tests.running import eventually

AT_ONCE = 6
"""Sends of one person under way at once."""
NOTES = 1 / 7
"""The share of what agents write that customers never see."""


class Load:
    """`customers`, each in a chat, and the `agents` who hold those.

    `repeats` is the share of sends after which an earlier one of the same person is sent a second time, with other
    words under its id.
    """

    def __init__(self, customers: list[Survivor], agents: list[Survivor], *, repeats: float = 0.0) -> None:
        self.everybody = [*customers, *agents]
        self.repeated = 0
        self._customers = customers
        self._agents = agents
        self._repeats = repeats
        self._number = 0
        self._pausing = False
        self._writing: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        """Let everybody come, and each customer have an agent; then they write."""
        for one in self.everybody:
            one.start()
        await eventually(lambda: all(one.live for one in self.everybody), "everybody is greeted", 30)
        for customer in self._customers:
            await customer.commit("chat.start", team="media", text="Hello")
        chats = len(self._customers)
        await eventually(lambda: sum(len(one.last) for one in self._agents) == chats, "every chat has an agent", 30)
        self._writing = [asyncio.create_task(self._write(one)) for one in self.everybody]

    async def end(self) -> None:
        """Write no more; all that was written is acknowledged, and every other customer ends their chat."""
        self.pause()
        await eventually(lambda: self.in_flight == 0, "everything is acknowledged", 60)
        for writing in self._writing:
            writing.cancel()
        await asyncio.gather(*self._writing, return_exceptions=True)
        for customer in self._customers[1::2]:
            await customer.commit("chat.end", chat=next(iter(customer.open)))
        await eventually(lambda: self.in_flight == 0, "half of the chats are over", 60)

    async def leave(self) -> None:
        """Everybody goes."""
        for writing in self._writing:
            writing.cancel()
        for one in self.everybody:
            await one.stop()

    def pause(self) -> None:
        self._pausing = True

    def go_on(self) -> None:
        self._pausing = False

    @property
    def in_flight(self) -> int:
        return sum(one.in_flight for one in self.everybody)

    @property
    def acknowledged(self) -> int:
        return sum(len(one.history.acknowledged) for one in self.everybody)

    @property
    def unavailable(self) -> int:
        """How often somebody was told that something could not be stored."""
        return sum(one.unavailable for one in self.everybody)

    @property
    def under_way(self) -> list[tuple[Survivor, str]]:
        """What was sent on lines that stand, and is not answered yet."""
        return [(one, id_) for one in self.everybody for id_ in one.under_way]

    def has_seen(self, heads: Mapping[str, tuple[int, int]]) -> bool:
        """Does each screen show its chats up to their ends: the last event of all, and the last for customers?"""
        return all(
            seen >= heads[chat][0 if one.history.staff else 1]
            for one in self.everybody
            for chat, seen in one.last.items()
            if chat in heads
        )

    async def _write(self, one: Survivor) -> None:
        while True:
            chats = list(one.open)
            if self._pausing or not chats or not one.live or one.in_flight >= AT_ONCE:
                await asyncio.sleep(0.001)
                continue
            self._number += 1
            note = one.history.staff and random.random() < NOTES
            await one.commit(
                "note.add" if note else "message.send", chat=random.choice(chats), text=f"message {self._number}"
            )
            if random.random() < self._repeats:
                self.repeated += 1
                await one.repeat(random.choice(list(one.history.sent)), f"other words {self._number}")
