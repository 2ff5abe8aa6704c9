"""The links in letters to requesters. Such a link proves the requester's address for one ticket."""

from __future__ import annotations

from clock import Clock
from identity import tokens
from identity.actor import Actor
from server.live.mail.letters import TicketLetters
from storage.ports import Storage, Tx
from ticketing.confirming import Confirming, old_link


class LinksOfTickets:
    """Checks and uses up the links in letters to requesters, and queues letters with new ones. `token` is always the
    secret in a link. A text that cannot be a token is treated like an unknown link."""

    def __init__(self, storage: Storage, clock: Clock, confirming: Confirming, letters: TicketLetters) -> None:
        self._storage = storage
        self._clock = clock
        self._confirming = confirming
        self._letters = letters

    async def known_to(self, actor: Actor, browser: Actor | None) -> frozenset[int]:
        """The tickets for which this customer has proven the address with a link. Raises StorageUnavailable.

        `browser` is the visitor of the customer's browser. The tickets for which this visitor has proven the address
        are included, because the customer may have done so before signing in.
        """
        holders = actor.ids if browser is None else (*actor.ids, browser.id)
        return await self._storage.read(lambda tx: self._confirming.confirmed_by(tx, holders))

    async def works(self, number: int, token: str) -> bool:
        """True if the link opens the ticket. Does not use up the link. Raises StorageUnavailable."""
        now, hash_ = self._clock(), _hash(token)
        return hash_ is not None and await self._storage.read(lambda tx: self._confirming.works(tx, number, hash_, now))

    async def confirm(self, actor: Actor, number: int, token: str) -> None:
        """Use up the link, and let this customer read and write on the ticket.

        Raises Refused(not_found) if the link does not work, and StorageUnavailable.
        """
        now, hash_ = self._clock(), _hash(token)
        if hash_ is None:
            raise old_link()
        await self._storage.write(lambda tx: self._confirming.confirm(tx, actor, number, hash_, now))

    async def ask(self, number: int, token: str) -> None:
        """Queue a letter with a new link, to the address to which the link with `token` was sent.

        Does nothing if such a letter waits already, or if the link was never sent. Raises StorageUnavailable.
        """
        now, hash_ = self._clock(), _hash(token)
        if hash_ is not None:
            await self._storage.write(lambda tx: self._ask(tx, number, hash_, now))

    def _ask(self, tx: Tx, number: int, hash_: str, now: int) -> None:
        ticket = self._confirming.to_write_to(tx, number, hash_)
        if ticket is not None:
            self._letters.queue_link(tx, ticket, now)


def _hash(token: str) -> str | None:
    return tokens.fingerprint(token) if tokens.looks_like_cookie(token) else None
