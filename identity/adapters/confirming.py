"""Confirms that a signed-in person is the owner of the account, before a change to how this person signs in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.adapters.store import SqlStore
from identity.passkeys import RECENT_MS
from refusals import Refused
from storage.ports import Storage, Tx


@dataclass(frozen=True, slots=True)
class Here:
    """The browser of a signed-in person. `session` is the id of the person's session in this browser. `place` is the
    network of the request."""

    actor: Actor
    session: str
    place: str


@dataclass(frozen=True, slots=True)
class Ways:
    """How a person can confirm a change.

    `recent`: the person signed in less than RECENT_MS ago, so nothing more is asked. `password`: the person has a
    password. `code`: with the password, a one-time code is needed too.
    """

    recent: bool
    password: bool
    code: bool


class Confirming:
    """Checks credentials before a change to how a person signs in. The async methods may raise StorageUnavailable."""

    def __init__(self, storage: Storage, clock: Clock, people: People) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._store = SqlStore()

    async def owner(self, here: Here, password: str | None) -> None:
        """Check the password, but no code. If `password` is None, the person must have no password, and have signed in
        less than RECENT_MS ago.

        Raises the same errors as `check`.
        """
        if password is None:
            await self._check_recent(here, asks=True)
        else:
            await self._people.guard.succeeded(await self._people.guard.own_password(here.actor, password, here.place))

    async def check(self, here: Here, password: str | None, totp: str | None = None, *, asks: bool = False) -> None:
        """Check the password, and the code if a staff member has a second factor.

        If `password` is None, the person must have signed in less than RECENT_MS ago. With `asks`, the person must also
        have no password.

        Raises Refused(unauthorized) with the field `password`, `totp` or `sign_in`. The field says what the person must
        do. Also raises the other errors of `Guard.own_password`.
        """
        if password is None:
            await self._check_recent(here, asks=asks)
            return
        guard, now = self._people.guard, self._clock()
        passed = await guard.own_password(here.actor, password, here.place)
        async with guard.codes(passed, totp):
            if here.actor.kind == "staff":
                factors = self._people.second_factors
                await self._storage.write(lambda tx: factors.check(tx, here.actor.id, totp, now))
        await guard.succeeded(passed)

    async def _check_recent(self, here: Here, *, asks: bool) -> None:
        ways = await self._storage.read(lambda tx: self.ways(tx, here))
        if ways.recent and not (asks and ways.password):
            return
        if ways.password:
            raise _unconfirmed("password", "Enter your password to confirm.")
        raise _unconfirmed("sign_in", "Sign in again to confirm.")

    def ways(self, tx: Tx, here: Here) -> Ways:
        session = self._store.session(tx, here.session)
        return Ways(
            recent=session is not None and 0 <= self._clock() - session.created_at < RECENT_MS,
            password=self._has_password(tx, here.actor),
            code=here.actor.kind == "staff" and self._people.second_factors.is_on(tx, here.actor.id),
        )

    def present(self, tx: Tx, here: Here) -> Actor:
        """The person as stored now. Also locks the person's credentials until the transaction ends.

        A reset of the password ends sessions and removes credentials. Because of the lock, a session from before the
        reset cannot add a credential after it. Raises Refused(unauthorized) if the session has ended, or the person is
        disabled.
        """
        self._store.lock_credentials(tx, here.actor.customer)
        session = self._store.session(tx, here.session)
        if session is None or session.expires_at <= self._clock() or session.user != here.actor.customer:
            raise _ended()
        owner = self._people.owner(tx, session)
        if owner is None:
            raise _ended()
        return replace(owner, network=here.actor.network)

    def _has_password(self, tx: Tx, actor: Actor) -> bool:
        if actor.kind == "customer":
            own = self._people.accounts.by_id(tx, actor.customer)
            return own is not None and own.password_hash is not None
        user = self._store.user(tx, actor.id)
        return user is not None and user.password_hash is not None


def _unconfirmed(field: str, sentence: str) -> Refused:
    return Refused("unauthorized", sentence, {field: sentence})


def _ended() -> Refused:
    return Refused("unauthorized", "Sign in again. Your sign-in has ended.")
