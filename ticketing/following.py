"""Live views of tickets for the people who follow them. Each method is (part of) the body of one transaction.

`tx` is opaque. Events of a ticket's own log are numbered like those of a chat: each event has its own number, and the
number of the previous event that the reader may see.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import Raw, Struct, UnsetType

from identity.actor import Actor
from ticketing.errors import invalid
from ticketing.events import Author, StoredEvent, live, said_in
from ticketing.imported import EVERYBODY
from ticketing.last_words import WORDS_MAX
from ticketing.listing import Filters, Scope, scope_of
from ticketing.ports import ReadMarks, Store, Tx
from ticketing.service import Tickets
from ticketing.ticket import Ticket
from ticketing.views import TicketView

OPEN_MAX = 50
"""Maximum number of tickets that `Following.open_of` returns."""
COUNTED_MAX = 1_000
"""Only this number of the newest events of one ticket counts as unread."""

Properties = dict[str, object]
"""The properties of a ticket that one reader may see, without `transcript`, `history` and `unread`."""


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The newest event that the reader may see.

    `text`: the start of the event's text. None if the event has no text or was redacted.
    """

    seq: int
    at: str
    author: Author
    text: str | None


class OpenTicket(Struct, frozen=True):
    """A ticket that is not closed for good. `seq`: the last event of the ticket that the reader may see."""

    ticket: int
    status: str
    seq: int
    unread: int


@dataclass(frozen=True, slots=True)
class Since:
    """Events and properties that a follower has not been sent yet. `more`: there are further events."""

    events: Sequence[tuple[int, Raw]]
    upto: int
    """`seq` of the last event that was read, even if the reader may not see it and `events` leaves it out."""
    more: bool
    version: int
    properties: Properties


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a ticket's stream for one follower. `seq`: the last event that the follower may see.

    `size`: bytes of the events that the follower does not have yet.
    """

    seq: int
    size: int


@dataclass(frozen=True, slots=True)
class News:
    ticket: OpenTicket
    last: LastEvent | None


@dataclass(frozen=True, slots=True)
class State:
    """A ticket, with the data from which `news_for` makes the news for a reader."""

    ticket: Ticket
    last: LastEvent | None
    last_public: LastEvent | None
    marks: Mapping[str, int]
    """The last `seq` that each person has read."""
    texts: Sequence[int]
    """`seq` of the ticket's newest replies and notes, in order."""
    public_texts: Sequence[int]

    @property
    def customers(self) -> tuple[str, ...]:
        """The ids of the requester, if known, and of the participants who have an account."""
        accounts = (each.account for each in self.ticket.participants)
        return tuple(id_ for id_ in (self.ticket.requester.id, *accounts) if id_ is not None)

    @property
    def addresses(self) -> frozenset[str]:
        """The requester's address if the ticket has no id of the requester, and the addresses of participants without
        an account."""
        asked = self.ticket.requester
        theirs = {each.email for each in self.ticket.participants if each.account is None}
        return frozenset(theirs | ({asked.email} if asked.id is None and asked.email is not None else set()))

    def news_for(self, actor: Actor) -> News | None:
        """The news about the ticket for `actor`. None if `actor` may not see the ticket."""
        scope = scope_of(actor)
        if not scope.holds(self.ticket):
            return None
        last, texts = (self.last, self.texts) if scope.for_staff else (self.last_public, self.public_texts)
        read = max(self.marks.get(id_, 0) for id_ in (*actor.ids, EVERYBODY))
        opened = OpenTicket(
            ticket=self.ticket.number,
            status=self.ticket.status,
            seq=last.seq if last is not None else 0,
            unread=len(texts) - bisect_right(texts, read),
        )
        return News(opened, last)


class Following:
    def __init__(self, tickets: Tickets, store: Store, read_marks: ReadMarks) -> None:
        self._tickets = tickets
        self._store = store
        self._read_marks = read_marks

    def since(self, tx: Tx, actor: Actor, number: int, seq: int, limit: int, now: int) -> Since:
        """At most `limit` events after `seq`, without those that the actor may not see, and the current properties.
        Raises NotFound if the actor may not see the ticket."""
        ticket = self._tickets.theirs(tx, actor, number)
        for_staff = scope_of(actor).for_staff
        stored = self._store.events_from(tx, number, seq + 1, limit)
        theirs = [event for event in stored if for_staff or not event.staff_only]
        return Since(
            events=[(event.seq, live(number, event, for_staff=for_staff)) for event in theirs],
            upto=stored[-1].seq if stored else seq,
            more=len(stored) == limit,
            version=ticket.version,
            properties=properties_of(self._tickets.properties(tx, actor, ticket, now)),
        )

    def place(self, tx: Tx, actor: Actor, number: int, after: int) -> Place:
        """The place of a follower who has the events up to `after`.

        Raises NotFound if the actor may not see the ticket, Refused(`invalid`) if `after` is beyond the end.
        """
        self._tickets.theirs(tx, actor, number)
        last, last_public = self._store.ends(tx, number)
        if after > last:
            raise invalid({"after": f"The ticket has {last} events. Follow from 0 if you don't know."})
        size = self._store.size_after(tx, number, after)
        return Place(last if scope_of(actor).for_staff else last_public, size)

    def mark_read(self, tx: Tx, actor: Actor, number: int, upto: int) -> None:
        """Store that the person has read the events up to `upto`."""
        self._read_marks.mark(tx, number, actor.customer, upto)

    def open_of(self, tx: Tx, actor: Actor, now: int) -> list[OpenTicket]:
        """The tickets that the actor may see and that are not closed for good, at most OPEN_MAX. The most recently
        changed ticket comes first."""
        scope = scope_of(actor)
        numbers = self._store.numbers(tx, scope, Filters(goes_on_at=now), "-updated_at", OPEN_MAX)
        tickets = self._store.find_all(tx, numbers)
        return self._opened(tx, actor, scope, [tickets[number] for number in numbers])

    def states(self, tx: Tx, numbers: Collection[int]) -> list[State]:
        """The states of these tickets. Tickets that do not exist are missing. Uses few queries, however many tickets
        there are."""
        tickets = self._store.find_all(tx, numbers)
        ends = self._store.all_ends(tx, tickets)
        places = {(number, seq) for number, both in ends.items() for seq in both if seq}
        events = {place: _last_event(event) for place, event in self._store.events_at(tx, places).items()}
        texts = self._read_marks.countable(tx, [number for number, (last, _) in ends.items() if last], COUNTED_MAX)
        marks = self._read_marks.marks(tx, tickets)
        return [
            State(
                ticket=ticket,
                last=events.get((number, ends[number][0])),
                last_public=events.get((number, ends[number][1])),
                marks=marks.get(number, {}),
                texts=[seq for seq, _ in texts.get(number, ())],
                public_texts=[seq for seq, staff_only in texts.get(number, ()) if not staff_only],
            )
            for number, ticket in tickets.items()
        ]

    def _opened(self, tx: Tx, actor: Actor, scope: Scope, tickets: Collection[Ticket]) -> list[OpenTicket]:
        numbers = [ticket.number for ticket in tickets]
        if not numbers:
            return []
        unread = self._read_marks.unread(tx, numbers, actor.ids, for_staff=scope.for_staff)
        ends = self._store.all_ends(tx, numbers)
        return [
            OpenTicket(
                ticket.number,
                ticket.status,
                ends[ticket.number][0 if scope.for_staff else 1],
                unread.get(ticket.number, 0),
            )
            for ticket in tickets
        ]


def _last_event(event: StoredEvent) -> LastEvent:
    head, text = _head.decode(event.body), said_in(event.body)
    return LastEvent(event.seq, head.at, head.from_, text[:WORDS_MAX] if text is not None else None)


class _Head(Struct, rename={"from_": "from"}):
    at: str
    from_: Author


_head = msgspec.json.Decoder(_Head)


def properties_of(view: TicketView) -> Properties:
    """The properties of a ticket by name, as in its JSON, without `transcript`, `history` and `unread`."""
    story = ("transcript", "history", "unread")
    names = ((field.encode_name, getattr(view, field.name)) for field in msgspec.structs.fields(view))
    return {name: value for name, value in names if name not in story and not isinstance(value, UnsetType)}


def changed(before: Properties, after: Properties) -> Properties:
    """The properties of `after` that have another value in `before`, or that `before` does not have."""
    return {name: value for name, value in after.items() if before.get(name) != value or name not in before}
