"""Passkeys on both databases."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from functools import partial

from identity.adapters.store import SqlStore
from identity.adapters.tables import UsedChallengeRow
from identity.passkeys import Passkey
from identity.ports import Session
from storage.ports import Storage, Tx

STORE = SqlStore()
LAPTOP = Passkey(
    id="p1", user="u1", kind="customer", credential="AAAA", public_key="pk", sign_count=0, name="Laptop", created_at=1
)
SESSION = Session(id="", user="u1", created_at=1, last_seen_at=1, expires_at=9)
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


async def test_count_of_a_synced_passkey_may_go_down(storage: Storage) -> None:
    await storage.write(lambda tx: STORE.add_passkey(tx, replace(LAPTOP, synced=True)))
    counts = (5, 0, 3)
    used = [await storage.write(partial(STORE.use_passkey, id="p1", sign_count=count, now=9)) for count in counts]
    assert used == [True, True, True]


async def test_sessions_with_a_passkey_end_and_lose_its_factor(storage: Storage) -> None:
    """Those of other passkeys, of other people and with the password alone stay."""
    shown = replace(SESSION, factor_shown=True)
    by_laptop = [replace(shown, id=name, passkey="p1") for name in ("here", "there")]
    by_phone, by_provider = replace(shown, id="phone", passkey="p2"), replace(shown, id="provider")
    others = replace(shown, id="others", user="u2", passkey="p1")
    every = (*by_laptop, by_phone, by_provider, replace(SESSION, id="password"), others)

    def end(tx: Tx) -> int:
        for one in every:
            STORE.add_session(tx, one)
        STORE.show_factor(tx, "password", "p2")
        STORE.show_factor(tx, "provider", "p2")
        return STORE.end_sessions_of_passkey(tx, "u1", "p1", 5, but="here")

    assert await storage.write(end) == 1
    forgotten = await storage.write(lambda tx: STORE.forget_factors_of_passkeys(tx, "u1"))
    assert sorted(forgotten) == ["here", "password", "phone"]
    assert await storage.write(lambda tx: STORE.forget_factors_of_passkeys(tx, "u1")) == []
    left = await storage.read(lambda tx: [STORE.session(tx, one.id) for one in every])
    assert [one is not None and (one.id, one.passkey, one.factor_shown) for one in left] == [
        ("here", "p1", False),
        False,
        ("phone", "p2", False),
        ("provider", None, True),
        ("password", "p2", False),
        ("others", "p1", True),
    ]


async def test_reset_waits_for_a_passkey_that_is_being_added(storage: Storage, other: Storage) -> None:
    """Otherwise the passkey would be stored just after the reset has removed all of them."""
    entered, removing = threading.Event(), threading.Event()

    def add(tx: Tx) -> None:
        STORE.lock_credentials(tx, "u1")
        entered.set()
        removing.wait(2)
        STORE.add_passkey(tx, LAPTOP)

    def reset(tx: Tx) -> int:
        removing.set()
        return STORE.remove_passkeys(tx, "u1")

    adding = asyncio.create_task(storage.write(add))
    await asyncio.to_thread(entered.wait, 5)
    removed = await other.write(reset)
    await adding
    assert removed == 1
    assert await storage.read(lambda tx: STORE.passkeys_of(tx, "u1")) == []


async def test_challenge_is_used_up_once_by_either_program(storage: Storage, other: Storage) -> None:
    both = (one.write(lambda tx: STORE.use_up_challenge(tx, "c1", 100, 1)) for one in (storage, other))
    assert sorted(await asyncio.gather(*both)) == [False, True]


async def test_used_challenge_is_forgotten_after_it_has_expired(storage: Storage) -> None:
    assert await storage.write(lambda tx: STORE.use_up_challenge(tx, "c1", 100, 1))
    assert await storage.write(lambda tx: STORE.use_up_challenge(tx, "c2", 300, 100))
    assert await storage.read(lambda tx: tx.session.get(UsedChallengeRow, "c1")) is None
    assert not await storage.write(lambda tx: STORE.use_up_challenge(tx, "c2", 300, 101))
