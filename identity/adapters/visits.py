"""Customers as the running server knows them: by a visitor's token, and by what a host site signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from uuid_utils import uuid7

from clock import Clock
from identity.actor import Actor
from identity.adapters.remembered import Remembered
from identity.customers import Customers
from identity.ports import Account, KnownVisitor
from identity.shown_once import ShownOnce
from identity.signed_identities import NO_DOMAINS, SignedIdentity, verify
from identity.visitors import VALID_MS, Visitor, holds
from refusals import Refused
from storage.ports import Storage

REMEMBER_MS = 1_000
"""For so long a token counts as known without a look at the database."""


@dataclass(frozen=True, slots=True)
class Proven:
    """The account that a signed identity proves somebody to be."""

    account: Account
    signed: SignedIdentity


class Visits:
    """Over a storage."""

    def __init__(self, storage: Storage, clock: Clock, customers: Customers) -> None:
        self._storage = storage
        self._clock = clock
        self._customers = customers
        self._known: Remembered[Actor] = Remembered()
        self._signed_out: Remembered[int] = Remembered()
        self._shown = ShownOnce()

    async def actor_of(self, token: Visitor) -> Actor | None:
        """Who acts by this visitor's token over HTTP; None where it needs a new proof, or was signed out. Raises
        StorageUnavailable."""
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
        """Was this token ended by signing out? `known` is what is stored of its visitor."""
        # Of who never did anything there is no row; the last thousands are remembered all the same.
        lately = self._signed_out.get(token.id, self._clock())
        return not (holds(token, lately) and (known is None or holds(token, known.signed_out_at)))

    async def sign_out(self, token: Visitor) -> None:
        """End a visitor's token (`identity.customers.Customers.sign_out`). Raises StorageUnavailable."""
        now = self._clock()
        await self._storage.write(lambda tx: self._customers.sign_out(tx, token, now))
        self._known.forget(_key_of(token))
        if not self.has_signed_out(token, None):
            self._signed_out.put(token.id, now, now + VALID_MS, now)

    async def prove(
        self,
        jwt: str,
        secrets: Mapping[str, Sequence[bytes]],
        audience: str,
        domains: Mapping[str, Set[str]] = NO_DOMAINS,
    ) -> Proven:
        """Whose account a signed identity proves to be theirs; made where it is new. See
        `identity.signed_identities.verify`. Raises Refused(unauthorized), StorageUnavailable."""
        now = self._clock()
        signed = verify(jwt, secrets, audience, now, domains)
        known = await self._storage.read(lambda tx: self._customers.known(tx, signed, now))
        if known is None:
            known = await self._storage.write(lambda tx: self._customers.prove(tx, signed, lambda: str(uuid7()), now))
        return Proven(known, signed)

    def shown_by(self, signed: SignedIdentity, visitor: str) -> None:
        """This visitor's browser shows a signed identity. Raises Refused(unauthorized) where it has a `jti` and another
        browser showed it before."""
        if signed.jti is None or self._shown.take(signed.kid, signed.jti, visitor, signed.expires_at, self._clock()):
            return
        raise Refused(
            "unauthorized",
            "The signed identity proves nothing: another browser showed it before. Sign a new one, with another `jti`.",
        )


def _key_of(token: Visitor) -> str:
    return f"{token.id} {token.account} {token.proven_until} {token.issued_at}"
