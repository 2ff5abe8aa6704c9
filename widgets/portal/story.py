"""A ticket's conversation as its customer sees it: chats and replies in order of time, and the solution.

Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from clock import from_rfc3339

_GROUP_MS = 5 * 60_000
"""Messages of one person within this time are one group."""


class Author(Struct, frozen=True):
    kind: Literal["customer", "staff", "system"]
    id: str | None
    name: str | None


class Staff(Struct, frozen=True):
    name: str


class File(Struct, frozen=True):
    id: str
    name: str
    size: int
    url: str


class Event(Struct, frozen=True, rename={"from_": "from"}):
    """An event of a chat or of the ticket itself, with all fields that a story needs.

    Each type of event has some of these fields.
    """

    type: str
    at: str
    from_: Author
    seq: int
    chat: str | None = None
    text: str | None = None
    files: list[File] = []
    says: str | None = None
    redacted: bool = False
    team: str | None = None
    to_team: str | None = None
    staff: Staff | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A message of a chat, or a reply. `own` is true if the reader or another customer wrote it. `you` is true if the
    reader wrote it."""

    at: str
    own: bool
    you: bool
    name: str
    person: str
    text: str | None
    files: Sequence[File]
    says: str | None = None
    by_email: bool = False
    first: bool = True
    """True for the first message of a group."""
    kind: Literal["post"] = "post"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat. `agent` is the last agent of the chat, or empty if nobody answered. `reason` says how the chat ended.
    `yours` is true if the customer of the chat is the reader, not another participant."""

    at: str
    ended: str
    team: str
    agent: str
    messages: Sequence[Post]
    reason: str | None
    yours: bool
    kind: Literal["chat"] = "chat"


@dataclass(frozen=True, slots=True)
class Solved:
    """The moment at which the ticket was solved."""

    at: str
    kind: Literal["solved"] = "solved"


Item = Post | Chat | Solved


@dataclass(frozen=True, slots=True)
class Day:
    at: str
    items: Sequence[Item] = field(default_factory=list)


_event = msgspec.json.Decoder(Event)


def story(
    transcript: Iterable[Raw],
    reader: Sequence[str],
    solved_at: str | None,
    day_of: Callable[[str], date],
    mailed: Collection[int] = (),
) -> list[Day]:
    """The days of a conversation with their items, oldest first.

    `reader` has all ids of the reader. `day_of` returns the day of a moment in the reader's zone. `mailed` has the
    `seq` of each reply that came by email.
    """
    events = [_event.decode(raw) for raw in transcript]
    items: list[Item] = [_post(event, reader, event.seq in mailed) for event in events if event.type == "reply"]
    by_chat: dict[str, list[Event]] = {}
    for event in events:
        if event.chat is not None:
            by_chat.setdefault(event.chat, []).append(event)
    items += [_chat(own, reader) for own in by_chat.values()]
    if solved_at is not None:
        items.append(Solved(solved_at))
    ordered = sorted(items, key=lambda item: from_rfc3339(item.at))
    return [
        Day(found[0].at, found) for _, group in groupby(ordered, lambda item: day_of(item.at)) if (found := [*group])
    ]


def files_of(days: Iterable[Day]) -> list[File]:
    """All files of a story."""
    posts = [post for day in days for item in day.items for post in _posts(item)]
    return [file for post in posts for file in post.files]


def last_post(days: Sequence[Day]) -> Post | None:
    """The newest reply of a story. Messages of chats are not replies."""
    return next((item for day in reversed(days) for item in reversed(day.items) if isinstance(item, Post)), None)


def last_of_staff(days: Sequence[Day]) -> str:
    """The name of the member of staff who wrote last. Empty if no member of staff has written."""
    posts = [post for day in days for item in day.items for post in _posts(item) if not post.own]
    return posts[-1].name if posts else ""


def _posts(item: Item) -> Sequence[Post]:
    match item:
        case Post():
            return [item]
        case Chat():
            return item.messages
        case _:
            return []


def _chat(events: Sequence[Event], reader: Sequence[str]) -> Chat:
    messages: list[Post] = []
    for event in events:
        if event.type == "message":
            post = _post(event, reader)
            messages.append(replace(post, first=not (messages and _together(messages[-1], post))))
    staff = [event.staff.name for event in events if event.type == "chat.assigned" and event.staff is not None]
    teams = [team for event in events if (team := event.to_team or event.team)]
    closed = next((event for event in events if event.type == "chat.closed"), None)
    return Chat(
        at=events[0].at,
        ended=(closed or events[-1]).at,
        team=teams[-1] if teams else "",
        agent=staff[-1] if staff else "",
        messages=messages,
        reason=closed.reason if closed is not None else None,
        yours=any(event.from_.kind == "customer" and event.from_.id in reader for event in events),
    )


def _together(before: Post, post: Post) -> bool:
    near = from_rfc3339(post.at) - from_rfc3339(before.at) < _GROUP_MS
    return near and before.own == post.own and before.person == post.person


def _post(event: Event, reader: Sequence[str], by_email: bool = False) -> Post:
    by = event.from_
    return Post(
        at=event.at,
        own=by.kind == "customer",
        you=by.kind == "customer" and by.id in reader,
        name=by.name or "",
        person=by.id or by.name or "",
        text=None if event.redacted else event.text or "",
        files=[] if event.redacted else event.files,
        says=event.says,
        by_email=by_email,
    )
