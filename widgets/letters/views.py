"""The facts that letters show. `server` fills these from tickets, people and the hours file.

Moments are in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Post:
    """A public text of a ticket. `author` is the public name of staff, None for the reader."""

    author: str | None
    text: str
    at: int
    files: Sequence[str] = ()
    """File names."""


@dataclass(frozen=True, slots=True)
class RegularHours:
    """The days on which a team reads mail, all with the same hours. Minutes from midnight, 0 is Monday."""

    first: int
    last: int
    opens: int
    closes: int
    closed_on: Sequence[date] = ()
    """Days of the next week on which the team is closed against its rule."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the waiting clock will do. Moments; None for what is past or will not happen."""

    reminder_1: int | None = None
    reminder_2: int | None = None
    auto_solve: int | None = None
    reopen_until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketShown:
    number: int
    url: str
    subject: str | None
    status: str
    resolution: str | None = None
    """The code's key."""
    team: str
    product: str | None = None
    by_chat: bool = False
    name: str | None = None
    """The reader's name."""
    requester: str | None = None
    """Name or address of the requester, for staff."""
    client: str | None = None
    reopen_until: int | None = None
    promise: Promise | None = None
    asked: Post | None = None
    """The newest public text of staff."""
    wrote: Post | None = None
    """The newest text of the requester."""
    post: Post | None = None
    """The text that the letter is about."""
    reminded_at: Sequence[int] = ()
    hours: RegularHours | None = None
    brand: str
    host: str
    """The host of the desk's pages."""
