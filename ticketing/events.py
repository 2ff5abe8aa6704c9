"""A ticket's own log: replies, notes and redactions. Pure.

On the wire an event has `ticket` and `seq`, its number in this log: `{"type": "reply", "ticket": 7, "seq": 1, "prev":
0, "at": …, "from": {…}, "text": …, "files": […]}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from clock import rfc3339
from identity.actor import Actor
from refusals import Refused
from texts.visible import as_line, shows_something
from ticketing.errors import invalid
from ticketing.ticket import TEXT_MAX, Says

REDACT_OWN_MS = 5 * 60_000
"""People can redact their own texts for this long (ms)."""

FileId = Annotated[str, Meta(min_length=1, max_length=64)]
FILES_MAX = 10


class Author(Struct, frozen=True, omit_defaults=True):
    """The author of an event. Staff appear with their public name and an opaque id. Only customers have `verified`."""

    kind: Literal["customer", "staff", "system"]
    id: str | None
    name: str | None
    verified: bool | None = None


class FileView(Struct, frozen=True):
    """A file attached to a reply. `size` in bytes."""

    id: str
    name: str
    type: str
    size: int
    url: str


class Reply(Struct, frozen=True, tag_field="type", tag="reply", rename={"from_": "from"}):
    """A message for all participants. `says` is the customer's statement about the issue."""

    at: str
    from_: Author
    text: str | None
    files: list[FileView]
    says: Says | UnsetType = UNSET
    redacted: Literal[True] | UnsetType = UNSET


class Note(Struct, frozen=True, tag_field="type", tag="note", rename={"from_": "from"}):
    """A message for staff only."""

    at: str
    from_: Author
    text: str | None
    files: list[FileView]
    mentions: list[str] | UnsetType = UNSET
    """The ids of the colleagues whom the note mentions. Absent if it mentions nobody."""
    redacted: Literal[True] | UnsetType = UNSET


class Redacted(Struct, frozen=True, tag_field="type", tag="message.redacted", rename={"from_": "from"}):
    """The text of event `of` was removed for good. If that event is a note, only staff see the redaction."""

    at: str
    from_: Author
    of: int


Event = Reply | Note | Redacted


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A stored event with its place in the log (`seq`, `public_prev`). `at` is in ms since the epoch, UTC. `body` does
    not contain the place."""

    seq: int
    public_prev: int
    staff_only: bool
    at: int
    body: str


def author(actor: Actor) -> Author:
    if actor.kind == "customer":
        return Author("customer", actor.customer, actor.name, actor.verified)
    return Author(actor.kind, actor.id or None, actor.name)


def reply(actor: Actor, text: str, files: Sequence[FileView], says: Says | None, now: int) -> Reply:
    return Reply(rfc3339(now), author(actor), text, list(files), UNSET if says is None else says)


def note(actor: Actor, text: str, files: Sequence[FileView], now: int, mentions: Sequence[str] = ()) -> Note:
    return Note(rfc3339(now), author(actor), text, list(files), list(dict.fromkeys(mentions)) or UNSET)


def body_of(event: Event) -> str:
    return msgspec.json.encode(event).decode()


def event_of(stored: StoredEvent) -> Event:
    event: Event = msgspec.json.decode(stored.body, type=Event)
    return event


def on_the_wire(ticket: int, events: Iterable[StoredEvent], *, for_staff: bool) -> list[Raw]:
    """The events that staff (`for_staff`) or customers may see, as on the wire."""
    return [
        Raw(f'{{"ticket":{ticket},"seq":{event.seq},"prev":{_prev(event, for_staff)},{event.body[1:]}'.encode())
        for event in events
        if for_staff or not event.staff_only
    ]


_LIVE = {"reply": "ticket.reply", "note": "ticket.note", "message.redacted": "ticket.redacted"}
"""The type of each event, as followers of the ticket get it."""
_STORED_TYPE = re.compile(r'\{"type":"([a-z.]+)"')


def place(ticket: int, seq: int) -> bytes:
    """The first bytes of every frame in which followers get this event."""
    return f'{{"ticket":{ticket},"seq":{seq},'.encode()


def live(ticket: int, stored: StoredEvent, *, for_staff: bool) -> Raw:
    """An event as followers of the ticket get it. With `for_staff`, the followers are staff, otherwise customers."""
    found = _STORED_TYPE.match(stored.body)
    assert found is not None, "every stored event begins with its type"
    type_, rest = _LIVE[found[1]], stored.body[found.end() :]
    head = place(ticket, stored.seq).decode()
    return Raw(f'{head}"prev":{_prev(stored, for_staff)},"type":"{type_}"{rest}'.encode())


def _prev(stored: StoredEvent, for_staff: bool) -> int:
    return stored.seq - 1 if for_staff else stored.public_prev


class _Said(Struct):
    """The searchable fields of any event, of a chat or a ticket."""

    type: str
    text: str | None = None


_said = msgspec.json.Decoder(_Said)


def said_in(body: str) -> str | None:
    """The text of a stored event, of a chat or a ticket. None if the event has no text or was redacted."""
    event = _said.decode(body)
    return event.text if event.type in ("message", "reply", "note") else None


class Writer(Struct):
    """Who caused an event. `name` is None for people without one."""

    kind: str = ""
    name: str | None = None


class _Written(Struct, rename={"from_": "from"}):
    from_: Writer | None = None


_written = msgspec.json.Decoder(_Written)


def writer_of(body: str) -> Writer | None:
    """Who caused a stored event, of a chat or a ticket. None if the event names nobody."""
    return _written.decode(body).from_


def is_text(stored: StoredEvent) -> bool:
    """True for a reply or a note, false for a redaction."""
    return isinstance(event_of(stored), Reply | Note)


def first_line(text: str) -> str | None:
    """The first line with visible text, at most 200 characters; None if there is none."""
    return next((line.strip()[:200] for line in text.splitlines() if shows_something(line)), None)


def subject_of(text: str) -> str | None:
    """Default subject of a ticket: the first line of its text."""
    line = first_line(text)
    return None if line is None else as_line(line) or None


def check_text(text: str, files: Sequence[str] = (), field: str = "text") -> None:
    """Check the text of a message. Raises Refused if it cannot be stored.

    The code is `too_large` if the text is too long. It is `invalid` if the text contains a NUL, or if it has no visible
    character and there are no files.
    """
    if "\0" in text:
        raise invalid({field: "Remove the NUL character."})
    if len(text) > TEXT_MAX:
        sentence = f"This is {len(text):,} characters long. At most {TEXT_MAX:,} are allowed."
        raise Refused("too_large", sentence, {field: sentence})
    if not (shows_something(text) or (files and not text.strip())):
        raise invalid({field: "Write some text first."})
