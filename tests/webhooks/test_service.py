"""Messages on both databases: claimed by one worker, and the moment of the next claim."""

from __future__ import annotations

from functools import partial

import pytest

from refusals import Refused
from server.live.mail.webhook_messages import webhooks_of
from storage.ports import Storage, Tx
from webhooks.message import Message, NewMessage
from webhooks.ports import Attempt
from webhooks.service import LEASE_MS, Webhooks

NOW = 1_795_556_400_000
TEAM = "product@accounts.example"


@pytest.fixture
async def webhooks(storage: Storage) -> Webhooks:
    it = webhooks_of(b"s" * 32)
    await storage.write(lambda tx: it.add(tx, TEAM, "https://hooks.example/", NOW))
    return it


async def test_event_goes_to_each_program_that_gets_it_and_to_no_account_team(
    storage: Storage, webhooks: Webhooks
) -> None:
    event = NewMessage("article.published", "{}")
    assert not await storage.write(lambda tx: webhooks.announce(tx, event, NOW))
    urls = ("https://a.example/?key=1", "https://b.example/")
    for url in urls:
        await storage.write(partial(webhooks.subscribe, url=url, events=["article.published"], now=NOW))
    with pytest.raises(Refused, match="already"):
        await storage.write(lambda tx: webhooks.subscribe(tx, urls[0], ["article.published"], NOW))
    assert await storage.write(lambda tx: webhooks.announce(tx, event, NOW))
    claimed = await claim(storage, webhooks)
    assert sorted(one.url for one in claimed) == sorted(urls)
    assert all(one.message.ticket is None for one in claimed)
    await storage.write(lambda tx: webhooks.remove(tx, urls[1]))
    assert [one.account_team for one in await storage.read(webhooks.receivers)].count(None) == 1


async def queue(storage: Storage, webhooks: Webhooks, at: int = NOW) -> None:
    message = NewMessage(event="enhancement.handed_over", ticket=7, handover=1, payload="{}")
    assert await storage.write(lambda tx: webhooks.queue(tx, TEAM, message, at))


async def claim(storage: Storage, webhooks: Webhooks, holder: str = "a", at: int = NOW) -> list[Attempt]:
    return await storage.write(lambda tx: webhooks.claim(tx, holder, at, 10))


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
    await storage.write(partial(webhooks.accepted, message=held.message, now=NOW))
    (other,) = await claim(storage, webhooks, at=NOW + 5)
    await storage.write(partial(webhooks.accepted, message=other.message, now=NOW))
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
