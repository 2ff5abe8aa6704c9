"""Single sign-on of staff, for the running server."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext

from clock import Clock
from identity.accounts import Browser
from identity.actor import Actor
from identity.adapters.people import People, SignedIn
from identity.oidc import Proven
from identity.ports import User
from identity.provider_factors import shows_second_factor
from identity.sign_on import refused
from identity.staff import actor as as_actor
from identity.staff_sign_on import StaffLink
from refusals import Refused
from storage.ports import Storage, Tx


class StaffSignOns:
    def __init__(self, storage: Storage, clock: Clock, people: People, acr_values: Collection[str] = ()) -> None:
        """`acr_values` are the values of `acr` with which the provider says that it asked for a second factor."""
        self._storage = storage
        self._clock = clock
        self._people = people
        self._acr_values = frozenset(acr_values)

    async def sign_in(
        self,
        person: Proven,
        invitation: str | None,
        totp: str | None,
        place: str,
        browser: Browser,
        before: str | None,
    ) -> SignedIn | None:
        """Sign in a person whom a provider has proven; None if the person is not linked with a member of staff.

        `invitation` is the fingerprint of an invitation's token. `totp` is a code, needed only if the person has a
        second factor here and the provider did not show one. `before` is the browser's current session cookie; its
        session ends.

        Raises Refused: `forbidden` if the person may not sign in this way; `unauthorized` with the field `totp` if a
        code is needed or wrong; `rate_limited` after many wrong codes. A refused sign-in does not use up the
        invitation. Raises StorageUnavailable.
        """
        now, staff = self._clock(), self._people.staff_sign_on
        shown = shows_second_factor(person, self._acr_values)

        def unit(tx: Tx) -> SignedIn | None:
            user = staff.person(tx, person, invitation, now, browser.network)
            if user is None:
                return None
            asked = not shown and self._ask(tx, user, totp, now)
            detail = {"by": "single_sign_on", "issuer": person.issuer}
            return self._people.begun_staff(
                tx, user, browser, before, now, asked=asked, factor_shown=shown, detail=detail
            )

        holder = None
        if totp is not None:
            holder = await self._storage.read(lambda tx: staff.holder(tx, person, invitation))
        with self._people.guard.code_alone(holder, place) if holder is not None else nullcontext():
            signed_in = await self._storage.write(unit)
        if signed_in is not None:
            self._people.forget_sessions()
        return signed_in

    def _ask(self, tx: Tx, user: User, totp: str | None, now: int) -> bool:
        factors = self._people.second_factors
        if not factors.is_on(tx, user.id) and self._people.needs_second_factor(as_actor(user)):
            raise refused("sso_factor")
        return factors.check(tx, user.id, totp, now)

    async def state(self, actor: Actor, issuer: str | None) -> tuple[StaffLink | None, bool]:
        """A pair: the person's link, and True if the person has a password. `issuer` is the present provider of staff;
        None if there is none. Raises StorageUnavailable."""

        def read(tx: Tx) -> tuple[StaffLink | None, bool]:
            user = self._people.identity.known_user(tx, actor.email or "")
            link = self._people.staff_sign_on.linked(tx, actor.id, issuer) if issuer is not None else None
            return link, user.password_hash is not None

        return await self._storage.read(read)

    async def check_password(self, actor: Actor, password: str, place: str) -> None:
        """Check the person's password before they link. Raises the same errors as `Guard.own_password`."""
        self._people.guard.succeeded(await self._people.guard.own_password(actor, password, place))

    async def link(self, actor: Actor, person: Proven) -> None:
        """Link a person of the provider. Raises Refused(conflict) and StorageUnavailable."""
        now = self._clock()
        await self._storage.write(lambda tx: self._people.staff_sign_on.link(tx, actor, person, now))

    async def unlink(self, actor: Actor, password: str, session: str, place: str) -> None:
        """Check the password, remove the link, and end all sessions except `session`.

        Raises the same errors as `Guard.own_password`, and Refused(conflict) without a link.
        """
        await self.check_password(actor, password, place)
        now = self._clock()

        def unit(tx: Tx) -> None:
            if not self._people.staff_sign_on.unlink(tx, actor.id, actor, now, session=session):
                raise Refused("conflict", "Single sign-on isn't linked.")

        await self._storage.write(unit)
        self._people.forget_sessions()
