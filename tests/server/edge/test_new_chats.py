from __future__ import annotations

from unittest.mock import create_autospec

import pytest

from chat.adapters.socket import SocketPeer
from counters.adapters.memory import MemoryCounters
from identity.actor import Actor
from refusals import Refused
from server.edge.allowances import ALLOWANCES
from server.edge.new_chats import NewChats
from server.settings import Limits

PEOPLE_AN_ADDRESS = ALLOWANCES.people_an_address


def somebody(person: str, *, verified: bool = False) -> SocketPeer:
    peer: SocketPeer = create_autospec(SocketPeer, instance=True)
    peer.address, peer.staff = "192.0.2.1", False
    peer.actor = Actor(kind="customer", id=person, verified=verified)
    return peer


class Limited:
    """Two processes that count together. Their clock is moved by hand."""

    def __init__(self, chats_per_hour: int, *, off: bool = False) -> None:
        self.now = 0
        counters = MemoryCounters(lambda: self.now)
        self.processes = [NewChats(Limits(chats_per_hour=chats_per_hour, off=off), counters) for _ in range(2)]

    async def wait_s(self, one: SocketPeer, process: int = 0) -> float | None:
        try:
            await self.processes[process].count(one)
        except Refused as refused:
            return refused.retry_after_s if "new chats" in refused.message else None
        return None


async def test_new_chats_of_one_person_are_limited_in_all_processes_together() -> None:
    limited, one = Limited(2), somebody("v", verified=True)
    assert [await limited.wait_s(one, process) for process in (0, 1)] == [None, None]
    for process in (0, 1):
        assert await limited.wait_s(one, process) == pytest.approx(1800, abs=1)
    limited.now += 1_800_000
    assert await limited.wait_s(one) is None and await limited.wait_s(one) is not None


async def test_start_refused_for_lack_of_a_proof_does_not_count() -> None:
    """After any number of such attempts the address still has its number of new chats, and no more than that."""
    limited = Limited(2)
    for number in range(100):
        one = somebody(f"visitor {number}")
        assert await limited.wait_s(one) is None
        await limited.processes[1].did_not_begin(one)
    for number in range(2 * PEOPLE_AN_ADDRESS):
        assert await limited.wait_s(somebody(f"company {number}"), number % 2) is None
    assert await limited.wait_s(somebody("one more")) is not None
    assert await limited.wait_s(somebody("verified", verified=True)) is None


async def test_new_chats_are_unlimited_without_rate_limits() -> None:
    limited = Limited(1, off=True)
    assert [await limited.wait_s(somebody("v")) for _ in range(10)] == [None] * 10
