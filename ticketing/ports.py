"""What tickets need of the world.

`tx` is the transaction that the caller runs in; it is opaque here. Every call with a `tx`
is synchronous and takes effect with that transaction or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Raw

from identity.actor import Actor
from ticketing.listing import Filters, Place, Scope, Sort
from ticketing.ticket import Change, Team, Ticket
from ticketing.views import Line

Teams = Callable[[], Mapping[str, Team]]
"""The teams of the desk as they are just now, by key, retired ones too."""


class Store(Protocol):
    """Where tickets and their history are kept."""

    def add(self, tx: Any, ticket: Ticket) -> int:
        """Store a new ticket; its number."""
        ...

    def find(self, tx: Any, number: int, *, lock: bool = False) -> Ticket | None:
        """The ticket of that number; with `lock`, as nobody else changes it until the transaction ends."""
        ...

    def of_chat(self, tx: Any, chat: str) -> int | None:
        """The number of the ticket that this chat became."""
        ...

    def save(self, tx: Any, ticket: Ticket) -> None:
        """Store the properties of a ticket that is there."""
        ...

    def record(self, tx: Any, number: int, changes: Sequence[Change], by: Actor, at: int) -> None:
        """Add lines to a ticket's history."""
        ...

    def history(self, tx: Any, number: int) -> list[Line]:
        """A ticket's history, oldest first."""
        ...

    def survivors(self, tx: Any, number: int) -> list[int]:
        """`number`, then the ticket that it is a duplicate of, and so on to the last. Until the transaction
        ends nobody else makes a duplicate, so that two at once cannot close a ring."""
        ...

    def page(
        self, tx: Any, scope: Scope, filters: Filters, sort: Sort, limit: int, after: Place | None
    ) -> list[Ticket]:
        """At most `limit` tickets of the scope, in that order, from after `after`."""
        ...


class People(Protocol):
    """What tickets ask of people."""

    def names(self, tx: Any, ids: Collection[str]) -> Mapping[str, str]:
        """The public names of staff by id, of those too who are staff no more."""
        ...

    def staff(self, tx: Any, id: str) -> Actor | None:
        """A person of staff who can work, or None."""
        ...


class Transcripts(Protocol):
    """The stories of chats. `server` wires it to chat."""

    def of(self, tx: Any, chats: Sequence[str], *, for_staff: bool) -> list[Raw]:
        """The durable events of these chats as they go over the wire, in their order."""
        ...
