"""A sign-in and a reset of the password at the same moment. Only on PostgreSQL, where they run side by side.

Each takes the lock on the person's credentials before it changes a row. Otherwise each could wait for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import create_autospec

import msgspec
import pytest
from sqlalchemy import event

from identity.accounts import Browser
from identity.adapters.confirming import Confirming
from identity.adapters.own_passkeys import OwnPasskeys
from identity.adapters.staff_sign_ons import StaffSignOns
from identity.oidc import Proven
from identity.passkey_ceremonies import Party, Shown
from identity.tokens import fingerprint
from storage.ports import Storage, T, Tx
from tests.running import RunningDesk, enrol
from tests.servers import database
from tests.stories.test_account_pages import asked, browser
from tests.stories.test_passkeys import BASE, MAYA, added, member

pytestmark = pytest.mark.scaled
HERE, ISSUER = Browser(None, None, prefixed=False), "https://id.example"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"base_url": BASE}


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with database("postgresql", tmp_path) as url:
        yield url


class Watched:
    """The storage of a desk, which keeps the statements of its writes."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._statements: list[str] = []
        self.storage = create_autospec(Storage, instance=True)
        self.storage.read, self.storage.write = storage.read, self.write

    async def write(self, unit: Callable[[Tx], T], *, durable: bool = True) -> T:
        def watched(tx: Tx) -> T:
            event.listen(tx.session.connection(), "before_cursor_execute", self._note)
            return unit(tx)

        return await self._storage.write(watched, durable=durable)

    def _note(self, connection: object, cursor: object, statement: str, *more: object) -> None:
        self._statements.append(statement)

    def locks_first(self) -> bool:
        lock = next(n for n, one in enumerate(self._statements) if "pg_advisory_xact_lock" in one)
        changes = (n for n, one in enumerate(self._statements) if one.startswith(("INSERT", "UPDATE", "DELETE")))
        return lock < next(changes)


async def test_sign_in_with_a_passkey_locks_the_credentials_first(desk: RunningDesk) -> None:
    it, watched = desk.desk, Watched(desk.desk.storage)
    async with browser(desk) as page:
        await member(desk, page)
        device = await added(page)
    confirming = Confirming(it.storage, it.clock, it.people)
    passkeys = OwnPasskeys(watched.storage, it.clock, it.secret, it.people, confirming, it.account_letters)
    party = Party("desk.localhost", BASE, "Desk")
    shown = msgspec.convert(device.show(passkeys.ask("holder", party)), Shown)
    signed_in = await passkeys.sign_in(shown, "holder", party, "192.0.2.1", HERE, None)
    assert signed_in.actor.email == MAYA and watched.locks_first()


async def test_sign_in_with_an_invitation_locks_the_credentials_first(desk: RunningDesk) -> None:
    it, watched = desk.desk, Watched(desk.desk.storage)
    await enrol(it.storage, MAYA, "Maya")
    invite = it.people.staff_sign_on.invite
    token = await it.storage.write(lambda tx: invite(tx, MAYA, None, ISSUER, 7, it.clock()))
    confirming = Confirming(it.storage, it.clock, it.people)
    sign_ons = StaffSignOns(watched.storage, it.clock, it.people, confirming, it.account_letters)
    person = Proven(issuer=ISSUER, sub="maya", email=MAYA, email_verified=True, name=None)
    signed_in = await sign_ons.sign_in(person, fingerprint(token), None, "192.0.2.1", HERE, None)
    assert signed_in is not None and signed_in.actor.email == MAYA and watched.locks_first()


async def test_new_password_locks_the_credentials_first(desk: RunningDesk) -> None:
    it, watched = desk.desk, Watched(desk.desk.storage)
    await enrol(it.storage, MAYA, "Maya")
    await watched.write(lambda tx: it.people.identity.set_password(tx, MAYA, "hash", it.clock()))
    assert watched.locks_first()


async def test_confirmed_link_locks_the_credentials_first(desk: RunningDesk) -> None:
    """The first link makes the account, the second one replaces its password."""
    it = desk.desk

    async def finished() -> bool:
        watched = Watched(it.storage)
        async with browser(desk) as page:
            token = (await asked(desk, page)).partition("=")[2]
        await watched.write(lambda tx: it.people.accounts.finish(tx, token, "hash", None, lambda: "new", it.clock()))
        return watched.locks_first()

    assert await finished()
    assert await finished()


async def test_first_single_sign_on_of_a_customer_locks_the_links_first(desk: RunningDesk) -> None:
    it, watched = desk.desk, Watched(desk.desk.storage)
    person = Proven(issuer=ISSUER, sub="ana", email="ana@northlake.example", email_verified=True, name=None)
    customer = it.people.sign_on.customer
    await watched.write(lambda tx: customer(tx, person, it.account_letters, lambda: "new", it.clock()))
    assert watched.locks_first()
