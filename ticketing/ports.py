"""Interfaces that tickets need from other packages.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is synchronous and part of the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from msgspec import Raw

from identity.actor import Actor
from ticketing.begun_ports import BegunStore
from ticketing.chat_times import Turn
from ticketing.confirmations import ConfirmationStore
from ticketing.events import Event, FileView, StoredEvent
from ticketing.facts import Team
from ticketing.last_words import Talk
from ticketing.listing import Counts, Filters, Place, Scope, Sort, Whose
from ticketing.merge_ports import MergeStore
from ticketing.search_words import Said, Term
from ticketing.ticket import Change, Ticket
from ticketing.triage_ports import TriageStore
from ticketing.views import HistoryLine

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""

Teams = Callable[[], Mapping[str, Team]]
"""The current teams of the desk by key, retired ones included."""

OWN = "ticket"
"""Name of a ticket's own log in the index. The stream of a chat is named by the chat's id."""
PROPERTIES = "properties"
"""Name of a ticket's properties in the index. Their `seq` is 0 for everybody, 1 for staff only."""
IMPORTED = "imported"
"""Index entries of an earlier version: one text for everybody, one for staff only."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Texts of a ticket that wait to be indexed: the texts in `stream` from `position` to `last`.

    `version` rises when a text of the ticket is redacted.
    """

    id: int
    ticket: int
    stream: str
    position: int
    last: int
    version: int


@dataclass(frozen=True, slots=True)
class Text:
    """The texts of one event of a stream, or of the ticket's properties. `seq`: the event's place in the stream."""

    seq: int
    staff_only: bool
    parts: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a text, as `ticketing.search_words` writes them."""

    seq: int
    staff_only: bool
    words: str


class Store(BegunStore, ConfirmationStore, MergeStore, TriageStore, Protocol):
    def add(self, tx: Tx, ticket: Ticket) -> int:
        """Store a new ticket and return its number."""
        ...

    def find(self, tx: Tx, number: int, *, lock: bool = False) -> Ticket | None:
        """The ticket, or None. With `lock`, nobody else can change it until the transaction ends."""
        ...

    def find_all(self, tx: Tx, numbers: Collection[int], *, lock: bool = False) -> dict[int, Ticket]:
        """These tickets by number. With `lock`, they are locked like in `find`, in the order of their numbers."""
        ...

    def of_chat(self, tx: Tx, chat: str) -> int | None:
        """Number of the ticket that began with this chat."""
        ...

    def save(self, tx: Tx, changed: Sequence[tuple[Ticket, Ticket]], participants_of: Collection[int] = ()) -> None:
        """Store changed tickets. Each pair is a ticket before and after its change. Participants are stored only for
        the tickets in `participants_of`."""
        ...

    def record(self, tx: Tx, changes: Mapping[int, Sequence[Change]], by: Actor, at: int) -> None:
        """Add lines to the histories of tickets, by number."""
        ...

    def history(self, tx: Tx, number: int) -> list[HistoryLine]:
        """The lines of the ticket's history, oldest first."""
        ...

    def append(self, tx: Tx, number: int, event: Event, at: int, *, staff_only: bool) -> int:
        """Add an event to the stream of a locked ticket. Returns its `seq`."""
        ...

    def events(self, tx: Tx, number: int) -> list[StoredEvent]:
        """A ticket's own log, in order."""
        ...

    def events_from(self, tx: Tx, number: int, seq: int, limit: int) -> list[StoredEvent]:
        """At most `limit` events of a ticket's own log from `seq` on, in order."""
        ...

    def events_at(self, tx: Tx, places: Collection[tuple[int, int]]) -> dict[tuple[int, int], StoredEvent]:
        """The events at these places of tickets' own logs. A place is a ticket number and a `seq`. Places without an
        event are missing."""
        ...

    def last_replies(self, tx: Tx, numbers: Collection[int]) -> dict[int, tuple[int, str]]:
        """`seq` and body of the newest reply of each of these tickets, by number. Tickets without a reply are
        missing."""
        ...

    def rewrite(self, tx: Tx, number: int, seq: int, event: Event) -> None:
        """Replace an event at its place."""
        ...

    def size_after(self, tx: Tx, number: int, seq: int) -> int:
        """Bytes of the events of a ticket's own stream after `seq`."""
        ...

    def ends(self, tx: Tx, number: int) -> tuple[int, int]:
        """`seq` of the last event of a ticket's own stream, and of the last one that customers may see."""
        ...

    def all_ends(self, tx: Tx, numbers: Collection[int]) -> dict[int, tuple[int, int]]:
        """The `ends` of each of these tickets, by number."""
        ...

    def size(self, tx: Tx, number: int) -> int:
        """Bytes stored in a ticket's own log."""
        ...

    def forget_line(self, tx: Tx, number: int, line: str) -> None:
        """Remove `line` from the history of the ticket's subject, both as an old and as a new value."""
        ...

    def survivors(self, tx: Tx, number: int) -> list[int]:
        """`number`, then the ticket that it duplicates, and so on.

        Until this transaction ends, no other transaction can create a duplicate. So no circle can form.
        """
        ...

    def duplicates(self, tx: Tx, numbers: Collection[int]) -> dict[int, list[int]]:
        """The numbers of the duplicates of each of these tickets, by the number of the original."""
        ...

    def follow_up_of(self, tx: Tx, number: int, now: int) -> int | None:
        """The number of the ticket's follow-up, if the follow-up is open or can be reopened."""
        ...

    def hand_over(self, tx: Tx, ticket: Ticket, address: str | None, now: int) -> bool:
        """Record that a solved ticket is handed over to its account team. `address`: the account team's email address.

        Returns False and changes nothing if a hand-over has been recorded since the ticket was last solved.
        """
        ...

    def repeated(self, tx: Tx, person: str, path: str, key: str) -> tuple[int, int] | None:
        """The ticket and HTTP status of the answer to this person's earlier request with `key`. None if there was
        none."""
        ...

    def remember(self, tx: Tx, person: str, path: str, key: str, ticket: int, status: int, at: int) -> None:
        """Store the result of a request, so that `repeated` finds it. The record does not expire."""
        ...

    def numbers(
        self, tx: Tx, scope: Scope, filters: Filters, sort: Sort, limit: int, after: Place | None = None
    ) -> list[int]:
        """At most `limit` tickets of the scope that match `filters`, ordered by `sort`, beginning after `after`."""
        ...

    def saying(self, tx: Tx, numbers: Collection[int], terms: Sequence[Term], *, for_staff: bool) -> dict[int, Said]:
        """For each ticket, the text in its logs that contains the largest number of these terms. Properties and
        imported texts are not searched. Texts for staff only are searched only with `for_staff`."""
        ...

    def counts(self, tx: Tx, scope: Scope, teams: Collection[str], assignee: str, now: int) -> Counts:
        """The counts of the unsolved tickets of the scope at `now`. If `teams` is not empty, only tickets of these
        teams count. `mine` counts the tickets of `assignee`."""
        ...

    def by_status(self, tx: Tx, scope: Scope, whose: Whose) -> dict[str, int]:
        """The number of a customer's tickets in each status, solved ones too. Statuses without tickets are missing."""
        ...

    def requesters(self, tx: Tx, scope: Scope, whose: Whose, limit: int) -> list[tuple[str, str]]:
        """At most `limit` requesters of the tickets in a customer's list `whose`: ids and names, ordered by name."""
        ...


class ReadMarks(Protocol):
    """People's read marks in the tickets' own streams."""

    def mark(self, tx: Tx, number: int, person: str, upto: int) -> None:
        """Store that this person has read up to `upto`. A mark never goes back."""
        ...

    def unread(self, tx: Tx, numbers: Collection[int], people: Collection[str], *, for_staff: bool) -> dict[int, int]:
        """The number of unread replies (with `for_staff` also notes), by ticket. Tickets with nothing unread are
        missing. `people`: all ids of one person. The highest read mark of these ids decides."""
        ...

    def marks(self, tx: Tx, numbers: Collection[int]) -> dict[int, dict[str, int]]:
        """The last `seq` that each person has read, by ticket and person's id. Tickets that nobody has read are
        missing."""
        ...

    def countable(self, tx: Tx, numbers: Collection[int], limit: int) -> dict[int, list[tuple[int, bool]]]:
        """The replies and notes among the newest `limit` events of each ticket, in order. Each is a pair: `seq`, and
        True if only staff see it. Tickets without any are missing."""
        ...


class Index(Protocol):
    """The search index and its queue."""

    def wait(self, tx: Tx, number: int, stream: str, first: int, last: int) -> None:
        """Queue a part of a stream, from `first` to `last`, to be indexed after the commit."""
        ...

    def waiting(self, tx: Tx, limit: int) -> list[Waiting]:
        """The oldest entries of the queue."""
        ...

    def advance(self, tx: Tx, waiting: Waiting, position: int | None) -> bool:
        """Mark the entry as indexed up to `position`, or completely if `position` is None.

        Returns False if a text of the ticket was redacted after the entry was read. Then no text of the entry may be
        added to the index.
        """
        ...

    def failed(self, tx: Tx, waiting: Waiting) -> None:
        """Set the entry aside until `try_again`."""
        ...

    def try_again(self, tx: Tx) -> None:
        """Queue failed entries again."""
        ...

    def add(self, tx: Tx, number: int, stream: str, passages: Sequence[Passage]) -> None:
        """Add words by which searches find the ticket. Words that are in the index already are not changed."""
        ...

    def replace(self, tx: Tx, number: int, stream: str, passages: Sequence[Passage]) -> None:
        """Replace all words that this stream has in the index."""
        ...

    def remove(self, tx: Tx, number: int, stream: str, seq: int) -> None:
        """Remove a redacted text from the index, and from the queue."""
        ...

    def has(self, tx: Tx, number: int, stream: str) -> bool:
        """True if the index has anything from this stream."""
        ...


class Visitor(Protocol):
    """A customer without an account, with the details that the customer gave."""

    @property
    def name(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...


class Account(Protocol):
    """A customer's account."""

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
    def names(self, tx: Tx, ids: Collection[str]) -> Mapping[str, str]:
        """Public names of staff by id, former staff included."""
        ...

    def staff(self, tx: Tx, id: str) -> Actor | None:
        """The member of staff with this id. None if unknown or no longer able to sign in."""
        ...

    def visitor(self, tx: Tx, id: str) -> Visitor | None: ...

    def keep_visitor(self, tx: Tx, actor: Actor, now: int) -> None:
        """Store the visitor, or details that the visitor has newly given."""
        ...

    def account(self, tx: Tx, id: str) -> Account | None: ...

    def account_by_email(self, tx: Tx, email: str) -> Account | None:
        """The account with this proven address. None if there is none, or if several accounts have the address and none
        of them was made at this desk."""
        ...

    def client_id(self, tx: Tx, name: str) -> str | None: ...

    def client_names(self, tx: Tx, ids: Collection[str]) -> Mapping[str, str]: ...

    def together(self, tx: Tx, ids: Collection[str]) -> set[str]:
        """The ids of these customers, and the ids that staff have merged with them."""
        ...

    def vips(self, tx: Tx, ids: Collection[str]) -> frozenset[str]:
        """The ids of the clients among `ids` that are VIPs."""
        ...

    def client(self, tx: Tx, id: str) -> Client | None: ...

    def record(
        self, tx: Tx, actor: Actor, verb: str, thing: str, thing_id: str | None, detail: Mapping[str, object], now: int
    ) -> None:
        """Write to the audit log. `detail` has no secrets and no texts that people wrote."""
        ...


class ChatLogs(Protocol):
    """The logs of chats. `server` implements it with `chat`."""

    def chats(self, tx: Tx, number: int, until: int | None = None) -> list[str]:
        """Chats of this ticket, oldest first. With `until` (ms), only chats that had ended by then."""
        ...

    def size(self, tx: Tx, number: int) -> int:
        """Bytes stored in the chats of this ticket."""
        ...

    def of(self, tx: Tx, chats: Sequence[str], *, for_staff: bool) -> list[Raw]:
        """Durable events of these chats as on the wire, in order."""
        ...

    def talks(self, tx: Tx, numbers: Collection[int]) -> dict[int, Talk]:
        """The closed chats of these tickets, by ticket number. Tickets without a closed chat are missing."""
        ...

    def live(self, tx: Tx, numbers: Collection[int], customer: Collection[str]) -> dict[int, str]:
        """The open chat of a customer about each of these tickets, by number. `customer`: all ids of this person."""
        ...

    def turns(self, tx: Tx, numbers: Collection[int]) -> dict[int, list[Turn]]:
        """The steps of the chats of these tickets, by number: one chat after the other, oldest first."""
        ...

    def text_at(self, tx: Tx, chat: str, seq: int) -> Text | None:
        """The text of one event of a chat."""
        ...

    def said(self, tx: Tx, chat: str, position: int, limit: int, size: int) -> tuple[list[Text], int | None]:
        """Texts of a chat, newest first. Reads at most `limit` events, and stops after about `size` characters.

        `position` is 0 in the first call, then the position that the previous call returned. The returned position is
        None at the end.
        """
        ...


class Files(Protocol):
    """The files that were uploaded for tickets. `server` implements this protocol with `attachments`."""

    def claim(
        self, tx: Tx, ids: Sequence[str], actor: Actor, number: int, *, staff_only: bool, now: int
    ) -> list[FileView]:
        """Attach files to a reply.

        Raises Refused(`invalid`) if a file belongs to somebody else, is attached already, or is expired.
        """
        ...

    def remove(self, tx: Tx, ids: Sequence[str]) -> None: ...
