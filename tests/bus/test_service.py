"""The bus over a transport that tests control."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from structlog.testing import capture_logs

from bus import service
from bus.adapters.memory import MemoryTransport
from bus.pacing import Pacing
from bus.ports import Link, Receive
from bus.service import Bus
from bus.wakes import Wake
from tests.running import eventually

QUICK = Pacing(ping=0.02, lost=0.2, retry=0.01, retry_max=0.02, poll=0.01)


class Listening:
    """A process on the bus, and what it got."""

    def __init__(self, transport: MemoryTransport, pacing: Pacing = QUICK) -> None:
        self.got = list[Wake]()
        self.own = list[Wake]()
        self.reads = 0
        self.failing = False
        self.bus = Bus(transport, self._receive, self._read_again, pacing)

    def _receive(self, wakes: Sequence[Wake], own: bool) -> None:
        (self.own if own else self.got).extend(wakes)

    async def _read_again(self) -> bool:
        self.reads += 1
        return not self.failing

    def is_in(self, state: str) -> Callable[[], bool]:
        return lambda: self.bus.health.state == state


@asynccontextmanager
async def listening(*processes: Listening) -> AsyncIterator[None]:
    with capture_logs():
        async with AsyncExitStack() as stack:
            for one in processes:
                one.bus.start()
                stack.push_async_callback(one.bus.stop)
            for one in processes:
                await eventually(one.is_in("live"), "the bus is live")
            yield


class Deaf(MemoryTransport):
    """Takes everything, and delivers nothing while it is deaf."""

    deaf = False

    async def connect(self, receive: Receive) -> Link:
        return await super().connect(lambda payload: None if self.deaf else receive(payload))


async def test_wake_up_reaches_the_other_processes() -> None:
    transport = MemoryTransport()
    ada, bob = Listening(transport), Listening(transport)
    async with listening(ada, bob):
        ada.bus.publish("chat", "c1", 3)
        await eventually(lambda: bob.got and ada.own, "both got it")
    assert (bob.got, bob.own) == ([Wake("chat", "c1", 3)], [])
    assert (ada.got, ada.own) == ([], [Wake("chat", "c1", 3)])


async def test_changes_of_one_thing_at_once_are_sent_as_one() -> None:
    transport = MemoryTransport()
    ada, bob = Listening(transport), Listening(transport)
    async with listening(ada, bob):
        for seq in (4, 6, 5):
            ada.bus.publish("chat", "c1", seq)
        await eventually(lambda: bob.got, "it got the wake-up")
    assert bob.got == [Wake("chat", "c1", 6)]


async def test_transport_that_goes_down_is_polled_and_used_again_when_it_is_back() -> None:
    transport = MemoryTransport()
    ada, bob = Listening(transport), Listening(transport)
    async with listening(ada, bob):
        transport.go_down()
        await eventually(bob.is_in("polling"), "it polls")
        before = bob.reads
        await eventually(lambda: bob.reads > before + 1, "it reads again and again")
        transport.come_up()
        await eventually(lambda: ada.is_in("live")() and bob.is_in("live")(), "both are live again")
        ada.bus.publish("chat", "c1", 3)
        await eventually(lambda: bob.got, "it got the wake-up")
    assert bob.got == [Wake("chat", "c1", 3)]


async def test_change_during_an_outage_is_sent_after_it() -> None:
    transport = MemoryTransport()
    ada = Listening(transport)
    async with listening(ada):
        transport.go_down()
        await eventually(ada.is_in("polling"), "it polls")
        ada.bus.publish("chat", "c1", 3)
        transport.come_up()
        await eventually(lambda: ada.own, "it was sent")
    assert ada.own == [Wake("chat", "c1", 3)]


async def test_link_without_pings_counts_as_lost_although_it_looks_healthy() -> None:
    transport = Deaf()
    ada = Listening(transport)
    async with listening(ada):
        transport.deaf = True
        await eventually(ada.is_in("polling"), "it polls")
        before = ada.reads
        await eventually(lambda: ada.reads > before + 1, "it reads again and again")
        transport.deaf = False
        await eventually(ada.is_in("live"), "the bus is live again")


async def test_everything_is_read_once_the_link_is_live() -> None:
    """What changed between the start of the process and its subscription had no listener."""
    ada = Listening(MemoryTransport(), Pacing())
    async with listening(ada):
        await eventually(lambda: ada.reads, "it read everything")


async def test_polling_that_fails_is_down_until_it_succeeds() -> None:
    transport = MemoryTransport()
    transport.go_down()
    ada = Listening(transport)
    ada.failing = True
    with capture_logs():
        ada.bus.start()
        await eventually(ada.is_in("down"), "it is down")
        ada.failing = False
        await eventually(ada.is_in("polling"), "it polls")
        await ada.bus.stop()


class Silent(MemoryTransport):
    """Takes each attempt to connect, and does not answer."""

    async def connect(self, receive: Receive) -> Link:
        await asyncio.Event().wait()
        return await super().connect(receive)


async def test_attempt_to_connect_without_an_answer_does_not_hold_up_polling() -> None:
    ada = Listening(Silent())
    ada.bus.start()
    await eventually(lambda: ada.reads > 2, "it reads again and again")
    await ada.bus.stop()


async def test_too_many_waiting_changes_make_the_others_read_everything() -> None:
    transport = MemoryTransport()
    ada, bob = Listening(transport), Listening(transport, Pacing())
    async with listening(ada, bob):
        await eventually(lambda: bob.reads, "it read everything at the start")
        before = bob.reads
        for number in range(service.PENDING_MAX + 1):
            ada.bus.publish("chat", f"c{number}")
        await eventually(lambda: bob.reads > before, "it read everything")
    assert bob.got == []


async def test_text_from_elsewhere_is_ignored() -> None:
    transport = MemoryTransport()
    ada = Listening(transport)
    async with listening(ada):
        link = await transport.connect(lambda payload: None)
        await link.send("hello")
        await asyncio.sleep(0)
        assert ada.bus.health.state == "live"
    assert ada.got == ada.own == []


class SlowToRead(Listening):
    """Begins reads that do not end, once it may."""

    running = 0
    slow = False

    def reads_at_once(self, count: int) -> bool:
        return self.running == count

    async def _read_again(self) -> bool:
        if self.slow:
            self.running += 1
            try:
                await asyncio.Event().wait()
            finally:
                self.running -= 1
        return await super()._read_again()


async def test_stop_ends_all_reads_under_way() -> None:
    transport = MemoryTransport()
    ada, bob = SlowToRead(transport), Listening(transport)
    async with listening(ada, bob):
        ada.slow = True
        for count in (1, 2):
            for number in range(service.PENDING_MAX + 1):
                bob.bus.publish("chat", str(number))
            await eventually(partial(ada.reads_at_once, count), "another read runs")
        await ada.bus.stop()
        assert ada.running == 0
