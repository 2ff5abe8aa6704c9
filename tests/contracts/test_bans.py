from __future__ import annotations

from functools import partial

import pytest
from sqlmodel import select

from chat.adapters import networks
from identity.actor import Actor
from identity.adapters import ban_store
from identity.adapters.tables import AuditRow
from identity.bans import Ban, BanKind
from refusals import Refused
from storage.ports import Storage, Tx

NOW = 1_800_000_000_000
HOUR = 3_600_000
SOFIA = Actor("staff", "sofia", role="supervisor")


async def block(
    storage: Storage, subject: str = "vic", kind: BanKind = "customer", hours: int = 1, at: int = NOW, most: int = 9
) -> Ban:
    return await storage.write(
        lambda tx: ban_store.block(tx, SOFIA, kind, subject, hours, at, reason=" Insults ", chat="c1", most=most)
    )


async def in_force(storage: Storage, at: int = NOW) -> list[Ban]:
    return await storage.read(lambda tx: ban_store.in_force(tx, at))


async def audited(storage: Storage) -> list[tuple[str, str, str | None]]:
    def look(tx: Tx) -> list[tuple[str, str, str | None]]:
        rows = tx.session.exec(select(AuditRow).order_by("id"))
        return [(row.verb, row.thing, row.thing_id) for row in rows]

    return await storage.read(look)


async def test_ban_is_in_force_until_its_end(storage: Storage) -> None:
    made = await block(storage)
    assert (made.subject, made.until, made.reason, made.chat, made.created_by) == (
        "vic",
        NOW + HOUR,
        "Insults",
        "c1",
        "sofia",
    )
    assert await in_force(storage) == [made]
    assert await in_force(storage, NOW + HOUR) == []
    assert await audited(storage) == [("block", "customer", "vic")]


async def test_ban_of_the_same_subject_is_replaced(storage: Storage) -> None:
    """A network with the same text as a customer id is another subject."""
    first, other = await block(storage, hours=720), await block(storage, kind="network")
    second = await block(storage, at=NOW + 1)
    assert second.id == first.id and second.until == NOW + 1 + HOUR
    assert await in_force(storage, NOW + 1) == [second, other]


async def test_lift_of_missing_or_ended_ban_is_refused(storage: Storage) -> None:
    made = await block(storage)
    with pytest.raises(Refused):
        await storage.write(lambda tx: ban_store.lift(tx, SOFIA, made.id, NOW + HOUR))
    await storage.write(lambda tx: ban_store.lift(tx, SOFIA, made.id, NOW))
    with pytest.raises(Refused) as caught:
        await storage.write(lambda tx: ban_store.lift(tx, SOFIA, made.id, NOW))
    assert caught.value.code == "not_found"
    assert await in_force(storage) == []
    assert await audited(storage) == [("block", "customer", "vic"), ("unblock", "customer", "vic")]


async def test_mark_changes_with_every_change(storage: Storage) -> None:
    marks = [await storage.read(ban_store.mark)]
    made = await block(storage)
    marks.append(await storage.read(ban_store.mark))
    await block(storage, hours=2)
    marks.append(await storage.read(ban_store.mark))
    await block(storage, "eve")
    marks.append(await storage.read(ban_store.mark))
    await storage.write(lambda tx: ban_store.lift(tx, SOFIA, made.id, NOW))
    marks.append(await storage.read(ban_store.mark))
    assert len(set(marks)) == len(marks)
    assert await storage.read(ban_store.mark) == marks[-1]


async def test_bans_are_limited(storage: Storage) -> None:
    limited = partial(block, storage, most=2)
    await limited()
    await limited("eve", hours=2)
    with pytest.raises(Refused) as caught:
        await limited("mal")
    assert caught.value.code == "conflict"
    await limited("eve", hours=3)
    await limited("mal", at=NOW + HOUR)
    assert {ban.subject for ban in await in_force(storage, NOW + HOUR)} == {"eve", "mal"}


async def test_ban_that_has_ended_does_not_get_around_the_limit(storage: Storage) -> None:
    limited = partial(block, storage, most=2)
    await limited()
    for subject in ("eve", "mal"):
        await block(storage, subject, hours=9)
    with pytest.raises(Refused, match="already 2 blocks"):
        await limited(at=NOW + 2 * HOUR)
    assert {ban.subject for ban in await in_force(storage, NOW + 2 * HOUR)} == {"eve", "mal"}


async def test_network_of_a_chat_expires(storage: Storage) -> None:
    await storage.write(lambda tx: networks.keep(tx, "c1", "192.0.2.7", NOW))
    await storage.write(lambda tx: networks.forget(tx, NOW + networks.KEPT_MS))
    assert await storage.read(lambda tx: networks.of(tx, "c1")) == "192.0.2.7"
    await storage.write(lambda tx: networks.forget(tx, NOW + networks.KEPT_MS + 1))
    assert await storage.read(lambda tx: networks.of(tx, "c1")) is None


async def test_ban_counts_what_it_refuses_until_it_is_renewed(storage: Storage) -> None:
    first, other = await block(storage, "vic@mail.example", "sender"), await block(storage)
    await storage.write(lambda tx: ban_store.count_refused(tx, {first.id: 2, other.id: 1, "gone": 3}, NOW))
    hit = await storage.write(lambda tx: ban_store.against_mail(tx, "Vic@mail.example", None, NOW))
    of_customer = await storage.write(lambda tx: ban_store.against_mail(tx, "x@mail.example", "vic", NOW))
    assert hit is not None and of_customer is not None and (hit.id, of_customer.id) == (first.id, other.id)
    assert await storage.write(lambda tx: ban_store.against_mail(tx, "x@mail.example", None, NOW)) is None
    assert {one.id: (one.refused, one.refused_at) for one in await in_force(storage)} == {
        first.id: (3, NOW),
        other.id: (2, NOW),
    }
    await block(storage)
    assert [one.refused for one in await in_force(storage) if one.id == other.id] == [0]
    # The audit names the block, not the address.
    assert (await audited(storage))[0] == ("block", "sender", first.id)
