"""Staff who follow a ticket: they learn what happens on it. Each method is (part of) the body of a transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Live views of tickets are in `ticketing.following`.
"""

from __future__ import annotations

from collections.abc import Mapping

from identity.actor import Actor
from refusals import Refused
from ticketing.errors import invalid
from ticketing.follower_ports import FollowerStore, Staff
from ticketing.listing import scope_of
from ticketing.ports import Tx
from ticketing.service import Tickets
from ticketing.ticket import Ticket

FOLLOWERS_MAX = 50
"""Followers of one ticket."""


class StaffFollowers:
    def __init__(self, tickets: Tickets, store: FollowerStore, people: Staff) -> None:
        self._tickets = tickets
        self._store = store
        self._people = people

    def of(self, tx: Tx, actor: Actor, number: int) -> Mapping[str, str]:
        """The names of the followers by id, oldest first. Who may no longer see the ticket is left out.

        Raises NotFound if the actor may not see the ticket.
        """
        ticket = self._tickets.theirs(tx, actor, number)
        ids = self._store.followers_of(tx, [number]).get(number, ())
        people = self._people.staff_by_id(tx, ids)
        found = [people[id_] for id_ in ids if id_ in people]
        return {one.id: one.name or "" for one in found if _reads(one, ticket)}

    def follow(self, tx: Tx, actor: Actor, number: int, person: str, now: int) -> bool:
        """Have a person follow the ticket. Returns False if the person follows it already.

        Raises NotFound if the actor may not see the ticket. Raises Refused: `invalid` if the person may not see it,
        `conflict` if there are too many followers.
        """
        ticket = self._tickets.theirs(tx, actor, number, lock=True)
        if self._reader(tx, ticket, person) is None:
            name = self._people.names(tx, [person]).get(person, "This person")
            raise invalid({"staff": f"{name} can't see this ticket. Choose somebody of its team."})
        known = self._store.followers_of(tx, [number]).get(number, ())
        if len(known) >= FOLLOWERS_MAX and person not in known:
            raise Refused("conflict", f"{FOLLOWERS_MAX} people follow this ticket already. Take somebody out first.")
        return self._store.follow(tx, number, person, now)

    def unfollow(self, tx: Tx, actor: Actor, number: int, person: str) -> bool:
        """Returns False if the person does not follow the ticket. Raises NotFound if the actor may not see it."""
        self._tickets.theirs(tx, actor, number)
        return self._store.unfollow(tx, number, person)

    def _reader(self, tx: Tx, ticket: Ticket, id_: str) -> Actor | None:
        person = self._people.staff_by_id(tx, [id_]).get(id_)
        return person if person is not None and _reads(person, ticket) else None


def _reads(person: Actor, ticket: Ticket) -> bool:
    return scope_of(person).holds(ticket) and person.converses
