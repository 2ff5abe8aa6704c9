"""What tickets need of the world.

`Tx` is the transaction that the caller runs in; it is opaque here. Every call with a `tx`
is synchronous and takes effect with that transaction or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from msgspec import Raw

from identity.actor import Actor
from ticketing.listing import Counts, Filters, Place, Scope, Sort
from ticketing.rules import Team
from ticketing.story import Event, FileView, Told
from ticketing.ticket import Change, Ticket
from ticketing.views import Line

Tx: TypeAlias = Any
"""A transaction. Only adapters know what it is."""

Teams = Callable[[], Mapping[str, Team]]
"""The teams of the desk as they are just now, by key, retired ones too."""


class Store(Protocol):
    """Where tickets, their history and their own streams are kept."""

    def add(self, tx: Tx, ticket: Ticket) -> int:
        """Store a new ticket; its number."""
        ...

    def find(self, tx: Tx, number: int, *, lock: bool = False) -> Ticket | None:
        """The ticket of that number; with `lock`, as nobody else changes it until the transaction ends."""
        ...

    def of_chat(self, tx: Tx, chat: str) -> int | None:
        """The number of the ticket that began with this chat."""
        ...

    def save(self, tx: Tx, ticket: Ticket) -> None:
        """Store the properties of a ticket that is there."""
        ...

    def record(self, tx: Tx, number: int, changes: Sequence[Change], by: Actor, at: int) -> None:
        """Add lines to a ticket's history."""
        ...

    def history(self, tx: Tx, number: int) -> list[Line]:
        """A ticket's history, oldest first."""
        ...

    def append(self, tx: Tx, number: int, event: Event, at: int, *, staff_only: bool) -> int:
        """Add an event to the stream of a ticket that is locked; its `seq`."""
        ...

    def events(self, tx: Tx, number: int) -> list[Told]:
        """A ticket's own stream, in order."""
        ...

    def rewrite(self, tx: Tx, number: int, seq: int, event: Event) -> None:
        """Put an event in place of the one that is stored, which keeps its place."""
        ...

    def forget_line(self, tx: Tx, number: int, line: str) -> None:
        """Take a text out of what the history says that the subject was or became."""
        ...

    def survivors(self, tx: Tx, number: int) -> list[int]:
        """`number`, then the ticket that it is a duplicate of, and so on to the last. Until the transaction
        ends nobody else makes a duplicate, so that two at once cannot close a ring."""
        ...

    def duplicates(self, tx: Tx, numbers: Collection[int]) -> dict[int, list[int]]:
        """The duplicates of each of these that has any, by number."""
        ...

    def follow_up_of(self, tx: Tx, number: int, now: int) -> int | None:
        """The follow-up of a ticket that is not closed for good."""
        ...

    def hand_over(self, tx: Tx, ticket: Ticket, address: str | None, now: int) -> bool:
        """Record that the account team takes over; have it told by mail (at `address`, where there is one) and webhook,
        and the requester by mail. Once for each solving: was it the first time?"""
        ...

    def repeated(self, tx: Tx, person: str, path: str, key: str) -> tuple[int, int] | None:
        """The ticket that this person's request with that key came to, and the status of the answer."""
        ...

    def remember(self, tx: Tx, person: str, path: str, key: str, ticket: int, status: int, at: int) -> None:
        """Keep what a request came to, for ever."""
        ...

    def index(self, tx: Tx, number: int, public: str, internal: str) -> None:
        """Have a ticket found by these words from now on, and by no others."""
        ...

    def page(self, tx: Tx, scope: Scope, filters: Filters, sort: Sort, limit: int, after: Place | None) -> list[Ticket]:
        """At most `limit` tickets of the scope, in that order, from after `after`."""
        ...

    def counts(self, tx: Tx, scope: Scope, teams: Collection[str], assignee: str) -> Counts:
        """How many tickets of the scope are to be worked on; of these teams, or of all where none is named. `mine` are
        those of `assignee`."""
        ...


class Visitor(Protocol):
    """What a customer without an account said of themself."""

    @property
    def name(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...


class Account(Protocol):
    """A customer whom a host site knows."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def client(self) -> str | None: ...


class Client(Protocol):
    """A company."""

    @property
    def account_team(self) -> str | None: ...


class People(Protocol):
    """What tickets ask of people."""

    def names(self, tx: Tx, ids: Collection[str]) -> Mapping[str, str]:
        """The public names of staff by id, of those too who are staff no more."""
        ...

    def staff(self, tx: Tx, id: str) -> Actor | None:
        """A person of staff who can work, or None."""
        ...

    def visitor(self, tx: Tx, id: str) -> Visitor | None: ...

    def keep_visitor(self, tx: Tx, actor: Actor, now: int) -> None:
        """Store the visitor, or what they newly said of themself."""
        ...

    def account(self, tx: Tx, id: str) -> Account | None: ...

    def account_by_email(self, tx: Tx, email: str) -> Account | None:
        """Whose proven address this is, where it is that of one alone."""
        ...

    def client_id(self, tx: Tx, name: str) -> str | None: ...

    def client_names(self, tx: Tx, ids: Collection[str]) -> Mapping[str, str]: ...

    def client(self, tx: Tx, id: str) -> Client | None: ...

    def record(
        self, tx: Tx, actor: Actor, verb: str, thing: str, thing_id: str | None, detail: Mapping[str, object], now: int
    ) -> None:
        """Write down in the audit who did what. `detail` has no secrets, and no texts that somebody wrote."""
        ...


class Stories(Protocol):
    """The stories of chats. `server` wires it to chat."""

    def chats(self, tx: Tx, number: int) -> list[str]:
        """The chats that became this ticket, or were added to it, oldest first."""
        ...

    def of(self, tx: Tx, chats: Sequence[str], *, for_staff: bool) -> list[Raw]:
        """The durable events of these chats as they go over the wire, in their order."""
        ...


class Files(Protocol):
    """Files that people uploaded. `server` wires it to where they are kept."""

    def claim(
        self, tx: Tx, ids: Sequence[str], actor: Actor, number: int, *, staff_only: bool, now: int
    ) -> list[FileView]:
        """Have these hang on a reply to the ticket. Raises Refused for what is not theirs, used, or too old."""
        ...

    def remove(self, tx: Tx, ids: Sequence[str]) -> None:
        """Take them away."""
        ...
