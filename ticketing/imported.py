"""Tickets of another desk, as an import stores them. Pure.

An import makes whole tickets, with their old dates. It does not go through `ticketing.rules`: nobody gets a letter,
a message or a notice about an imported ticket, and no waiting clock starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import UNSET

from clock import rfc3339
from texts.card_numbers import masked
from ticketing.events import Author, FileView, Note, Reply, body_of
from ticketing.ticket import TEXT_MAX, Ticket
from ticketing.views import HistoryLine

NUMBER_MAX = 1_000_000_000
"""Larger numbers are not kept, because the numbers of new tickets follow the largest one."""
EVERYBODY = ""
"""The person of a read mark that counts for everybody. Imported tickets have one, so their texts are unread for
nobody."""
WITHOUT_CODE = "imported-without-code"
"""The tag of solved tickets that came without a resolution code."""


@dataclass(frozen=True, slots=True)
class ImportedEvent:
    """An event of the ticket's own log, without its place in it."""

    at: int
    staff_only: bool
    body: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A ticket of another desk. `ref` is its number there. `ticket.number` is the number that it should get, or 0 for
    any. `events` are in order."""

    ref: str
    ticket: Ticket
    events: Sequence[ImportedEvent] = ()
    history: Sequence[HistoryLine] = ()
    files: Sequence[str] = ()
    """Ids of stored files that its events show."""
    staff_files: Sequence[str] = ()
    """Ids of stored files that only notes show."""
    followers: Sequence[str] = ()
    """Ids of the staff who follow it."""


def said(author: Author, text: str, files: Sequence[FileView], at: int, *, staff_only: bool) -> list[ImportedEvent]:
    """A reply, or a note for staff. A text that is too long for one event becomes several."""
    text = masked(text.replace("\0", "").replace("\r\n", "\n"))
    pieces = [text[place : place + TEXT_MAX] for place in range(0, len(text), TEXT_MAX)] or [""]
    made = list[ImportedEvent]()
    for place, piece in enumerate(pieces, 1):
        shown = list(files) if place == len(pieces) else []
        event = (
            Note(rfc3339(at), author, piece, shown)
            if staff_only
            else Reply(rfc3339(at), author, piece, shown, says=UNSET)
        )
        made.append(ImportedEvent(at, staff_only, body_of(event)))
    return made


def renumbered(one: Imported, number: int, desk: str, now: int) -> Imported:
    """The ticket with another number than at `desk`. A note for staff has the old number, so searches find it."""
    named = f"#{one.ref} at {desk}"
    note = Note(rfc3339(now), Author("system", None, None), f"Imported. This ticket was {named}.", [])
    ticket = replace(one.ticket, number=number, external_ref=one.ticket.external_ref or named)
    return replace(one, ticket=ticket, events=[*one.events, ImportedEvent(now, True, body_of(note))])
