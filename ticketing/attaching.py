"""Attaches tickets to the account that confirmed the requester's email address. Each method is the body of one
transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from identity.actor import SYSTEM, Actor
from refusals import Refused
from ticketing.begun import Begun, Owner, attached, given_back
from ticketing.codes import STATUSES
from ticketing.listing import reader_of
from ticketing.ports import Store, Tx
from ticketing.service import Tickets
from ticketing.ticket import Ticket
from ticketing.wanted import Wanted

AT_ONCE = 100
"""Maximum number of tickets in one transaction."""


class Beginnings(Protocol):
    """Facts about the beginning of a ticket, from other packages."""

    def began_at(self, tx: Tx, ticket: Ticket) -> int:
        """The time at which the customer began the ticket, or its chat, in ms since the epoch, UTC."""
        ...

    def account_of(self, tx: Tx, customer: str) -> str | None:
        """The account to which a customer's browser belongs; `customer` itself if it is an account. None for a browser
        without a proven account."""
        ...

    def browsers_of(self, tx: Tx, account: str) -> Collection[str]:
        """The browsers that were proven to belong to this account. If there are many, only the most recently seen
        ones."""
        ...

    def name_of(self, tx: Tx, browser: str) -> str | None:
        """The name that the visitor of this browser gave."""
        ...


class Attaching:
    def __init__(self, tickets: Tickets, store: Store, beginnings: Beginnings) -> None:
        self._tickets = tickets
        self._store = store
        self._beginnings = beginnings

    def waits(self, tx: Tx, owner: Owner) -> bool:
        """True if `attach` may find tickets for this owner."""
        if owner.browser is not None and self._store.began_for(tx, owner.browser, owner.id):
            return True
        return bool(self._found(tx, owner, 1, 0))

    def attach(self, tx: Tx, owner: Owner, now: int, after: int = 0) -> tuple[list[int], int | None]:
        """Attach tickets to the owner's account.

        A ticket with the owner's address is attached in each of these cases:

        - It was begun before the owner confirmed the address: by mail, or in a browser without a proven account.
        - A link in a letter has proven the address for the ticket.
        - A browser of the owner began it.

        A ticket without an address is attached if `owner.browser` began it.

        Looks at tickets with numbers above `after`, in the order of their numbers. Returns the numbers of the attached
        tickets. The second value is the `after` of the next call, or None at the end.
        """
        found = self._found(tx, owner, AT_ONCE, after)
        numbers = [number for number in found if self._attach(tx, owner, number, now)]
        if owner.browser is not None:
            # Includes tickets that were attached just now, and whose address was proven by a link in another browser.
            self._store.settle_begun(tx, owner.browser, owner.id)
        return numbers, found[-1] if len(found) == AT_ONCE else None

    def _found(self, tx: Tx, owner: Owner, limit: int, after: int) -> list[int]:
        browsers = self._beginnings.browsers_of(tx, owner.id)
        return self._store.unproven_of(tx, owner, browsers, limit, after)

    def _attach(self, tx: Tx, owner: Owner, number: int, now: int) -> bool:
        ticket = self._store.find(tx, number, lock=True)
        if ticket is None or not self._may_attach(tx, owner, ticket):
            return False
        browser = ticket.requester.id
        if browser is not None and browser != owner.browser and self._beginnings.account_of(tx, browser) is None:
            _, upto = self._store.ends(tx, number)
            begun = Begun(ticket=number, browser=browser, upto=upto, status=ticket.status, team=ticket.team, at=now)
            self._store.add_begun(tx, begun)
        # Browsers that have proven the address for this ticket now have to sign in.
        self._store.remove_confirmations(tx, number)
        changed, changes = attached(ticket, owner)
        self._tickets.keep(tx, ticket, changed, changes, SYSTEM, now)
        return True

    def _may_attach(self, tx: Tx, owner: Owner, ticket: Ticket) -> bool:
        asked = ticket.requester
        if asked.id is None:
            # A link in a letter has proven the address, or the ticket came by mail. An address that staff named gives
            # access by itself.
            by_mail = ticket.channel != "staff" and self._beginnings.began_at(tx, ticket) <= owner.confirmed_at
            return asked.verified or by_mail
        if asked.verified:
            return False
        if asked.id == owner.browser:
            return True
        account = self._beginnings.account_of(tx, asked.id)
        if account is None:
            return self._beginnings.began_at(tx, ticket) <= owner.confirmed_at
        return account == owner.id

    def proven(self, tx: Tx, browser: str, account: str) -> None:
        """Record that a browser is proven to belong to this account. Tickets of the account that this browser began are
        no longer treated as begun in somebody else's browser."""
        self._store.settle_begun(tx, browser, account)

    def not_mine(self, tx: Tx, actor: Actor, number: int, now: int) -> str:
        """Give a ticket back to the browser that began it. Returns the id of that browser.

        Raises NotFound if the actor may not see the ticket. Raises Refused(`conflict`) in two cases: the ticket did not
        come to the actor because of the actor's email address, or customers can now read more of the ticket than that
        browser may read.
        """
        ticket = self._tickets.theirs(tx, actor, number, lock=True)
        begun = self._store.begun(tx, number)
        if begun is None or actor.kind != "customer" or not reader_of(actor).asked(ticket):
            raise Refused("conflict", "This request wasn't begun in another browser with your address.")
        if self._tickets.went_on(tx, begun):
            raise Refused("conflict", "This request went on after it came to you. Write a reply that it isn't yours.")
        self._store.remove_begun(tx, number)
        self._store.remove_confirmations(tx, number)
        if STATUSES[ticket.status].address:
            # The ticket loses its address, so it cannot wait for a reply any more.
            ticket = self._tickets.change(tx, SYSTEM, ticket, Wanted(status="open"), now)
        changed, changes = given_back(ticket, begun, self._beginnings.name_of(tx, begun.browser), actor.client)
        self._tickets.keep(tx, ticket, changed, changes, actor, now)
        return begun.browser
