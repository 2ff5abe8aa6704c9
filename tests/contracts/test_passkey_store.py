"""Passkeys on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from identity.adapters.store import SqlStore
from identity.adapters.tables import UsedChallengeRow
from identity.passkeys import Passkey
from storage.ports import Storage

STORE = SqlStore()
LAPTOP = Passkey(
    id="p1", user="u1", kind="customer", credential="AAAA", public_key="pk", sign_count=0, name="Laptop", created_at=1
)
PHONE = replace(LAPTOP, id="p2", credential="BBBB", name="Phone", created_at=2)
OTHERS = replace(LAPTOP, id="p3", user="u2", credential="CCCC", kind="staff")


async def added(storage: Storage) -> None:
    assert await storage.write(lambda tx: [STORE.add_passkey(tx, one) for one in (PHONE, LAPTOP, OTHERS)])


async def test_passkeys_of_a_person_are_listed_oldest_first(storage: Storage) -> None:
    await added(storage)
    assert await storage.read(lambda tx: STORE.passkeys_of(tx, "u1")) == [LAPTOP, PHONE]
    assert await storage.read(lambda tx: STORE.passkey_by_credential(tx, "CCCC")) == OTHERS
    assert await storage.read(lambda tx: STORE.passkey_by_credential(tx, "cccc")) is None


async def test_credential_is_stored_once(storage: Storage) -> None:
    await added(storage)
    same = replace(OTHERS, id="p4", credential="AAAA")
    assert not await storage.write(lambda tx: STORE.add_passkey(tx, same))
    assert await storage.read(lambda tx: STORE.passkey_by_credential(tx, "AAAA")) == LAPTOP


async def test_only_the_owner_changes_a_passkey(storage: Storage) -> None:
    await added(storage)
    assert not await storage.write(lambda tx: STORE.rename_passkey(tx, "u2", "p1", "Mine"))
    assert not await storage.write(lambda tx: STORE.remove_passkey(tx, "u2", "p1"))
    assert await storage.write(lambda tx: STORE.rename_passkey(tx, "u1", "p1", "Desk"))
    assert await storage.write(lambda tx: STORE.remove_passkey(tx, "u1", "p2"))
    assert await storage.read(lambda tx: STORE.passkeys_of(tx, "u1")) == [replace(LAPTOP, name="Desk")]
    assert await storage.write(lambda tx: STORE.remove_passkeys(tx, "u1")) == 1
    assert await storage.read(lambda tx: STORE.passkeys_of(tx, "u2")) == [OTHERS]


async def test_count_of_signatures_only_goes_up(storage: Storage) -> None:
    """Authenticators that do not count always send 0."""
    await added(storage)
    counts = (0, 0, 5, 5, 4, 0, 6)
    used = [await storage.write(partial(STORE.use_passkey, id="p1", sign_count=count, now=9)) for count in counts]
    assert used == [True, True, True, False, False, False, True]
    stored = await storage.read(lambda tx: STORE.passkey_by_credential(tx, "AAAA"))
    assert stored == replace(LAPTOP, sign_count=6, last_used_at=9)


async def test_challenge_is_used_up_once_by_either_program(storage: Storage, other: Storage) -> None:
    both = (one.write(lambda tx: STORE.use_up_challenge(tx, "c1", 100, 1)) for one in (storage, other))
    assert sorted(await asyncio.gather(*both)) == [False, True]


async def test_used_challenge_is_forgotten_after_it_has_expired(storage: Storage) -> None:
    assert await storage.write(lambda tx: STORE.use_up_challenge(tx, "c1", 100, 1))
    assert await storage.write(lambda tx: STORE.use_up_challenge(tx, "c2", 300, 100))
    assert await storage.read(lambda tx: tx.session.get(UsedChallengeRow, "c1")) is None
    assert not await storage.write(lambda tx: STORE.use_up_challenge(tx, "c2", 300, 101))
