"""Messages on both databases: claimed by one worker, and the moment of the next claim."""

from __future__ import annotations

from functools import partial

import pytest

from server.live.webhooks.desk_webhooks import webhooks_of
from storage.ports import Storage, Tx
from webhooks.message import Message, NewMessage, Tried
from webhooks.ports import Attempt
from webhooks.service import LEASE_MS, Webhooks

NOW = 1_795_556_400_000
TEAM = "product@accounts.example"


@pytest.fixture
async def webhooks(storage: Storage) -> Webhooks:
    it = webhooks_of(b"s" * 32)
    await storage.write(lambda tx: it.add(tx, TEAM, "https://hooks.example/", NOW))
    return it


async def queue(storage: Storage, webhooks: Webhooks, at: int = NOW) -> None:
    message = NewMessage(event="enhancement.handed_over", ticket=7, handover=1, payload="{}")
    assert await storage.write(lambda tx: webhooks.queue(tx, TEAM, message, at))


async def claim(storage: Storage, webhooks: Webhooks, holder: str = "a", at: int = NOW) -> list[Attempt]:
    return await storage.write(lambda tx: webhooks.claim(tx, holder, at, 10, lambda receiver: 10))


async def test_message_that_another_worker_holds_is_next_due_when_its_lease_ends(
    storage: Storage, webhooks: Webhooks
) -> None:
    """Otherwise the other workers would look for it all the time."""
    await queue(storage, webhooks)
    await claim(storage, webhooks)
    assert await storage.read(webhooks.next_due) == NOW + LEASE_MS
    assert await claim(storage, webhooks, "b", NOW + LEASE_MS - 1) == []
    assert len(await claim(storage, webhooks, "b", NOW + LEASE_MS)) == 1


async def test_message_beside_one_that_is_held_is_next_due_at_its_own_time(
    storage: Storage, webhooks: Webhooks
) -> None:
    await queue(storage, webhooks)
    (held,) = await claim(storage, webhooks)
    await queue(storage, webhooks, NOW + 5)
    assert await storage.read(webhooks.next_due) == NOW + 5
    await storage.write(partial(webhooks.accepted, tried={held.message.id: Tried(204, 9)}, now=NOW))
    (other,) = await claim(storage, webhooks, at=NOW + 5)
    await storage.write(partial(webhooks.accepted, tried={other.message.id: Tried(204, 9)}, now=NOW))
    assert await storage.read(webhooks.next_due) is None


async def test_message_that_is_being_sent_keeps_its_lease_when_staff_send_it_again(
    storage: Storage, webhooks: Webhooks
) -> None:
    """So that no second worker sends it at the same time."""
    await queue(storage, webhooks)
    (held,) = await claim(storage, webhooks)

    def again(tx: Tx) -> Message:
        return webhooks.send_again(tx, held.message.id, NOW)

    await storage.write(again)
    assert await claim(storage, webhooks, "b") == []
