"""Confirmations of a requester's email address, for one ticket alone. Pure.

A letter to an address that nobody has proven contains a link. Only somebody who has the letter can open the link and
press the button on its page. So pressing the button proves the address for this ticket. From then on, the browser may
read and write on this ticket.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from texts.addresses import normal_email
from ticketing.begun_ports import Tx
from ticketing.ticket import Ticket

LINK_MS = 24 * 3_600_000
"""Lifetime of a link in a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in a letter about a ticket. `hash` is the fingerprint of its token, `address` is in the form for
    comparisons. Times are in ms since the epoch, UTC."""

    hash: str
    ticket: int
    address: str
    created_at: int
    used_at: int | None = None

    def works(self, now: int) -> bool:
        return self.used_at is None and now < self.created_at + LINK_MS

    def is_for(self, ticket: Ticket) -> bool:
        """True if the requester of the ticket still has the address to which the link was sent."""
        asked = ticket.requester
        return ticket.number == self.ticket and asked.email is not None and normal_email(asked.email) == self.address


class ConfirmationStore(Protocol):
    def add_link(self, tx: Tx, link: Link) -> None: ...

    def link(self, tx: Tx, hash: str) -> Link | None: ...

    def use_link(self, tx: Tx, hash: str, now: int) -> bool:
        """Mark the link with this fingerprint as used. False if there is no such link, or if it was used before."""
        ...

    def forget_links(self, tx: Tx, before: int) -> None:
        """Delete links that were made before this moment. One call deletes only a limited number."""
        ...

    def add_confirmation(self, tx: Tx, ticket: int, holder: str, address: str, now: int) -> None:
        """Record that `holder`, a visitor or an account, has proven this address for the ticket."""
        ...

    def has_confirmation(self, tx: Tx, ticket: int) -> bool: ...

    def confirmed_by(self, tx: Tx, holders: Collection[str], limit: int) -> frozenset[int]:
        """At most `limit` tickets, the newest ones, for which one of `holders` has proven the requester's present
        address."""
        ...

    def copy_confirmations(self, tx: Tx, ticket: int, follow_up: int) -> None:
        """Copy the confirmations of `ticket` to its follow-up. So everybody who has proven the requester's address for
        `ticket` may also read `follow_up`."""
        ...

    def remove_confirmations(self, tx: Tx, ticket: int) -> None: ...


def proven(ticket: Ticket, *, keeps_requester: bool) -> Ticket:
    """The ticket after the requester's address was proven.

    With `keeps_requester`, the requester keeps their id. Otherwise the requester has only the address, and the ticket
    no longer belongs to the browser in which it was begun.
    """
    asked = ticket.requester
    kept = asked.id if keeps_requester else None
    return replace(ticket, requester=replace(asked, id=kept, verified=True), version=ticket.version + 1)
