"""Adds passkeys to accounts, and signs people in with them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from uuid_utils import uuid7

from clock import Clock
from identity import passkey_challenges
from identity.account_ports import AccountLetters
from identity.accounts import Browser
from identity.adapters.confirming import Confirming, Here, Ways
from identity.adapters.people import People, SignedIn
from identity.adapters.store import SqlStore
from identity.passkey_ceremonies import (
    CeremonyFault,
    Created,
    Party,
    Shown,
    challenge_in,
    checked_creation,
    checked_signature,
    creation_options,
    request_options,
)
from identity.passkey_challenges import Purpose
from identity.passkeys import Passkey, PasskeyFault, checked_name, refused, too_late
from storage.ports import Storage, Tx

_BY = "passkey"


class OwnPasskeys:
    """The async methods may raise StorageUnavailable."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        secret: bytes,
        people: People,
        confirming: Confirming,
        letters: AccountLetters,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._secret = secret
        self._people = people
        self._confirming = confirming
        self._letters = letters
        self._passkeys = people.passkeys
        self._store = SqlStore()

    # -- the account -----------------------------------------------------------------------

    async def own(self, here: Here) -> tuple[Sequence[Passkey], Ways]:
        """A pair: the person's passkeys, oldest first, and how the person can confirm a change to the passkeys."""
        return await self._storage.read(
            lambda tx: (self._passkeys.of(tx, here.actor), self._confirming.ways(tx, here)),
        )

    async def begin(self, here: Here, password: str | None, totp: str | None, party: Party) -> Mapping[str, object]:
        """The options with which the browser makes a new passkey.

        Raises Refused(conflict) if the person may not add a passkey (see `Passkeys.to_add`), and the errors of
        `Confirming.check`.
        """
        known = await self._storage.read(lambda tx: self._passkeys.to_add(tx, here.actor))
        await self._confirming.check(here, password, totp)
        actor, ids = here.actor, [one.credential for one in known]
        challenge = self._challenge("add", here.session)
        return creation_options(party, actor.customer, actor.email or "", actor.name, ids, challenge)

    async def add(self, here: Here, created: Created, name: str, party: Party) -> Passkey:
        """Store the passkey that the browser has made, and tell the owner by a letter.

        If the person's role requires a second factor, the session then meets this requirement, because the
        authenticator has verified the person. Raises Refused: `unauthorized` if the session has ended, or the challenge
        is too old, was used, or was issued for another session; `invalid` for a bad name or answer; `conflict` as in
        `Passkeys.add`.
        """
        called, now = checked_name(name), self._clock()
        try:
            challenge = challenge_in(created)
            until = self._until("add", here.session, challenge)
            if until is None:
                raise too_late()
            new = checked_creation(created, party, challenge)
        except CeremonyFault:
            raise refused("invalid", "passkey_refused") from None

        def unit(tx: Tx) -> Passkey:
            if not self._passkeys.use_up(tx, challenge, until, now):
                raise too_late()
            owner = self._confirming.present(tx, here)
            added = self._passkeys.add(tx, owner, str(uuid7()), new, called, now)
            self._letters.queue_notice(tx, "passkey_added", owner, now)
            self._store.show_factor(tx, here.session, added.id)
            return added

        added = await self._storage.write(unit)
        self._people.forget_sessions()
        return added

    async def rename(self, here: Here, id_: str, name: str) -> None:
        """Raises Refused(invalid) for a bad name, and Refused(not_found) if the person has no such passkey."""
        called = checked_name(name)
        await self._storage.write(lambda tx: self._passkeys.rename(tx, here.actor, id_, called))

    async def remove(self, here: Here, id_: str, password: str | None, totp: str | None) -> Sequence[str]:
        """Remove a passkey, and end the person's other sessions in which it was used. If this ends a customer's
        sessions, the widget's tokens of the account are revoked too.

        Returns the sessions in which the person must now set up a second factor before anything else is allowed. Raises
        Refused: `not_found`, and the refusals of `Confirming.check`.
        """
        await self._confirming.check(here, password, totp)
        now = self._clock()

        def unit(tx: Tx) -> Sequence[str]:
            owner = self._confirming.present(tx, here)
            removed = self._passkeys.remove(tx, owner, id_, now, session=here.session)
            if removed.ended and owner.kind == "customer":
                self._people.accounts.revoke_widget_tokens(tx, owner.customer, now)
            return [one for one in removed.unproven if self._is_limited(tx, one)]

        limited = await self._storage.write(unit)
        self._people.forget_sessions()
        return limited

    def _is_limited(self, tx: Tx, id_: str) -> bool:
        session = self._store.session(tx, id_)
        owner = self._people.owner(tx, session) if session is not None else None
        return owner is not None and owner.limited

    # -- sign-in ---------------------------------------------------------------------------

    def ask(self, browser: str, party: Party) -> Mapping[str, object]:
        """The options with which a browser lets a person choose a passkey. `browser` is the secret in the browser's
        cookie for passkeys."""
        return request_options(party, self._challenge("sign_in", browser))

    async def sign_in(
        self, shown: Shown, holder: str, party: Party, place: str, browser: Browser, before: str | None
    ) -> SignedIn:
        """Begin a session for the owner of a passkey.

        `holder` is the secret in the browser's cookie for passkeys. `before` is the browser's current session cookie;
        its session ends. Raises Refused: `unauthorized` if the passkey is not accepted; `rate_limited` after many
        failures.
        """
        now = self._clock()
        async with self._people.guard.passkey(place):
            try:
                challenge = challenge_in(shown)
                until = self._until("sign_in", holder, challenge)
                passkey = await self._storage.read(lambda tx: self._store.passkey_by_credential(tx, shown.id))
                if until is None or passkey is None:
                    raise PasskeyFault("passkey", late=until is None)
                count = checked_signature(shown, party, challenge, passkey.public_key, passkey.user)
            except CeremonyFault:
                raise PasskeyFault("passkey") from None

            def unit(tx: Tx) -> SignedIn:
                # Before any row: a reset has this lock when it removes the passkeys.
                self._store.lock_credentials(tx, passkey.user)
                if not self._passkeys.use_up(tx, challenge, until, now):
                    raise PasskeyFault("passkey", passkey.user, late=True)
                if not self._store.use_passkey(tx, passkey.id, count, now):
                    if self._store.passkey_by_credential(tx, passkey.credential) is None:
                        # The passkey was removed while its signature was checked.
                        raise PasskeyFault("passkey", passkey.user)
                    # Two authenticators use this key: it was copied. Nobody knows which of them is the owner's.
                    raise PasskeyFault("passkey_copied", passkey.user)
                return self._begun(tx, passkey, browser, before, now)

            signed_in = await self._storage.write(unit)
        if signed_in.replaced is not None:
            self._people.forget_sessions()
        return signed_in

    def _begun(self, tx: Tx, passkey: Passkey, browser: Browser, before: str | None, now: int) -> SignedIn:
        if passkey.kind == "customer":
            own = self._people.accounts.by_id(tx, passkey.user)
            if own is None:
                raise PasskeyFault("passkey", passkey.user)
            return self._people.begun(tx, own, replace(browser, by=_BY, passkey=passkey.id), before, now)
        user = self._store.user(tx, passkey.user)
        if user is None or user.disabled_at is not None:
            raise PasskeyFault("passkey", passkey.user)
        here = replace(browser, passkey=passkey.id)
        return self._people.begun_staff(tx, user, here, before, now, asked=False, factor_shown=True, detail={"by": _BY})

    # --------------------------------------------------------------------------------------

    def _challenge(self, purpose: Purpose, holder: str) -> bytes:
        random = secrets.token_bytes(passkey_challenges.RANDOM)
        return passkey_challenges.issue(self._secret, purpose, holder, random, self._clock())

    def _until(self, purpose: Purpose, holder: str, challenge: bytes) -> int | None:
        return passkey_challenges.expires_at(self._secret, challenge, purpose, holder, self._clock())
