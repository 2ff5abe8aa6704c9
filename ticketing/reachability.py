"""Sets the flag `unreachable` of tickets to match the health of their requesters' addresses. `tx` is opaque."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from identity.actor import SYSTEM
from ticketing.ports import Store, Tx
from ticketing.service import Tickets

AT_ONCE = 20
"""Maximum number of tickets in one transaction, because messages wait while it runs."""


class Addressed(Protocol):
    def tickets(self, tx: Tx, address: str, *, unreachable: bool, limit: int) -> list[int]:
        """At most `limit` unsolved tickets of requesters with this address (in lower case). `unreachable` says whether
        the tickets must have the flag or must not have it."""
        ...


class Reachability:
    def __init__(self, tickets: Tickets, store: Store, addressed: Addressed) -> None:
        self._tickets = tickets
        self._store = store
        self._addressed = addressed

    def settle(self, tx: Tx, address: str, now: int, *, comes_back: bool, first: int | None = None) -> bool:
        """Set or remove the flag `unreachable` on at most AT_ONCE tickets with this address, and on the ticket `first`.

        Returns True if there may be more tickets whose flag must change.
        """
        numbers = self._addressed.tickets(tx, address, unreachable=not comes_back, limit=AT_ONCE)
        for number in sorted({*numbers, *([] if first is None else [first])}):
            self._flag(tx, number, address, now, unreachable=comes_back)
        return len(numbers) == AT_ONCE

    def _flag(self, tx: Tx, number: int, address: str, now: int, *, unreachable: bool) -> None:
        ticket = self._store.find(tx, number, lock=True)
        if ticket is None or ticket.status == "solved" or ticket.unreachable == unreachable:
            return
        if (ticket.requester.email or "").lower() == address:
            after = replace(ticket, unreachable=unreachable, updated_at=now, version=ticket.version + 1)
            self._tickets.keep(tx, ticket, after, [], SYSTEM, now)
