"""What tickets need of the world.

`Tx` is the transaction that the caller runs in; it is opaque here. Every call with a `tx`
is synchronous and takes effect with that transaction or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from msgspec import Raw

from identity.actor import Actor
from ticketing.facts import Team
from ticketing.listing import Counts, Filters, Place, Scope, Sort
from ticketing.story import Event, FileView, Told
from ticketing.ticket import Change, Ticket
from ticketing.views import Line

Tx: TypeAlias = Any
"""A transaction. Only adapters know what it is."""

Teams = Callable[[], Mapping[str, Team]]
"""The teams of the desk as they are just now, by key, retired ones too."""

OWN = "ticket"
"""The stream of a ticket's own events, among the streams that it is found by. A chat's stream is called by its id."""
PROPERTIES = "properties"
"""The properties that a ticket is found by: 0 those for everybody, 1 those for staff alone."""
IMPORTED = "imported"
"""What an earlier version indexed, as one text for everybody and one for staff alone."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Texts of a ticket that are to be indexed: of `stream`, from `position` on, up to `last`. `version` rises when a
    text of the ticket is taken away."""

    id: int
    ticket: int
    stream: str
    position: int
    last: int
    version: int


@dataclass(frozen=True, slots=True)
class Text:
    """What was said at one place of a stream, in its parts."""

    seq: int
    staff_only: bool
    parts: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a text, as `ticketing.words` writes them."""

    seq: int
    staff_only: bool
    words: str


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

    def events_from(self, tx: Tx, number: int, seq: int, limit: int) -> list[Told]:
        """At most `limit` events of a ticket's own stream, in order, from `seq` on."""
        ...

    def rewrite(self, tx: Tx, number: int, seq: int, event: Event) -> None:
        """Put an event in place of the one that is stored, which keeps its place."""
        ...

    def size(self, tx: Tx, number: int) -> int:
        """The bytes of a ticket's own stream, as it is stored."""
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

    def page(self, tx: Tx, scope: Scope, filters: Filters, sort: Sort, limit: int, after: Place | None) -> list[Ticket]:
        """At most `limit` tickets of the scope, in that order, from after `after`."""
        ...

    def counts(self, tx: Tx, scope: Scope, teams: Collection[str], assignee: str) -> Counts:
        """How many tickets of the scope are to be worked on; of these teams, or of all where none is named. `mine` are
        those of `assignee`."""
        ...


class Index(Protocol):
    """What tickets are found by, and what is still to get there."""

    def wait(self, tx: Tx, number: int, stream: str, first: int, last: int) -> None:
        """Have a part of a stream indexed once this is committed: from `first` up to `last`."""
        ...

    def waiting(self, tx: Tx, limit: int) -> list[Waiting]:
        """What has waited longest."""
        ...

    def advance(self, tx: Tx, waiting: Waiting, position: int | None) -> bool:
        """It is indexed up to `position`, or wholly (None). False where a text of the ticket was taken away since it
        was read: then nothing of it may be added."""
        ...

    def failed(self, tx: Tx, waiting: Waiting) -> None:
        """It cannot be indexed: it waits no more until `try_again`."""
        ...

    def try_again(self, tx: Tx) -> None:
        """What failed waits again."""
        ...

    def add(self, tx: Tx, number: int, stream: str, passages: Sequence[Passage]) -> None:
        """Have a ticket found by these too. What is there already stays as it is."""
        ...

    def replace(self, tx: Tx, number: int, stream: str, passages: Sequence[Passage]) -> None:
        """Of this stream, have a ticket found by these alone."""
        ...

    def remove(self, tx: Tx, number: int, stream: str, seq: int) -> None:
        """The text at this place was taken away: the ticket is found by it no more, nor will it be by what is
        waiting."""
        ...

    def has(self, tx: Tx, number: int, stream: str) -> bool:
        """Is a ticket found by anything of this stream?"""
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
    def verified(self) -> bool: ...
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

    def size(self, tx: Tx, number: int) -> int:
        """The bytes of the chats that became this ticket, or were added to it, as they are stored."""
        ...

    def of(self, tx: Tx, chats: Sequence[str], *, for_staff: bool) -> list[Raw]:
        """The durable events of these chats as they go over the wire, in their order."""
        ...

    def said(self, tx: Tx, chat: str, position: int, limit: int, size: int) -> tuple[list[Text], int | None]:
        """What was said in a chat, newest first: of at most `limit` events with about `size` characters. `position`
        is 0, then what came with the texts before, None at the end."""
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
