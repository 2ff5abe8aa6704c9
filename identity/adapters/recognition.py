"""Recognizes customers by their visitor token or a signed identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from uuid_utils import uuid7

from clock import Clock
from counters.adapters.used_once import StoredUsedOnce
from identity.actor import Actor
from identity.adapters.expiring_cache import Remembered
from identity.customers import Customers
from identity.errors import IdentityRefused
from identity.ports import Account, KnownVisitor
from identity.signed_identities import NO_DOMAINS, SignedIdentity, verify
from identity.visitors import Visitor, holds
from storage.ports import Storage, Tx

REMEMBER_MS = 1_000
"""Time in ms for which a checked token is trusted without another query."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A signed identity and its account."""

    account: Account
    signed: SignedIdentity


class Visits:
    def __init__(self, storage: Storage, clock: Clock, customers: Customers) -> None:
        self._storage = storage
        self._clock = clock
        self._customers = customers
        self._known: Remembered[Actor] = Remembered()
        self._signed_out: Remembered[int] = Remembered()
        self.used_once = StoredUsedOnce(storage, clock)

    async def actor_of(self, token: Visitor) -> Actor | None:
        """The customer who uses this visitor token over HTTP.

        None if a sign-out revoked the token, or if the customer must prove their identity again.

        Raises StorageUnavailable.
        """
        now, key = self._clock(), _key_of(token)
        if self.has_signed_out(token, None):
            return None
        if (known := self._known.get(key, now)) is not None:
            return known
        found = await self._storage.read(lambda tx: self._customers.of_token(tx, token, now))
        if found is not None:
            until = min(now + REMEMBER_MS, token.proven_until) if token.account is not None else now + REMEMBER_MS
            self._known.put(key, found, until, now)
        return found

    def has_signed_out(self, token: Visitor, known: KnownVisitor | None) -> bool:
        """True if a sign-out revoked this token. `known` is the visitor's row, or None."""
        # The row may have been read, or its result remembered, just before the sign-out.
        lately = self._signed_out.get(token.id, self._clock())
        return not (holds(token, lately) and (known is None or holds(token, known.signed_out_at)))

    def sign_out(self, tx: Tx, token: Visitor, now: int) -> bool:
        """Revoke the tokens of a visitor with `Customers.sign_out`, in this process at once. Returns the same."""
        ended = self._customers.sign_out(tx, token, now)
        tx.after_commit(lambda: self._forget(token, now))
        return ended

    def _forget(self, token: Visitor, now: int) -> None:
        self._known.forget(_key_of(token))
        if not self.has_signed_out(token, None):
            self._signed_out.put(token.id, now, now + 2 * REMEMBER_MS, now)

    async def prove(
        self,
        jwt: str,
        secrets: Mapping[str, Sequence[bytes]],
        audience: str,
        domains: Mapping[str, Set[str]] = NO_DOMAINS,
    ) -> Proven:
        """Verify a signed identity, and return it with its account. The account is created if there is none yet.

        The parameters are those of `identity.signed_identities.verify`. Raises IdentityRefused if the identity is not
        valid, and StorageUnavailable.
        """
        now = self._clock()
        signed = verify(jwt, secrets, audience, now, domains)
        known = await self._storage.read(lambda tx: self._customers.known(tx, signed, now))
        if known is None:
            known = await self._storage.write(lambda tx: self._customers.prove(tx, signed, lambda: str(uuid7()), now))
        return Proven(known, signed)

    async def shown_by(self, signed: SignedIdentity, visitor: str) -> None:
        """Bind a signed identity with a `jti` to this visitor. Does nothing without a `jti`.

        So a JWT that leaks through a log or a script does not work in another browser. Raises IdentityRefused if
        another visitor used the identity before, and StorageUnavailable.
        """
        if signed.jti is None:
            return
        # A `kid` contains no line feed.
        if not await self.used_once.first(f"identity {signed.kid}\n{signed.jti}", visitor, signed.expires_at):
            raise IdentityRefused("used", "another browser used it before; sign a new one with another `jti`")


def _key_of(token: Visitor) -> str:
    return f"{token.id} {token.account} {token.proven_until} {token.issued_at}"
