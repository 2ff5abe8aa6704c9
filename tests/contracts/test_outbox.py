from __future__ import annotations

import asyncio
from functools import partial

import asyncpg
from sqlmodel import select

from storage import outbox
from storage.ports import Storage, Tx
from storage.tables import OutboxRow
from tests.running import DEADLINE_S

NOW = 1_700_000_000_000
LEASE = 60_000


async def add(storage: Storage, *payloads: str, at: int = NOW) -> list[int]:
    return await storage.write(lambda tx: [outbox.add(tx, "mail", payload, at) for payload in payloads])


async def claim(storage: Storage, holder: str, at: int = NOW, limit: int = 10) -> list[outbox.Entry]:
    return list(await storage.write(lambda tx: outbox.claim_due(tx, holder, at, limit, LEASE)))


async def row(storage: Storage, id_: int) -> OutboxRow:
    return await storage.read(lambda tx: tx.session.exec(select(OutboxRow).where(OutboxRow.id == id_)).one())


async def test_claim_takes_longest_due_first(storage: Storage) -> None:
    late, early = await add(storage, "late", at=NOW - 1), await add(storage, "early", "next", at=NOW - 2)
    claimed = await claim(storage, "a", limit=2)
    assert claimed == [outbox.Entry(early[0], "mail", "early", 1), outbox.Entry(early[1], "mail", "next", 1)]
    assert [entry.id for entry in await claim(storage, "b")] == late


async def test_failed_unit_adds_no_entry(storage: Storage) -> None:
    def unit(tx: Tx) -> None:
        outbox.add(tx, "mail", "never", NOW)
        raise ValueError

    results = await asyncio.gather(storage.write(unit), return_exceptions=True)
    assert isinstance(results[0], ValueError)
    assert await claim(storage, "a") == []


async def test_entry_is_not_claimed_before_it_is_due(storage: Storage) -> None:
    await add(storage, "later", at=NOW + 1)
    assert await claim(storage, "a", NOW) == []
    assert len(await claim(storage, "a", NOW + 1)) == 1


async def test_lease_keeps_others_away_until_it_ends(storage: Storage) -> None:
    await add(storage, "one")
    await claim(storage, "a")
    assert await claim(storage, "b", NOW + LEASE - 1) == []
    assert [entry.attempts for entry in await claim(storage, "b", NOW + LEASE)] == [2]


async def test_concurrent_claims_get_different_entries(storage: Storage) -> None:
    ids = await add(storage, *(str(n) for n in range(40)))
    got = await asyncio.gather(*(claim(storage, f"holder {n}", limit=4) for n in range(10)))
    rest = await claim(storage, "the last", limit=40)
    taken = [entry.id for entries in [*got, rest] for entry in entries]
    assert sorted(taken) == ids


async def test_claim_skips_locked_entries(storage: Storage, database_url: str) -> None:
    first, second = await add(storage, "first", "second")
    if storage.dialect == "sqlite":
        # There is one transaction at a time: nobody can be in the middle of a claim.
        return
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("SELECT FROM outbox WHERE id = $1 FOR UPDATE", first)
            async with asyncio.timeout(DEADLINE_S):
                assert [entry.id for entry in await claim(storage, "b")] == [second]
    finally:
        await other.close()


async def test_done_entry_is_never_claimed_again(storage: Storage) -> None:
    (id_,) = await add(storage, "one")
    await claim(storage, "a")
    await storage.write(lambda tx: outbox.done(tx, id_))
    assert await claim(storage, "b", NOW + 10 * LEASE) == []
    assert (await row(storage, id_)).state == "done"


async def test_failed_entry_is_retried_after_pauses_then_given_up(storage: Storage) -> None:
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


async def test_entry_whose_workers_crash_is_given_up(storage: Storage) -> None:
    (id_,) = await add(storage, "poison")
    now = NOW
    for _ in range(outbox.ATTEMPTS):
        assert len(await claim(storage, "a", now)) == 1
        now += LEASE
    assert await claim(storage, "b", now) == []
    kept = await row(storage, id_)
    assert kept.state == "given_up"
    assert kept.last_error == "a did not report the result of the last attempt"


async def test_failure_after_a_lost_lease_is_ignored(storage: Storage) -> None:
    (id_,) = await add(storage, "one")
    await claim(storage, "slow")
    await claim(storage, "b", NOW + LEASE)
    assert not await storage.write(lambda tx: outbox.failed(tx, id_, "slow", "too late", NOW + LEASE))
    kept = await row(storage, id_)
    assert (kept.claimed_by, kept.last_error) == ("b", None)


async def test_ids_are_never_reused(storage: Storage) -> None:
    (first,) = await add(storage, "one")

    def forget(tx: Tx) -> None:
        tx.session.delete(tx.session.get(OutboxRow, first))

    await storage.write(forget)
    (second,) = await add(storage, "two")
    assert second > first
