"""The contract of `storage.outbox`, on both databases."""

from __future__ import annotations

import asyncio
from functools import partial

import asyncpg
from sqlmodel import select

from storage import outbox
from storage.ports import Storage, Tx
from storage.tables import OutboxRow

NOW = 1_700_000_000_000
LEASE = 60_000


async def add(storage: Storage, *payloads: str, at: int = NOW) -> list[int]:
    return await storage.write(lambda tx: [outbox.add(tx, "mail", payload, at) for payload in payloads])


async def claim(storage: Storage, holder: str, at: int = NOW, limit: int = 10) -> list[outbox.Entry]:
    return list(await storage.write(lambda tx: outbox.claim_due(tx, holder, at, limit, LEASE)))


async def row(storage: Storage, id_: int) -> OutboxRow:
    return await storage.read(lambda tx: tx.session.exec(select(OutboxRow).where(OutboxRow.id == id_)).one())


async def test_what_is_added_is_claimed_in_order(storage: Storage) -> None:
    """The longest due is claimed first, with its kind and payload, and no more than asked for."""
    late, early = await add(storage, "late", at=NOW - 1), await add(storage, "early", "next", at=NOW - 2)
    claimed = await claim(storage, "a", limit=2)
    assert claimed == [outbox.Entry(early[0], "mail", "early", 1), outbox.Entry(early[1], "mail", "next", 1)]
    assert [entry.id for entry in await claim(storage, "b")] == late


async def test_a_cause_that_fails_leaves_nothing_to_do(storage: Storage) -> None:
    """What a unit added is gone with the unit's transaction."""

    def unit(tx: Tx) -> None:
        outbox.add(tx, "mail", "never", NOW)
        raise ValueError

    results = await asyncio.gather(storage.write(unit), return_exceptions=True)
    assert isinstance(results[0], ValueError)
    assert await claim(storage, "a") == []


async def test_nothing_is_claimed_before_it_is_due(storage: Storage) -> None:
    """A thing with a due time ahead waits for it."""
    await add(storage, "later", at=NOW + 1)
    assert await claim(storage, "a", NOW) == []
    assert len(await claim(storage, "a", NOW + 1)) == 1


async def test_a_lease_keeps_others_away_until_it_ends(storage: Storage) -> None:
    """What one holder claimed is nobody else's for as long as the lease lasts; then it is, as another attempt."""
    await add(storage, "one")
    await claim(storage, "a")
    assert await claim(storage, "b", NOW + LEASE - 1) == []
    assert [entry.attempts for entry in await claim(storage, "b", NOW + LEASE)] == [2]


async def test_claimants_at_once_get_different_things(storage: Storage) -> None:
    """Ten claimants at the same moment share out forty things without getting one twice."""
    ids = await add(storage, *(str(n) for n in range(40)))
    got = await asyncio.gather(*(claim(storage, f"holder {n}", limit=4) for n in range(10)))
    rest = await claim(storage, "the last", limit=40)
    taken = [entry.id for entries in [*got, rest] for entry in entries]
    assert sorted(taken) == ids


async def test_a_claimant_does_not_wait_for_another(storage: Storage, database_url: str) -> None:
    """What another transaction is claiming just now is passed over, not waited for."""
    first, second = await add(storage, "first", "second")
    if storage.dialect == "sqlite":
        # There is one transaction at a time: nobody can be in the middle of a claim.
        return
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("SELECT FROM outbox WHERE id = $1 FOR UPDATE", first)
            async with asyncio.timeout(30):
                assert [entry.id for entry in await claim(storage, "b")] == [second]
    finally:
        await other.close()


async def test_what_is_done_is_done(storage: Storage) -> None:
    """A thing that is done is never claimed again."""
    (id_,) = await add(storage, "one")
    await claim(storage, "a")
    await storage.write(lambda tx: outbox.done(tx, id_))
    assert await claim(storage, "b", NOW + 10 * LEASE) == []
    assert (await row(storage, id_)).state == "done"


async def test_failures_are_tried_again_after_growing_pauses_and_then_given_up(storage: Storage) -> None:
    """Each failure waits its pause; after the last attempt the thing stays, given up, with its error."""
    (id_,) = await add(storage, "one")
    now = NOW
    for pause in (*outbox.PAUSES_MS, None):
        (entry,) = await claim(storage, "a", now)
        given_up = await storage.write(
            partial(outbox.failed, id=id_, holder="a", error=f"no {entry.attempts}", now=now)
        )
        assert given_up == (pause is None)
        if pause is not None:
            assert await claim(storage, "a", now + pause - 1) == []
            now += pause
    assert await claim(storage, "a", now + 10**12) == []
    kept = await row(storage, id_)
    assert (kept.state, kept.attempts, kept.last_error) == ("given_up", outbox.ATTEMPTS, "no 10")
    assert sorted(outbox.PAUSES_MS) == list(outbox.PAUSES_MS)


async def test_what_takes_its_holders_down_is_given_up(storage: Storage) -> None:
    """Holders that never come back count as attempts, and the last one's name is kept as the error."""
    (id_,) = await add(storage, "poison")
    now = NOW
    for _ in range(outbox.ATTEMPTS):
        assert len(await claim(storage, "a", now)) == 1
        now += LEASE
    assert await claim(storage, "b", now) == []
    kept = await row(storage, id_)
    assert kept.state == "given_up"
    assert kept.last_error == "a did not report the result of the last attempt"


async def test_a_holder_that_lost_its_lease_fails_nothing(storage: Storage) -> None:
    """The failure of a holder whose lease ended does not touch what another holds by now."""
    (id_,) = await add(storage, "one")
    await claim(storage, "slow")
    await claim(storage, "b", NOW + LEASE)
    assert not await storage.write(lambda tx: outbox.failed(tx, id_, "slow", "too late", NOW + LEASE))
    kept = await row(storage, id_)
    assert (kept.claimed_by, kept.last_error) == ("b", None)


async def test_ids_are_never_used_twice(storage: Storage) -> None:
    """The id of a thing that was deleted is not given to another one."""
    (first,) = await add(storage, "one")

    def forget(tx: Tx) -> None:
        tx.session.delete(tx.session.get(OutboxRow, first))

    await storage.write(forget)
    (second,) = await add(storage, "two")
    assert second > first
