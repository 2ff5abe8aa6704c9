"""One timeline of a customer for staff: chats, tickets, replies, notes and mails, newest first.

All but the notes about the customer belongs to tickets and chats, and a reader gets only those that they may see.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from msgspec import Struct
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from chat.adapters import archive
from chat.adapters.tables import ChatRow
from clock import rfc3339
from identity.actor import Actor
from identity.adapters import customer_note_store
from identity.adapters.people import People
from mail.adapters.tables import LetterRow
from mail.letter import TO_CUSTOMERS
from server.live.tickets.customer_notes import NOTES_MAX
from server.live.tickets.requesters import Requesters
from storage.ports import Tx
from texts.numbers import whole_number
from ticketing.adapters.tables import TicketEventRow
from ticketing.errors import invalid
from ticketing.events import said_in, writer_of
from ticketing.listing import Filters
from ticketing.lists import Lists
from ticketing.ports import Store
from ticketing.ticket import Ticket

Kind = Literal["chat", "ticket", "reply", "note", "mail"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TICKETS_MAX = 200
"""The tickets of a customer that a timeline reads: those that changed last."""
TEXT_MAX = 300


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """Something that happened. `at` is when a chat began, a ticket was opened, a text was written or a mail was queued.

    `text` is the subject of a chat or ticket (null if it has none), the beginning of a reply or note (null if it was
    redacted, empty if it has only files), or the kind of a mail. `ticket` and `chat` are null for a note about the
    customer, and `chat` for what has none. `status` and `rating` are those of the ticket now, with chats and tickets.
    `by` is who wrote, or the agent of a chat.
    """

    kind: Kind
    at: str
    ticket: int | None
    chat: str | None
    text: str | None
    by: str | None
    status: str | None
    rating: int | None


class TimelineView(Struct, frozen=True):
    """A page, newest first. `next` is the value of `before` for the next page. `complete` is false if the customer has
    more tickets than the 200 that changed last, which are read."""

    entries: list[TimelineEntry]
    next: str | None
    complete: bool


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """The place of an entry. Newer ones are greater."""

    at: int
    kind: str
    id: str


_Found = tuple[_Place, TimelineEntry]


class CustomerTimeline:
    def __init__(self, requesters: Requesters, people: People, lists: Lists, store: Store) -> None:
        self._requesters = requesters
        self._people = people
        self._lists = lists
        self._store = store

    def page(
        self, tx: Tx, actor: Actor, person: str, kinds: Collection[Kind], before: str | None, limit: int, now: int
    ) -> TimelineView:
        """The entries before `before`, the `next` of the page before. Without `kinds`, of all kinds. Raises Refused:
        `not_found` if the actor may not see the customer, `invalid` for a wrong place."""
        person = self._requesters.check_sees(tx, actor, person, now)
        place = _place_of(before) if before is not None else None
        together = sorted(self._people.together(tx, [person]))
        numbers = self._lists.matching(tx, actor, Filters(requester=(person,)), TICKETS_MAX + 1)
        tickets = self._store.find_all(tx, numbers[:TICKETS_MAX])
        upto = place.at if place is not None else None
        read: Mapping[Kind, Callable[[], Iterable[_Found]]] = {
            "ticket": lambda: (_of_ticket(ticket) for ticket in tickets.values() if not _was_chat(ticket)),
            "chat": lambda: self._chats(tx, actor, together, tickets),
            "reply": lambda: _said_on(tx, tickets, "reply", upto, limit),
            "note": lambda: [*_said_on(tx, tickets, "note", upto, limit), *self._about(tx, together)],
            "mail": lambda: _mails(tx, tickets, upto, limit),
        }
        found = [one for kind in KINDS if not kinds or kind in kinds for one in read[kind]()]
        # By the place alone: entries cannot be compared.
        found.sort(key=lambda one: one[0], reverse=True)
        rest = [one for one in found if place is None or one[0] < place]
        shown = rest[:limit]
        following = _text_of(shown[-1][0]) if len(rest) > limit else None
        return TimelineView([entry for _, entry in shown], following, len(numbers) <= TICKETS_MAX)

    def _chats(self, tx: Tx, actor: Actor, together: Sequence[str], tickets: Mapping[int, Ticket]) -> Iterable[_Found]:
        open_now = [row for row in archive.open_rows(tx, customer=together) if actor.sees(row.team)]
        rows = [*open_now, *tx.session.exec(select(ChatRow).where(col(ChatRow.ticket).in_(tickets)))]
        names = self._people.names(tx, {row.agent for row in rows if row.agent is not None})
        for row in rows:
            ticket = tickets.get(row.ticket) if row.ticket is not None else None
            yield (
                _Place(row.started_at, "chat", row.id),
                TimelineEntry(
                    kind="chat",
                    at=rfc3339(row.started_at),
                    ticket=row.ticket,
                    chat=row.id,
                    text=row.subject or row.first_line,
                    by=names.get(row.agent or ""),
                    status=ticket.status if ticket is not None else None,
                    rating=ticket.rating if ticket is not None else None,
                ),
            )

    def _about(self, tx: Tx, together: Sequence[str]) -> Iterable[_Found]:
        rows = customer_note_store.about(tx, together, NOTES_MAX)
        names = self._people.names(tx, {row.author for row in rows})
        for row in rows:
            entry = _entry("note", row.at, None, row.text[:TEXT_MAX], names.get(row.author))
            yield _Place(row.at, "about", str(row.id)), entry


def _entry(kind: Kind, at: int, ticket: int | None, text: str | None, by: str | None = None) -> TimelineEntry:
    return TimelineEntry(
        kind=kind, at=rfc3339(at), ticket=ticket, chat=None, text=text, by=by, status=None, rating=None
    )


def _was_chat(ticket: Ticket) -> bool:
    """True if the ticket began as a chat, which has an entry. Other tickets have a chat if one was about them."""
    return ticket.channel == "chat" and ticket.chat is not None


def _of_ticket(ticket: Ticket) -> _Found:
    at, number = ticket.created_at, ticket.number
    entry = TimelineEntry(
        kind="ticket",
        at=rfc3339(at),
        ticket=number,
        chat=None,
        text=ticket.subject,
        by=None,
        status=ticket.status,
        rating=ticket.rating,
    )
    return _Place(at, "ticket", str(number)), entry


def _said_on(
    tx: Tx, tickets: Collection[int], kind: Literal["reply", "note"], upto: int | None, limit: int
) -> Iterable[_Found]:
    row = TicketEventRow
    query = select(row).where(col(row.ticket).in_(tickets), col(row.body).like(f'{{"type":"{kind}",%'))
    query = query.where(*_until(col(row.at), upto)).order_by(col(row.at).desc()).limit(_more(limit))
    for event in tx.session.exec(query):
        text, head = said_in(event.body), writer_of(event.body)
        by = head.name or ("The customer" if head.kind == "customer" else None) if head is not None else None
        entry = _entry(kind, event.at, event.ticket, text[:TEXT_MAX] if text is not None else None, by)
        yield _Place(event.at, kind, f"{event.ticket}-{event.seq}"), entry


def _mails(tx: Tx, tickets: Collection[int], upto: int | None, limit: int) -> Iterable[_Found]:
    row = LetterRow
    query = select(row).where(col(row.ticket).in_(tickets), col(row.kind).in_(sorted(TO_CUSTOMERS)))
    query = query.where(*_until(col(row.created_at), upto)).order_by(col(row.id).desc()).limit(_more(limit))
    for letter in tx.session.exec(query):
        entry = _entry("mail", letter.created_at, letter.ticket, letter.kind)
        yield _Place(letter.created_at, "mail", str(letter.id)), entry


def _until(at: Mapped[int], upto: int | None) -> list[ColumnElement[bool]]:
    return [] if upto is None else [at <= upto]


def _more(limit: int) -> int:
    """Some more than a page, because entries of one moment may be on both sides of its beginning."""
    return 2 * limit + 1


def _text_of(place: _Place) -> str:
    return f"{place.at}.{place.kind}.{place.id}"


def _place_of(text: str) -> _Place:
    at, _, rest = text.partition(".")
    kind, _, id_ = rest.partition(".")
    number = whole_number(at)
    if number is None or not id_:
        raise invalid({"before": "Take `next` of the page before."})
    return _Place(number, kind, id_)
