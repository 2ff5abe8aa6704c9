"""Customers and agents who write as fast as the server answers, over any kind of connection."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Literal, Self

from sqlmodel import select

from chat.adapters.tables import ChatRow
from storage.ports import Storage, StorageUnavailable, Tx
from tests.faults.history import faults_of, read_stored
from tests.faults.lag import counted_s
from tests.faults.survivor import Survivor, Way
from tests.running import DEADLINE_S, cancelled, enrol, eventually

AT_ONCE = 6
"""Unanswered sends per person."""
STUCK_S = 180.0
"""After this long, somebody will never catch up."""
Mixed = Literal["mixed"]
NOTES = 1 / 7
"""The share of notes in what agents write. Customers never see them."""
Heads = Mapping[str, tuple[int, int]]
"""Chat → its last `seq`, and the last that its customer may see."""


class Load:
    """`customers`, each in a chat, and the `agents` who hold those.

    `repeats` is the share of sends after which the same person repeats an earlier one, with its id and another text.
    If `hasty`, the earlier one may still be unanswered. The server must not refuse it then.
    """

    def __init__(
        self, customers: list[Survivor], agents: list[Survivor], *, repeats: float = 0.0, hasty: bool = False
    ) -> None:
        self.everybody = [*customers, *agents]
        self.repeated = 0
        self.caught_up_s = 0.0
        """The time from the last answer until everybody had seen everything, once the load has ended."""
        self._customers = customers
        self._agents = agents
        self._repeats = repeats
        self._hasty = hasty
        self._number = 0
        self._over = False
        self._resting = False
        self._writing: list[asyncio.Task[None]] = []

    @classmethod
    async def of(
        cls,
        storage: Storage,
        port: int,
        *,
        customers: int,
        agents: int,
        repeats: float,
        hasty: bool,
        way: Way | Mixed,
        patience_s: float | None,
        capacity: int,
    ) -> Self:
        ways: Iterator[Way] = cycle(("socket", "http") if way == "mixed" else (way,))
        bearers = [
            (await enrol(storage, f"agent{n}@desk.example", f"Agent {n}", capacity=capacity))[1] for n in range(agents)
        ]
        return cls(
            [Survivor(port, way=next(ways), patience_s=patience_s) for _ in range(customers)],
            [
                Survivor(port, bearer=bearer, way=next(ways), patience_s=patience_s, capacity=capacity)
                for bearer in bearers
            ],
            repeats=repeats,
            hasty=hasty,
        )

    async def begin(self) -> None:
        """Connect everybody, wait until each customer has an agent, and let all of them write."""
        for one in self.everybody:
            one.start()
        await eventually(lambda: all(one.live for one in self.everybody), "everybody is greeted")
        self._writing = [asyncio.create_task(self._write(one)) for one in self.everybody]
        held = len(self._customers)
        await eventually(lambda: sum(len(one.open) for one in self._agents) == held, "every chat has an agent")

    async def written(self, more: int, within_s: float = DEADLINE_S) -> None:
        """Wait for this many more acknowledged sends."""
        enough = self.acknowledged + more
        await eventually(lambda: self.acknowledged >= enough, f"{more} more are acknowledged", within_s)

    async def refused_more(self, times: int) -> None:
        """Wait for this many more `unavailable` answers."""
        enough = self.unavailable + times
        await eventually(lambda: self.unavailable >= enough, f"{times} more are refused")

    async def catch_up(self, storage: Storage, pids: Callable[[], Iterable[int]]) -> float:
        """Nobody writes until everything is answered and everybody has seen all. Returns how many seconds this took,
        without those in which one of these processes waited for a processor."""
        self._resting = True
        try:
            return await counted_s(self._all_caught_up(storage), pids)
        finally:
            self._resting = False

    async def _all_caught_up(self, storage: Storage) -> None:
        async with asyncio.timeout(STUCK_S):
            while not (
                self.in_flight == 0 and all(one.caught_up for one in self.everybody) and await self._saw(storage)
            ):
                await asyncio.sleep(0.02)

    async def _saw(self, storage: Storage) -> bool:
        try:
            return self.has_seen(await storage.read(heads_of))
        except StorageUnavailable:
            return False

    async def end(self, storage: Storage) -> list[str]:
        """Stop writing, end half of the chats, wait until all have caught up, and disconnect; returns the faults."""
        await self._settle()
        for customer in self._customers[1::2]:
            for chat in customer.open:
                await customer.commit("chat.end", chat=chat)
        await eventually(lambda: self.in_flight == 0, "half of the chats are over")
        heads, began = await storage.read(heads_of), asyncio.get_running_loop().time()
        await eventually(lambda: self.has_seen(heads), "everybody has caught up")
        self.caught_up_s = asyncio.get_running_loop().time() - began
        await self.leave()
        return faults_of([one.history for one in self.everybody], await storage.read(read_stored))

    async def _settle(self) -> None:
        self._over = True
        await asyncio.gather(*self._writing)
        try:
            await eventually(lambda: self.in_flight == 0, "everything is acknowledged")
        except AssertionError as error:
            raise AssertionError(f"{error}; waiting: {self.waiting}") from None

    async def leave(self) -> None:
        await cancelled(*self._writing)
        for one in self.everybody:
            await one.stop()

    @property
    def in_flight(self) -> int:
        return sum(one.in_flight for one in self.everybody)

    @property
    def waiting(self) -> str:
        """Those who are not connected, or wait for an answer."""
        people = {"customer": self._customers, "agent": self._agents}
        return ", ".join(
            f"{role} {number} {'live' if one.live else 'not connected'}, {one.in_flight} sends, {len(one.open)} chats, "
            f"{one.connected} connections{f', ended by {one.fault!r}' if one.fault else ''}"
            for role, some in people.items()
            for number, one in enumerate(some)
            if one.in_flight or not one.live or one.fault
        )

    @property
    def acknowledged(self) -> int:
        return sum(len(one.history.acknowledged) for one in self.everybody)

    @property
    def unavailable(self) -> int:
        return sum(one.unavailable for one in self.everybody)

    @property
    def connected(self) -> int:
        return sum(one.connected for one in self.everybody)

    @property
    def refused(self) -> set[str]:
        """Codes of refusals that a client does not retry."""
        return {error["code"] for one in self.everybody for error in one.errors}

    @property
    def under_way(self) -> list[tuple[Survivor, str]]:
        """Unanswered sends on connections that are still open."""
        return [(one, id_) for one in self.everybody for id_ in one.under_way]

    def has_seen(self, heads: Heads) -> bool:
        """Whether every client has seen its chats up to their last events."""
        return all(
            seen >= heads[chat][0 if one.history.staff else 1]
            for one in self.everybody
            for chat, seen in one.last.items()
            if chat in heads and chat not in one.left
        )

    async def _write(self, one: Survivor) -> None:
        while not self._over:
            if self._resting:
                await asyncio.sleep(0.02)
            elif not one.live or one.in_flight >= AT_ONCE:
                await asyncio.sleep(0.001)
            elif one.open:
                await self._say(one, random.choice(list(one.open)))
            elif one.history.staff or one.in_flight:
                await asyncio.sleep(0.001)
            else:
                await one.commit("chat.start", team="media", text="Hello")

    async def _say(self, one: Survivor, chat: str) -> None:
        self._number += 1
        if one.history.staff and random.random() < NOTES:
            await one.commit("note.add", chat=chat, text=f"note {self._number}")
        else:
            await one.commit("message.send", chat=chat, text=f"message {self._number}")
        if random.random() < self._repeats and (self._hasty or one.history.acknowledged):
            earlier = list(one.history.sent if self._hasty else one.history.acknowledged)
            self.repeated += 1
            await one.repeat(random.choice(earlier), f"other words {self._number}")


@asynccontextmanager
async def at_work(
    storage: Storage,
    port: int,
    *,
    customers: int = 6,
    agents: int = 2,
    repeats: float = 0.0,
    hasty: bool = False,
    way: Way | Mixed = "socket",
    patience_s: float | None = None,
    capacity: int = 50,
) -> AsyncIterator[Load]:
    """A load on the desk at `port`. If `way` is `mixed`, every other person uses HTTP requests."""
    load = await Load.of(
        storage,
        port,
        customers=customers,
        agents=agents,
        repeats=repeats,
        hasty=hasty,
        way=way,
        patience_s=patience_s,
        capacity=capacity,
    )
    try:
        await load.begin()
        yield load
    finally:
        await load.leave()


def heads_of(tx: Tx) -> Heads:
    rows = tx.session.exec(select(ChatRow.id, ChatRow.last_seq, ChatRow.last_public_seq))
    return {chat: (last, public) for chat, last, public in rows}
