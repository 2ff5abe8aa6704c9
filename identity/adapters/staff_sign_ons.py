"""Single sign-on of staff, for the running server."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext

from clock import Clock
from identity.account_ports import AccountLetters
from identity.accounts import Browser
from identity.adapters.confirming import Confirming, Here, Ways
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
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        confirming: Confirming,
        letters: AccountLetters,
        acr_values: Collection[str] = (),
    ) -> None:
        """`acr_values` are the values of `acr` with which the provider says that it asked for a second factor."""
        self._storage = storage
        self._clock = clock
        self._people = people
        self._confirming = confirming
        self._letters = letters
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
            already = staff.holder(tx, person, None)
            user = staff.person(tx, person, invitation, now, browser.network)
            if user is None:
                return None
            if already is None:
                # The invitation has just linked the person.
                self._letters.queue_notice(tx, "sign_on_linked", as_actor(user), now)
            asked = not shown and self._ask(tx, user, totp, now)
            detail = {"by": "single_sign_on", "issuer": person.issuer}
            begun = self._people.begun_staff(
                tx, user, browser, before, now, asked=asked, factor_shown=shown, detail=detail
            )
            if staff.linked(tx, user.id, person.issuer) is None:
                # The person was unlinked before this transaction had the lock of `begun_staff`.
                raise refused("sso_unlinked")
            return begun

        holder = None
        if totp is not None:
            holder = await self._storage.read(lambda tx: staff.holder(tx, person, invitation))
        async with self._people.guard.code_alone(holder, place) if holder is not None else nullcontext():
            signed_in = await self._storage.write(unit)
        if signed_in is not None:
            self._people.known.forget_sessions_here()
        return signed_in

    def _ask(self, tx: Tx, user: User, totp: str | None, now: int) -> bool:
        factors = self._people.second_factors
        if not factors.is_on(tx, user.id) and self._people.needs_second_factor(as_actor(user)):
            raise refused("sso_factor")
        return factors.check(tx, user.id, totp, now)

    async def state(self, here: Here, issuer: str | None) -> tuple[StaffLink | None, Ways]:
        """A pair: the person's link, and how the person can confirm a change of it. `issuer` is the present provider of
        staff; None if there is none. Raises StorageUnavailable."""

        def read(tx: Tx) -> tuple[StaffLink | None, Ways]:
            link = self._people.staff_sign_on.linked(tx, here.actor.id, issuer) if issuer is not None else None
            return link, self._confirming.ways(tx, here)

        return await self._storage.read(read)

    async def confirm(self, here: Here, password: str | None, totp: str | None) -> None:
        """Run `Confirming.check` with `asks`, before the person links single sign-on. Raises the same errors."""
        await self._confirming.check(here, password, totp, asks=True)

    async def link(self, here: Here, person: Proven) -> None:
        """Link a person of the provider to the member of staff who is signed in. Raises Refused: `unauthorized` if the
        session has ended, `conflict` if the person or the member of staff is linked already. Raises
        StorageUnavailable."""
        now = self._clock()

        def unit(tx: Tx) -> None:
            by = self._confirming.present(tx, here)
            self._people.staff_sign_on.link(tx, by, person, now)
            self._letters.queue_notice(tx, "sign_on_linked", by, now)

        await self._storage.write(unit)

    async def unlink(self, here: Here, password: str, totp: str | None) -> None:
        """Check the password and the code, remove the link, and end the person's other sessions.

        Raises the same errors as `Confirming.check`, and Refused(conflict) without a link.
        """
        await self._confirming.check(here, password, totp)
        now = self._clock()

        def unit(tx: Tx) -> None:
            by = self._confirming.present(tx, here)
            if not self._people.staff_sign_on.unlink(tx, by.id, by, now, session=here.session):
                raise Refused("conflict", "Single sign-on isn't linked.")

        await self._storage.write(unit)
        self._people.forget_sessions()
