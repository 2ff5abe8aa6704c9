"""A ticket's own stream, beside that of its chats: replies, notes, and what was taken away again. Pure.

On the wire an event has `ticket` and a `seq` of this stream, in place of the chat's:
`{"type": "reply", "ticket": 7, "seq": 1, "prev": 0, "at": …, "from": {…}, "text": …, "files": […]}`.
"""

from __future__ import annotations

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
"""For so long people may take back what they wrote themselves."""

FileId = Annotated[str, Meta(min_length=1, max_length=64)]
FILES_MAX = 10


class Author(Struct, frozen=True, omit_defaults=True):
    """Who wrote. Of staff it is the public name and an opaque id; `verified` is said of customers alone."""

    kind: Literal["customer", "staff", "system"]
    id: str | None
    name: str | None
    verified: bool | None = None


class FileView(Struct, frozen=True):
    """A file that hangs on a reply. `size` in bytes."""

    id: str
    name: str
    type: str
    size: int
    url: str


class Reply(Struct, frozen=True, tag_field="type", tag="reply", rename={"from_": "from"}):
    """A word for everybody who takes part. `says` is what a customer said of the matter with it."""

    at: str
    from_: Author
    text: str | None
    files: list[FileView]
    says: Says | UnsetType = UNSET
    redacted: Literal[True] | UnsetType = UNSET


class Note(Struct, frozen=True, tag_field="type", tag="note", rename={"from_": "from"}):
    """A word for staff alone."""

    at: str
    from_: Author
    text: str | None
    files: list[FileView]
    redacted: Literal[True] | UnsetType = UNSET


class Redacted(Struct, frozen=True, tag_field="type", tag="message.redacted", rename={"from_": "from"}):
    """The text of the event `of` was taken away, for ever and everywhere. Of a note only staff are told."""

    at: str
    from_: Author
    of: int


Event = Reply | Note | Redacted


@dataclass(frozen=True, slots=True)
class Told:
    """A stored event with its place. `at` in ms since the epoch, UTC; `body` is the event without its place."""

    seq: int
    public_prev: int
    staff_only: bool
    at: int
    body: str


def author(actor: Actor) -> Author:
    """An actor as the `from` of an event."""
    if actor.kind == "customer":
        return Author("customer", actor.customer, actor.name, actor.verified)
    return Author(actor.kind, actor.id or None, actor.name)


def reply(actor: Actor, text: str, files: Sequence[FileView], says: Says | None, now: int) -> Reply:
    """A word for everybody who takes part."""
    return Reply(rfc3339(now), author(actor), text, list(files), UNSET if says is None else says)


def note(actor: Actor, text: str, files: Sequence[FileView], now: int) -> Note:
    """A word for staff alone."""
    return Note(rfc3339(now), author(actor), text, list(files))


def body_of(event: Event) -> str:
    """An event as it is stored."""
    return msgspec.json.encode(event).decode()


def event_of(told: Told) -> Event:
    """A stored event."""
    event: Event = msgspec.json.decode(told.body, type=Event)
    return event


def on_the_wire(ticket: int, told: Iterable[Told], *, for_staff: bool) -> list[Raw]:
    """The events that one audience may see, as they go over the wire."""
    return [
        Raw(f'{{"ticket":{ticket},"seq":{event.seq},"prev":{_prev(event, for_staff)},{event.body[1:]}'.encode())
        for event in told
        if for_staff or not event.staff_only
    ]


def _prev(told: Told, for_staff: bool) -> int:
    return told.seq - 1 if for_staff else told.public_prev


class _Said(Struct):
    """Of any event, a chat's or a ticket's, what a search may look at."""

    type: str
    text: str | None = None


_said = msgspec.json.Decoder(_Said)


def said_in(body: str) -> str | None:
    """What was said in a stored event, a chat's or a ticket's; None where nothing was, or it was taken away."""
    event = _said.decode(body)
    return event.text if event.type in ("message", "reply", "note") else None


def first_line(text: str) -> str | None:
    """The first line of a text that has something in it, 200 characters at most; None for none."""
    return next((line.strip()[:200] for line in text.splitlines() if shows_something(line)), None)


def subject_of(text: str) -> str | None:
    """What a ticket is called where nobody called it anything: the first line of its text."""
    line = first_line(text)
    return None if line is None else as_line(line) or None


def check_text(text: str, files: Sequence[str] = ()) -> None:
    """Raises Refused: `invalid` for a text that shows nothing (but with files it may be empty) or with a
    NUL, `too_large` for one that is too long."""
    if "\0" in text:
        raise invalid({"text": "Remove the NUL character."})
    if len(text) > TEXT_MAX:
        sentence = f"This is {len(text):,} characters long. At most {TEXT_MAX:,} are allowed."
        raise Refused("too_large", sentence, {"text": sentence})
    if not (shows_something(text) or (files and not text.strip())):
        raise invalid({"text": "Write some text first."})
