"""Sign-up, confirmation and changes of accounts that customers make here, for the running server."""

from __future__ import annotations

from collections.abc import Collection

from uuid_utils import uuid7

from clock import Clock
from identity import tokens
from identity.account_ports import AccountLetters, OwnAccount
from identity.accounts import Browser, Wanted, checked_name, old_link
from identity.actor import Actor
from identity.adapters.people import People, SignedIn
from identity.oidc import Proven
from identity.passwords import check as check_password
from identity.passwords import words_of
from storage.ports import Storage, Tx


class OwnAccounts:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        letters: AccountLetters,
        words: Collection[str] = (),
    ) -> None:
        """`words` come from the desk's name and host. A password that is little more than these words is refused."""
        self._storage = storage
        self._clock = clock
        self._people = people
        self._letters = letters
        self._words = frozenset(words)

    async def ask(self, wanted: Wanted) -> None:
        """Run `Accounts.ask` with a new token, in a transaction. Raises StorageUnavailable."""
        now, token = self._clock(), tokens.new_cookie()
        await self._storage.write(lambda tx: self._people.accounts.ask(tx, wanted, self._letters, token, now))

    async def address_of(self, token: str) -> str | None:
        """The address that the link with this token confirms; None if the link no longer works. Does not use up the
        link."""
        opened = await self.opened(token)
        return opened[0] if opened is not None else None

    async def opened(self, token: str) -> tuple[str, str | None, bool] | None:
        """What the page of a link shows: the address, the name that was given in the request for the link, and True if
        the address has no account yet.

        None if the link no longer works. Does not use up the link.
        """
        now = self._clock()

        def read(tx: Tx) -> tuple[str, str | None, bool] | None:
            link = self._people.accounts.link(tx, token, now)
            if link is None:
                return None
            return link.email, link.name, self._people.accounts.by_email(tx, link.email) is None

        return await self._storage.read(read)

    async def confirm(
        self, token: str, password: str, name: str | None, place: str, browser: Browser, before: str | None
    ) -> SignedIn:
        """Use up a link: confirm its address, set the password and sign in. `before` is the browser's current session
        cookie; its session ends.

        Raises Refused: `not_found` for a link that no longer works, `invalid` for a weak password or a bad name,
        `unavailable` if the hashing queue is full, and the other errors of `Accounts.finish`. Raises
        StorageUnavailable.
        """
        called, email = checked_name(name), await self.address_of(token)
        if email is None:
            raise old_link()
        check_password(password, words=self._words | words_of(called, email))
        hashed, now = await self._people.guard.hashed_first(password, place), self._clock()

        def unit(tx: Tx) -> SignedIn:
            named = called or ("" if name is not None else None)
            own = self._people.accounts.finish(tx, token, hashed, named, lambda: str(uuid7()), now)
            return self._people.begun(tx, own, browser, before, now)

        signed_in = await self._storage.write(unit)
        self._people.forget_sessions()
        return signed_in

    async def sign_on(self, person: Proven, browser: Browser, before: str | None) -> SignedIn:
        """Sign in a person whom a provider has proven. At the first sign-in, makes or links an account.

        `before` is the browser's current session cookie; its session ends. Raises Refused(forbidden) if the person
        cannot have an account, and StorageUnavailable.
        """
        now = self._clock()

        def unit(tx: Tx) -> SignedIn:
            own = self._people.sign_on.customer(tx, person, self._letters, lambda: str(uuid7()), now)
            return self._people.begun(tx, own, browser, before, now)

        signed_in = await self._storage.write(unit)
        self._people.known.forget_sessions_here()
        return signed_in

    async def own(self, actor: Actor) -> OwnAccount:
        """The account of a signed-in customer. Raises Refused(forbidden) for other people, and StorageUnavailable."""
        return await self._storage.read(lambda tx: self._people.accounts.own(tx, actor))

    async def change(self, actor: Actor, name: str | None, locale: str | None, timezone: str | None) -> OwnAccount:
        """Replace the name, the language and the time zone. Raises the same errors as `own`, and Refused(invalid)."""
        called, now = checked_name(name), self._clock()
        changed = await self._storage.write(
            lambda tx: self._people.accounts.change(tx, actor, called, locale, timezone, now)
        )
        self._people.known.forget_sessions_here()
        return changed
