"""Starts, pauses and ends the service level targets of tickets when the tickets change. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ticketing.awaiting import Awaiting
from ticketing.listing import Filters, Place, Scope
from ticketing.ports import People, Store, Tx
from ticketing.targets import Policy, Service, followed, policy_for, settled
from ticketing.ticket import Ticket

_AT_WORK = ("open", "awaiting_reply", "fixed_pending_rca")


class ServiceLevels:
    def __init__(self, store: Store, people: People, awaiting: Awaiting) -> None:
        self._store = store
        self._people = people
        self._awaiting = awaiting

    def policies(self, tx: Tx) -> Sequence[Policy]:
        return self._store.policies(tx)

    def followed(self, tx: Tx, changed: Sequence[tuple[Ticket | None, Ticket]], now: int) -> Sequence[Ticket]:
        """The tickets with the targets that they have after a change. Each pair is a ticket before and after it."""
        if not any(before is None or _matters(before) != _matters(after) for before, after in changed):
            return [after for _, after in changed]
        policies = self.policies(tx)
        return [self._followed(tx, after, policies, now) for _, after in changed]

    def _followed(self, tx: Tx, ticket: Ticket, policies: Sequence[Policy], now: int) -> Ticket:
        if not policies and not ticket.service.running:
            service = settled(ticket.service) if ticket.status == "solved" else ticket.service
        else:
            service = self._service(tx, ticket, policies, now)
        return ticket if service is ticket.service else replace(ticket, service=service)

    def _service(self, tx: Tx, ticket: Ticket, policies: Sequence[Policy], now: int) -> Service:
        of_vips = any(policy.vips for policy in policies)
        vip = of_vips and ticket.client is not None and bool(self._people.vips(tx, [ticket.client]))
        policy = policy_for(policies, ticket.team, ticket.priority, vip=vip)
        return followed(ticket, policy, self._awaiting.opened(ticket.team), now)

    def recompute(self, tx: Tx, after: Place | None, now: int, limit: int) -> Place | None:
        """Compute the targets of the next unsolved tickets by the present policies and hours. Returns the place of the
        last of them, None at the end. No ticket gets another version or time of change."""
        numbers = self._store.numbers(tx, Scope(teams=None), Filters(status=_AT_WORK), "-updated_at", limit, after)
        tickets = self._store.find_all(tx, numbers, lock=True)
        policies = self.policies(tx)
        pairs = [(one, self._followed(tx, one, policies, now)) for one in tickets.values()]
        self._store.save(tx, [(before, after) for before, after in pairs if before is not after])
        if len(numbers) < limit:
            return None
        last = tickets[numbers[-1]]
        return Place(last.updated_at, last.number)


def _matters(ticket: Ticket) -> tuple[object, ...]:
    service = ticket.service
    return ticket.status, ticket.team, ticket.priority, ticket.client, service.asked_at, service.answered_at
