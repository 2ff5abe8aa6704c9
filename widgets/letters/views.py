"""The facts that letters show. `server` fills these from tickets, people and the hours file.

Moments are in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Post:
    """A public text on a ticket.

    `author` is the public name of the staff member who wrote it. None if the reader of the letter wrote it.
    """

    author: str | None
    text: str
    at: int
    files: Sequence[str] = ()
    """File names."""


@dataclass(frozen=True, slots=True)
class RegularHours:
    """The regular hours in which a team reads mail. All its open days have the same hours.

    `first` and `last` are the first and the last open weekday, and 0 is Monday. `opens` and `closes` are in minutes
    from midnight.
    """

    first: int
    last: int
    opens: int
    closes: int
    today: datetime
    """The midnight with which the day of the letter begins."""
    closed_on: Sequence[date] = ()
    """Days of the next week on which the team is closed although its regular hours include them."""
    others: Sequence[tuple[date, int, int]] = ()
    """Days of the next week on which the hours differ, such as a short day. Each item has the day, and the start and
    the end in minutes from midnight."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The moments of the next steps of the waiting clock. None for a step that is past, or that will not happen."""

    reminder_1: int | None = None
    reminder_2: int | None = None
    auto_solve: int | None = None
    reopen_until: int | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """Training for the reader of a letter: a playlist of `steps` resources, or a live session that begins at
    `starts_at`. `url` is its address."""

    title: str
    url: str
    steps: int = 0
    minutes: int = 0
    starts_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketShown:
    number: int
    url: str
    subject: str | None
    status: str
    resolution: str | None = None
    """The key of the resolution code."""
    issue_solved: bool | None = None
    """True if the issue behind a duplicate is solved. None if the ticket is no duplicate."""
    team: str
    product: str | None = None
    by_chat: bool = False
    name: str | None = None
    """The name of the letter's reader."""
    requester: str | None = None
    """The name or email address of the requester, in letters to staff."""
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
    training: Sequence[Training] = ()
    """Training that the solved ticket attaches."""
    answerable: bool = False
    """True if answers to the letter reach the desk."""
