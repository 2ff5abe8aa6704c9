"""What the worker of webhooks does when a call or the database fails, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count

import pytest

from egress import AddressRefused, Answer, Egress
from server.live.webhooks.delivery import WebhookDelivery
from storage.ports import Storage, StorageUnavailable, Tx
from tests.running import SettableClock
from webhooks.adapters.store import SqlStore
from webhooks.message import Message, NewMessage, Tried
from webhooks.pacing import PAUSES_MS
from webhooks.ports import Seals
from webhooks.service import LEASE_MS, Webhooks

TEAM = "product@accounts.example"
TAKEN = Answer(204, {}, b"")
START = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""


class Interrupted(Webhooks):
    """Cannot record an acceptance while the database is `away`."""

    away = False

    def accepted(self, tx: Tx, tried: Mapping[int, Tried], now: int) -> None:
        if self.away:
            raise StorageUnavailable("no answer")
        super().accepted(tx, tried, now)


class Calls(Egress):
    """Gives `answer`, unless `happens` raises. It is given the number of the call, from 1."""

    def __init__(self, happens: Callable[[int], None] = lambda number: None, answer: Answer = TAKEN) -> None:
        super().__init__()
        self._happens = happens
        self._answer = answer
        self.made = 0

    async def send(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        self.made += 1
        self._happens(self.made)
        return self._answer


class Place:
    def __init__(self, storage: Storage) -> None:
        self.clock = SettableClock(START)
        self.storage = storage
        seals, ids = Seals(lambda id_, secret: secret, lambda id_, sealed: sealed), count()
        self.webhooks = Interrupted(SqlStore(), seals, lambda: str(next(ids)), lambda: b"k" * 32)

    def worker(self, calls: Calls) -> WebhookDelivery:
        return WebhookDelivery(self.storage, self.clock, self.webhooks, calls, "a", 60)

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
        place.webhooks.away = True

    calls = Calls(goes_away)
    worker = place.worker(calls)
    with pytest.raises(StorageUnavailable):
        await worker.idle()
    place.webhooks.away = False
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


@pytest.mark.parametrize(("for_good", "state"), [(True, "failed"), (False, "waiting")])
async def test_message_to_a_refused_address_waits_if_a_name_server_gave_it(
    place: Place, for_good: bool, state: str
) -> None:
    def refuses(number: int) -> None:
        raise AddressRefused("hooks.example is a private address.", for_good=for_good)

    await place.worker(Calls(refuses)).idle()
    assert (await place.message(1)).state == state


@pytest.mark.parametrize(
    ("asked", "pause_ms"),
    [
        ("900", 900_000),
        ("Thu, 01 Jan 2026 00:15:00 GMT", 900_000),
        ("Thu, 01 Jan 2026 00:15:00", 900_000),
        ("Wed, 31 Dec 2025 23:00:00 GMT", PAUSES_MS[0]),
        ("soon", PAUSES_MS[0]),
        ("Thu, 01 Jan 99999 00:00:00 GMT", PAUSES_MS[0]),
    ],
)
async def test_receiver_asks_for_a_pause_in_seconds_or_with_a_date(place: Place, asked: str, pause_ms: int) -> None:
    await place.worker(Calls(answer=Answer(429, {"retry-after": asked}, b""))).idle()
    assert (await place.message(1)).due_at == START + pause_ms
