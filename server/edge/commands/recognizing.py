"""Finds the visitor and the account of a customer from their token and signed identity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from chat.adapters.socket import SocketPeer
from clock import Clock
from identity import visitors
from identity.adapters.people import People
from identity.adapters.recognition import Proven
from identity.errors import IdentityRefused
from identity.ports import Account, KnownVisitor
from identity.visitors import Visitor
from server.edge.peers import ServedPeer
from server.edge.refusal_log import RefusalLog
from server.settings import Settings
from storage.ports import Storage, Tx
from ticketing.attaching import Attaching


class Recognizing:
    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        people: People,
        attaching: Attaching,
        refusal_log: RefusalLog,
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._people = people
        self._attaching = attaching
        self._refusal_log = refusal_log

    async def prove(self, identity: str, address: str) -> Proven:
        """The person whom a signed identity proves. If the identity is not valid, logs this and raises IdentityRefused.

        `address` is the network address of the browser.
        """
        settings = self._settings
        with self._logged(address):
            return await self._people.visits.prove(
                identity, settings.identity_secrets(), settings.base_url, settings.identity_domains
            )

    async def signed_in(self, peer: SocketPeer) -> Account | None:
        """The account of a customer who is signed in on our own pages. None for other customers."""
        id_ = peer.account if isinstance(peer, ServedPeer) else None
        return await self._storage.read(lambda tx: self._people.account(tx, id_)) if id_ is not None else None

    async def shown(self, proven: Proven, visitor: str, address: str) -> None:
        """Record that `visitor` showed this identity.

        If the identity can be used only once and another browser has used it, logs this and raises IdentityRefused.
        """
        with self._logged(address):
            await self._people.visits.shown_by(proven.signed, visitor)

    @contextmanager
    def _logged(self, address: str) -> Iterator[None]:
        try:
            yield
        except IdentityRefused as refused:
            self._refusal_log.note_identity(refused, address)
            raise

    async def visitor_of(self, token: Visitor, account: Account | None) -> KnownVisitor | None:
        """The token's visitor, if this visitor can belong to the account. None if a new visitor is needed."""
        proven = account.id if account else None
        if not visitors.goes_on(token.account, proven):
            return None
        known = self.visitor_in(token, await self._storage.read(partial(self.read, visitor=token.id)), account)
        if known is None:
            return None
        if account is not None and token.account is None and known.account is None:
            return known if await self.bind(token.id, account) else None
        return known

    def read(self, tx: Tx, visitor: str) -> KnownVisitor | None:
        return self._people.visitor(tx, visitor)

    def visitor_in(self, token: Visitor, row: KnownVisitor | None, account: Account | None) -> KnownVisitor | None:
        """The token's visitor, whose stored row is `row`. None if this visitor cannot belong to the account."""
        proven = account.id if account else None
        if not visitors.goes_on(token.account, proven) or self._people.visits.has_signed_out(token, row):
            return None
        known = row or KnownVisitor(token.id, None, None)
        return known if visitors.goes_on(known.account, proven) else None

    async def bind(self, visitor: str, account: Account) -> bool:
        """Bind a visitor to the account. From then on, the visitor's token alone is no longer accepted.

        Returns False if the visitor belongs to another account.
        """
        now = self._clock()

        def unit(tx: Tx) -> bool:
            bound = self._people.customers.bind(tx, visitor, account.id, now)
            if bound:
                self._attaching.proven(tx, visitor, account.id)
            return bound

        return await self._storage.write(unit)
