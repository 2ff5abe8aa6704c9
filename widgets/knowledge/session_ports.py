"""The functions that the authors' pages of live sessions need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from identity.actor import Actor
from learning.catalogue import Resource
from learning.ports import Listed
from learning.sessions import Registration, Session


@dataclass(frozen=True, slots=True)
class Worked:
    """A session with a page of its registrations. `more`: there are further ones."""

    listed: Listed
    people: Sequence[Registration]
    more: bool


class LiveSessions(Protocol):
    """Every method with `by` raises Refused: `forbidden` for people who may not write articles, `unavailable` during an
    outage, and what is said there."""

    async def read_form(self, request: Request) -> Mapping[str, str]:
        """The fields of a form. Raises Refused: `forbidden` for a form of another site, `too_large`, or `bad_frame`."""
        ...

    async def listed(self, by: Actor) -> Sequence[Listed]:
        """The sessions of the last 120 days and of the future, earliest first, cancelled ones too."""
        ...

    async def courses(self, by: Actor) -> Sequence[Resource]:
        """The courses that a class can follow."""
        ...

    async def session(self, by: Actor, id_: int, after: int) -> Worked:
        """A session with its registrations after the one with this id. Raises Refused(not_found)."""
        ...

    async def add(self, by: Actor, session: Session) -> int:
        """Add a session, and tell followers. Returns its id. Raises Refused(invalid)."""
        ...

    async def change(self, by: Actor, id_: int, wanted: Session) -> None:
        """Change a session. Registered people are told of another time, place or link.

        Raises Refused: `invalid`, `not_found`, or `conflict` if the session is cancelled or over.
        """
        ...

    async def cancel(self, by: Actor, id_: int) -> None:
        """Cancel a session, and tell everybody with a place or on the waiting list. Raises Refused: `not_found`, or
        `conflict` if the session has begun."""
        ...

    async def attendance(self, by: Actor, id_: int, after: int, came: Collection[int]) -> None:
        """Store which of the people that `session` gives for `after` came. Raises Refused: `not_found`, or `conflict`
        if the session is cancelled or has not begun."""
        ...
