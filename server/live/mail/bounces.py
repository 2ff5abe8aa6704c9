"""Connects bounces with tickets.

When a letter comes back, the tickets of its address are marked as unreachable. Staff can try the address again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from clock import Clock
from mail.addresses import Addresses
from mail.incoming.bounce_report import BounceReport
from mail.letter import TO_CUSTOMERS, Letter
from mail.service import Letters
from storage.ports import Storage, Tx
from texts.addresses import normal_email
from ticketing.reachability import Reachability
from ticketing.ticket import Ticket

_AT_ONCE = 10


class Bounces:
    """Implements `mail.incoming_ports.Bounces`.

    `changed` and `wake` are called on the event loop. `changed` is called with the number of a ticket when a letter
    about the ticket has come back. `wake` is called after letters were queued.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        letters: Letters,
        reachability: Reachability,
        changed: Callable[[int], None],
        wake: Callable[[], None],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._letters = letters
        self._reachability = reachability
        self._changed = changed
        self._wake = wake

    @property
    def _addresses(self) -> Addresses:
        return self._letters.addresses

    def names_letter(self, tx: Tx, token: str | None, report: BounceReport) -> bool:
        return self._addresses.names_letter(tx, token, report)

    def bounced(self, tx: Tx, token: str | None, report: BounceReport, now: int) -> int | None:
        letter = self._addresses.bounced(tx, token, report, now)
        if letter is None:
            return None
        self._settle(tx, letter.to, now, letter.ticket)
        if letter.ticket is not None:
            tx.after_commit(partial(self._changed, letter.ticket))
        return letter.ticket

    def refused(self, tx: Tx, letter: Letter, reason: str, now: int) -> None:
        """Record that the mail server refused a letter for good, because its address does not work."""
        self._addresses.refused(tx, letter.to, reason, now)
        self._settle(tx, letter.to, now, letter.ticket)
        if letter.ticket is not None:
            tx.after_commit(partial(self._changed, letter.ticket))

    def try_again(self, tx: Tx, ticket: Ticket, now: int) -> bool:
        """Allow letters to the requester's address again, and send this ticket's last failed letter once more.

        Returns False if the requester has no address, or if no letter to it came back.
        """
        address = ticket.requester.email
        if address is None or not self._addresses.try_again(tx, address, now):
            return False
        self._settle(tx, address, now, ticket.number)
        failed = [
            letter
            for letter in self._letters.of_ticket(tx, ticket.number)
            if letter.state == "failed" and letter.kind in TO_CUSTOMERS and _same(letter.to, address)
        ]
        if failed:
            self._letters.send_again(tx, failed[-1].id, now)
            tx.after_commit(self._wake)
        return True

    async def sweep(self) -> None:
        """Continue with addresses that have too many tickets for one transaction: mark the remaining tickets as
        unreachable, or as reachable again."""
        while addresses := await self._storage.read(lambda tx: self._addresses.unsettled(tx, _AT_ONCE)):
            for address in addresses:
                await self._storage.write(partial(self._settle, address=address, now=self._clock()))

    def _settle(self, tx: Tx, address: str, now: int, first: int | None = None) -> None:
        comes_back = self._addresses.settling(tx, address)
        more = self._reachability.settle(tx, normal_email(address), now, comes_back=comes_back, first=first)
        if not more:
            self._addresses.settled(tx, address)


def _same(one: str, other: str) -> bool:
    return normal_email(one) == normal_email(other)
