"""What the worker of webhooks does when a call or the database fails, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

import pytest

from egress import Answer, Egress
from server.live.webhook_delivery import WebhookDelivery
from server.live.webhook_messages import webhooks_of
from storage.ports import Storage, StorageUnavailable, Tx
from tests.running import SettableClock
from webhooks.message import Message, NewMessage
from webhooks.pacing import PAUSES_MS
from webhooks.service import LEASE_MS, Webhooks

TEAM = "product@accounts.example"
T = TypeVar("T")


class Outage:
    """A storage that stores nothing while `away`."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.away = False

    async def read(self, query: Callable[[Tx], T]) -> T:
        return await self._storage.read(query)

    async def write(self, unit: Callable[[Tx], T]) -> T:
        if self.away:
            raise StorageUnavailable("no answer")
        return await self._storage.write(unit)


class Calls(Egress):
    """Answers 204, unless `happens` raises. It is given the number of the call, from 1."""

    def __init__(self, happens: Callable[[int], None]) -> None:
        super().__init__()
        self._happens = happens
        self.made = 0

    async def send(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        self.made += 1
        self._happens(self.made)
        return Answer(204, {}, b"")


class Place:
    def __init__(self, storage: Storage) -> None:
        self.clock = SettableClock()
        self.storage = Outage(storage)
        self.webhooks: Webhooks = webhooks_of(b"s" * 32)

    def worker(self, calls: Calls) -> WebhookDelivery:
        return WebhookDelivery(cast("Storage", self.storage), self.clock, self.webhooks, calls, "a", 60)

    async def queue(self, ticket: int) -> None:
        message = NewMessage(event="enhancement.handed_over", ticket=ticket, handover=ticket, payload="{}")
        await self.storage.write(lambda tx: self.webhooks.queue(tx, TEAM, message, self.clock()))

    async def message(self, ticket: int) -> Message:
        (found,) = await self.storage.read(lambda tx: self.webhooks.of_ticket(tx, ticket))
        return found


@pytest.fixture
async def place(storage: Storage) -> Place:
    it = Place(storage)
    await storage.write(lambda tx: it.webhooks.add(tx, TEAM, "https://hooks.example/", it.clock()))
    await it.queue(1)
    return it


async def test_message_accepted_while_the_database_was_away_is_not_sent_again(place: Place) -> None:
    def goes_away(number: int) -> None:
        place.storage.away = True

    calls = Calls(goes_away)
    worker = place.worker(calls)
    with pytest.raises(StorageUnavailable):
        await worker.step()
    place.storage.away = False
    place.clock.forward(LEASE_MS / 1000)
    await worker.idle()
    assert ((await place.message(1)).state, calls.made) == ("accepted", 1)


async def test_message_on_which_the_program_fails_waits_and_the_others_are_sent(place: Place) -> None:
    def first_fails(number: int) -> None:
        if number == 1:
            raise RuntimeError("a fault of the program")

    await place.queue(2)
    worker = place.worker(Calls(first_fails))
    await worker.idle()
    failed, other = await place.message(1), await place.message(2)
    assert (failed.state, failed.due_at) == ("waiting", place.clock() + PAUSES_MS[0])
    assert failed.error is not None and other.state == "accepted"
