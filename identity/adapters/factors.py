"""Manages the second factor and the recovery codes of a signed-in person.

The person must give the password again to begin the setup, to renew the recovery codes, or to end the second factor.
"""

from __future__ import annotations

from collections.abc import Callable

from clock import Clock
from identity.actor import Actor
from identity.adapters.guard import Guard
from identity.passkeys import Passkeys
from identity.second_factors import SecondFactors
from refusals import Refused
from storage.ports import Storage, Tx


class Factors:
    """The second factor of the signed-in person.

    Each method may raise StorageUnavailable. The methods that check a password or a code also raise the errors of
    `Guard` and `SecondFactors`.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        second_factors: SecondFactors,
        passkeys: Passkeys,
        guard: Guard,
        forget: Callable[[str], None],
    ) -> None:
        """`forget` is called with the id of a session whose rights have changed."""
        self._storage = storage
        self._clock = clock
        self._second_factors = second_factors
        self._passkeys = passkeys
        self._guard = guard
        self._forget = forget

    async def state(self, actor: Actor) -> tuple[bool, int | None]:
        """A pair: True if the second factor is on, and the number of unused recovery codes (None if it is off)."""
        factors = self._second_factors
        return await self._storage.read(lambda tx: (factors.is_on(tx, actor.id), factors.codes_left(tx, actor.id)))

    async def begin(self, actor: Actor, password: str, place: str) -> str:
        """Check the password and return a new secret for the authenticator app."""
        passed, now = await self._guard.own_password(actor, password, place), self._clock()

        def unit(tx: Tx) -> str:
            self._passkeys.check_used(tx, actor)
            return self._second_factors.begin(tx, passed.user.id, now)

        secret = await self._storage.write(unit)
        await self._guard.succeeded(passed)
        return secret

    async def confirm(self, actor: Actor, code: str, session: str, place: str) -> list[str]:
        """Check the first code from the app, turn the second factor on, and end all sessions except `session`. Returns
        the recovery codes."""
        now = self._clock()

        def unit(tx: Tx) -> list[str]:
            # The owner may have added a passkey since the setup began.
            self._passkeys.check_used(tx, actor)
            return self._second_factors.confirm(tx, actor, code, session, now)

        async with self._guard.confirming(actor, place):
            codes = await self._storage.write(unit)
        self._forget(session)
        return codes

    async def renew(self, actor: Actor, password: str, place: str) -> list[str]:
        """Check the password, replace the recovery codes, and return the new ones."""
        passed, now = await self._guard.own_password(actor, password, place), self._clock()
        codes = await self._storage.write(lambda tx: self._second_factors.renew_codes(tx, actor, now))
        await self._guard.succeeded(passed)
        return codes

    async def end(self, actor: Actor, password: str, code: str, session: str, place: str) -> None:
        """Check the password and a code, turn the second factor off, and end all sessions except `session`. Raises
        Refused(conflict) if the second factor is not on."""
        passed, now = await self._guard.own_password(actor, password, place), self._clock()

        def unit(tx: Tx) -> None:
            self._second_factors.check(tx, passed.user.id, code, now)
            if not self._second_factors.end(tx, passed.user.id, actor, now, session=session):
                raise Refused("conflict", "Two-step verification isn't on.")

        async with self._guard.codes(passed, code):
            await self._storage.write(unit)
        await self._guard.succeeded(passed)
        self._forget(session)
