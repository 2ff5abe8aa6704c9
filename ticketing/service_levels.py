"""Starts, pauses and ends the service level targets of tickets when the tickets change. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ticketing.awaiting import Awaiting
from ticketing.listing import Place
from ticketing.ports import People, Store, Tx
from ticketing.targets import Policy, Time, followed, policy_for, settled
from ticketing.ticket import Ticket


class ServiceLevels:
    def __init__(self, store: Store, people: People, awaiting: Awaiting) -> None:
        self._store = store
        self._people = people
        self._awaiting = awaiting

    def policies(self, tx: Tx) -> Sequence[Policy]:
        return self._store.policies(tx)

    def opened(self, team: str) -> Time | None:
        """The opened hours of a team. None if there is no such team."""
        return self._awaiting.opened(team)

    def followed(self, tx: Tx, changed: Sequence[tuple[Ticket | None, Ticket]], now: int) -> Sequence[Ticket]:
        """The tickets with the targets that they have after a change. Each pair is a ticket before and after it."""
        if not any(before is None or _matters(before) != _matters(after) for before, after in changed):
            return [after for _, after in changed]
        return self._all_followed(tx, [after for _, after in changed], now)

    def recompute(self, tx: Tx, after: Place | None, now: int, limit: int) -> Place | None:
        """Compute the targets of the next unsolved tickets by the present policies and hours. Returns the place of the
        last of them, None at the end. No ticket gets another version or time of change.

        The tickets come in the order of their last change, so a ticket that changes meanwhile comes again.
        """
        places = self._store.at_work(tx, after, limit)
        before = self._store.find_all(tx, [place.number for place in places], lock=True)
        followed = self._all_followed(tx, list(before.values()), now)
        pairs = [(was, one) for was, one in zip(before.values(), followed, strict=True) if was is not one]
        self._store.save(tx, pairs)
        return places[-1] if len(places) == limit else None

    def _all_followed(self, tx: Tx, tickets: Sequence[Ticket], now: int) -> Sequence[Ticket]:
        policies = self.policies(tx)
        clients = {ticket.client for ticket in tickets if ticket.client is not None}
        of_vips = clients and any(policy.vips for policy in policies)
        vips = self._people.vips(tx, clients) if of_vips else frozenset[str]()
        return [self._followed(ticket, policies, vips, now) for ticket in tickets]

    def _followed(self, ticket: Ticket, policies: Sequence[Policy], vips: Collection[str], now: int) -> Ticket:
        if not policies and not ticket.service.running:
            service = settled(ticket.service) if ticket.status == "solved" else ticket.service
        else:
            policy = policy_for(policies, ticket.team, ticket.priority, vip=ticket.client in vips)
            service = followed(ticket, policy, self._awaiting.opened(ticket.team), now)
        return ticket if service is ticket.service else replace(ticket, service=service)


def _matters(ticket: Ticket) -> tuple[object, ...]:
    service = ticket.service
    return ticket.status, ticket.team, ticket.priority, ticket.client, service.asked_at, service.answered_at
