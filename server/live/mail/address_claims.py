"""Attaches tickets and follows to the account that confirmed their email address.

If such a ticket does not belong to the owner of the account, the owner can give it back to the browser that began it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chat.adapters import archive
from clock import Clock
from following import follow
from following.service import Following
from identity.account_ports import OwnAccount
from identity.actor import Actor
from identity.adapters.people import People
from learning.library import Library
from storage.ports import Storage, Tx
from ticketing.attaching import Attaching
from ticketing.begun import Owner
from ticketing.ticket import Ticket


class BeginningsOfTickets:
    """Implements `ticketing.attaching.Beginnings` with chats and visitors."""

    def __init__(self, people: People) -> None:
        self._people = people

    def began_at(self, tx: Tx, ticket: Ticket) -> int:
        chat = archive.chat_row(tx, ticket.chat) if ticket.channel == "chat" and ticket.chat is not None else None
        return chat.started_at if chat is not None else ticket.created_at

    def account_of(self, tx: Tx, customer: str) -> str | None:
        if self._people.account(tx, customer) is not None:
            return customer
        visitor = self._people.visitor(tx, customer)
        return visitor.account if visitor is not None else None

    def browsers_of(self, tx: Tx, account: str) -> Sequence[str]:
        return self._people.customers.browsers_of(tx, account)

    def name_of(self, tx: Tx, browser: str) -> str | None:
        visitor = self._people.visitor(tx, browser)
        return visitor.name if visitor is not None else None


class AddressClaims:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        attaching: Attaching,
        following: Following,
        library: Library,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._attaching = attaching
        self._following = following
        self._library = library

    async def attach(self, own: OwnAccount, browser: str | None = None) -> list[int]:
        """Attach the tickets that were begun with the email address of this account before the address was confirmed,
        and what the address follows.

        `browser` is the id of the visitor in the browser in which the customer signs in. All tickets that this visitor
        began with this address or without an address are attached too, even if they were begun after the confirmation.
        The account gets the playlists of this visitor.

        Returns the numbers of the attached tickets. Many tickets take several transactions. If a transaction fails, the
        next sign-in attaches the rest. Raises StorageUnavailable.
        """
        account = own.account
        owner = Owner(
            id=own.id,
            name=account.name,
            email=own.email,
            client=account.client,
            confirmed_at=own.confirmed_at,
            browser=browser,
        )
        waits, follows, lists = await self._storage.read(
            lambda tx: (
                self._attaching.waits(tx, owner),
                self._following.may_take_over(tx, own.email),
                self._has_lists(tx, browser),
            )
        )
        if browser is not None and lists:
            await self._storage.write(lambda tx: self._library.take_over(tx, own.id, browser))
        if follows:
            follower = follow.Owner(account=own.id, locale=own.locale, timezone=own.timezone)
            await self._storage.write(lambda tx: self._following.take_over(tx, follower, own.email, self._clock()))
        if not waits:
            return []
        attached: list[int] = []
        after: int | None = 0
        while after is not None:
            unit = partial(self._attaching.attach, owner=owner, now=self._clock(), after=after)
            numbers, after = await self._storage.write(unit)
            attached += numbers
        return attached

    def _has_lists(self, tx: Tx, browser: str | None) -> bool:
        """True if the visitor of this browser has playlists and belongs to no account."""
        if browser is None or not self._library.playlists(tx, [browser]):
            return False
        # Many visitors have no row.
        visitor = self._people.visitor(tx, browser)
        return visitor is None or visitor.account is None

    async def not_mine(self, actor: Actor, number: int) -> None:
        """Give a ticket back to the browser that began it. Raises the errors of `Attaching.not_mine`, and
        StorageUnavailable."""
        now = self._clock()

        def unit(tx: Tx) -> None:
            browser = self._attaching.not_mine(tx, actor, number, now)
            self._people.record(tx, actor, "disown", "ticket", str(number), {"browser": browser}, now)

        await self._storage.write(unit)
