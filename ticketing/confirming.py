"""Links in letters that prove the requester's address for one ticket. Each method is the body of one transaction, or
part of it. `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Collection

from identity.actor import Actor
from refusals import Refused
from texts.addresses import normal_email
from ticketing.attaching import Beginnings
from ticketing.begun import Begun
from ticketing.confirmations import Link, proven
from ticketing.ports import People, Store, Tx
from ticketing.service import Tickets
from ticketing.ticket import Ticket

TICKETS_MAX = 200
"""Maximum number of tickets that a browser may open because it has proven the addresses of their requesters."""
KEPT_MS = 30 * 24 * 3_600_000
"""A link that has expired is kept for this long, because its page can ask for another letter."""


class TicketLinks:
    """Makes the links in letters that prove the requester's address for one ticket."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def needed(self, tx: Tx, number: int, address: str) -> bool:
        """True if a letter about the ticket to this address must contain a link that proves the address. Without the
        link, the reader may not be able to open the ticket."""
        ticket = self._store.find(tx, number)
        return ticket is not None and _same(ticket, address) and self.opens(tx, ticket)

    def opens(self, tx: Tx, ticket: Ticket) -> bool:
        """True if a link may prove the address of the ticket's requester. False if an account already proves it and
        nobody has used a link for this ticket."""
        asked = ticket.requester
        return asked.id is None or not asked.verified or self._store.has_confirmation(tx, ticket.number)

    def add(self, tx: Tx, number: int, address: str, hash: str, now: int) -> None:
        """Store a link. `hash` is the fingerprint of its token."""
        self._store.forget_links(tx, now - KEPT_MS)
        link = Link(hash=hash, ticket=number, address=normal_email(address), created_at=now)
        self._store.add_link(tx, link)


class Confirming:
    """Checks and uses the links in letters that prove a requester's address. `hash` is the fingerprint of a link's
    token."""

    def __init__(self, tickets: Tickets, store: Store, people: People, beginnings: Beginnings) -> None:
        self._tickets = tickets
        self._store = store
        self._people = people
        self._beginnings = beginnings
        self._links = TicketLinks(store)

    def confirmed_by(self, tx: Tx, holders: Collection[str]) -> frozenset[int]:
        """The tickets that one of `holders` may open, because this visitor or account has proven the requester's
        address."""
        return self._store.confirmed_by(tx, holders, TICKETS_MAX)

    def works(self, tx: Tx, number: int, hash: str, now: int) -> bool:
        """True if the link opens the ticket. Does not use it up."""
        found = self._found(tx, number, hash)
        return found is not None and found[0].works(now)

    def confirm(self, tx: Tx, actor: Actor, number: int, hash: str, now: int) -> None:
        """Use up a link: prove the requester's address, and let `actor` read and write on this ticket.

        Raises Refused(not_found) for a link that does not work: an unknown, used or expired link.
        """
        ticket = self._store.find(tx, number, lock=True)
        found = self._found(tx, number, hash)
        if ticket is None or found is None or not found[0].works(now):
            raise old_link()
        link, _ = found
        if not self._store.use_link(tx, link.hash, now):
            raise old_link()
        if not ticket.requester.verified:
            self._prove(tx, actor, ticket, now)
        self._store.add_confirmation(tx, number, actor.customer, link.address, now)
        self._people.record(tx, actor, "confirm", "ticket", str(number), {}, now)

    def confirm_by_mail(self, tx: Tx, actor: Actor, number: int, now: int) -> None:
        """Record that the address of the ticket's requester is proven: `actor` has sent a mail from it. Does nothing if
        it is proven already, or if there is no such ticket."""
        ticket = self._store.find(tx, number, lock=True)
        if ticket is not None and not ticket.requester.verified:
            self._prove(tx, actor, ticket, now)
            self._people.record(tx, actor, "confirm", "ticket", str(number), {"by": "mail"}, now)

    def to_write_to(self, tx: Tx, number: int, hash: str) -> Ticket | None:
        """The ticket of a link, if another letter with a link may be sent to the same address.

        None if the desk does not know the link, if the requester's address has changed since the link was sent, or if a
        link is no longer needed.
        """
        found = self._found(tx, number, hash)
        return found[1] if found is not None else None

    def _found(self, tx: Tx, number: int, hash: str) -> tuple[Link, Ticket] | None:
        link = self._store.link(tx, hash)
        ticket = self._store.find(tx, number) if link is not None else None
        if link is None or ticket is None or not link.is_for(ticket) or not self._links.opens(tx, ticket):
            return None
        return link, ticket

    def _prove(self, tx: Tx, actor: Actor, ticket: Ticket, now: int) -> None:
        began = ticket.requester.id
        is_account = began is not None and self._beginnings.account_of(tx, began) is not None
        if began is not None and not is_account and began not in actor.ids:
            _, upto = self._store.ends(tx, ticket.number)
            self._store.add_begun(
                tx,
                Begun(ticket=ticket.number, browser=began, upto=upto, status=ticket.status, team=ticket.team, at=now),
            )
        self._tickets.keep(tx, ticket, proven(ticket, keeps_requester=is_account), [], actor, now)


def old_link() -> Refused:
    """The refusal of a link that does not work. It is the same for used, old and invented links."""
    sentence = "This link has been used, or is too old. Ask for a new one."
    return Refused("not_found", sentence, {"token": sentence})


def _same(ticket: Ticket, address: str) -> bool:
    return ticket.requester.email is not None and normal_email(ticket.requester.email) == normal_email(address)
