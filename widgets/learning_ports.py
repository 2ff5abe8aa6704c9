"""The functions that the pages of the learning center need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from starlette.requests import Request

from identity.actor import Actor
from learning.booking import Place
from learning.catalogue import Plan, Resource
from learning.library import Catalogue, PlaylistShown
from learning.places import VideoPlace
from learning.playlist import Playlist
from learning.ports import Listed
from learning.sessions import Session
from learning.suggested import Attached

Change = Literal["up", "down", "move", "remove", "add", "decline"]


@dataclass(frozen=True, slots=True)
class Center:
    """The learning center for one reader. `done` has the times at which the reader finished things, by key. `places`
    has where the reader stopped in videos, by article. Both are empty for readers without an account. `sessions` are
    those to come."""

    catalogue: Catalogue
    plans: Sequence[Plan]
    sessions: Sequence[Listed]
    done: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[int, VideoPlace] = field(default_factory=dict)
    playlists: Sequence[Playlist] = ()


@dataclass(frozen=True, slots=True)
class SessionsShown:
    """Live sessions for one reader. `own` are the reader's registrations. `dates` is the secret path of a calendar with
    all of them, or None for readers without an account."""

    sessions: Sequence[Listed]
    own: Sequence[Place]
    recordings: Sequence[Session]
    catalogue: Catalogue
    done: Mapping[str, int]
    dates: str | None


@dataclass(frozen=True, slots=True)
class Own:
    """The playlists and registrations of one reader, for sessions that have not ended. `begun` are the resources in
    whose videos the reader stopped, last one first."""

    playlists: Sequence[Playlist]
    places: Sequence[Place]
    begun: Sequence[tuple[Resource, VideoPlace]] = ()


class Learning(Protocol):
    """Every method may raise Refused: `unavailable` during an outage, and what is said there."""

    @property
    def name(self) -> str | None:
        """The name of the learning center, if the desk has its own."""
        ...

    @property
    def playlist_label(self) -> str | None:
        """The words on the button that builds a playlist, if the desk has its own."""
        ...

    async def center(self, request: Request) -> Center: ...

    async def coming(self, limit: int) -> Sequence[Listed]:
        """The next live sessions that have not begun."""
        ...

    async def playlist(self, request: Request, id_: str) -> PlaylistShown:
        """Raises Refused(not_found)."""
        ...

    async def stopped_in(self, request: Request, article: int) -> VideoPlace | None:
        """Where the reader stopped in the videos of an article. None for readers without an account."""
        ...

    async def own(self, actor: Actor) -> Own: ...

    async def of_ticket(self, number: int, address: str | None) -> Attached:
        """The training of a ticket that the reader may see. `address`: that of its requester, if the reader is the
        requester."""
        ...

    async def build(self, request: Request, title: str, topics: Sequence[str], kinds: Collection[str]) -> str:
        """Build a playlist, and return its id. A browser that is not known becomes a new visitor and gets a cookie.
        Raises Refused(invalid)."""
        ...

    async def copy(self, request: Request, id_: str) -> str:
        """Keep a copy of a playlist. Returns its id. Raises Refused."""
        ...

    async def change_playlist(self, request: Request, id_: str, what: Change, item: int, to: int) -> None:
        """Raises Refused(not_found) for everybody but the owner."""
        ...

    async def rename_playlist(self, request: Request, id_: str, title: str) -> None: ...

    async def delete_playlist(self, request: Request, id_: str) -> None: ...

    async def finish(self, request: Request, key: str, *, done: bool) -> None:
        """Keep that the reader has finished an item, or has not. Raises Refused: `unauthorized` without an account."""
        ...

    async def sessions(self, request: Request) -> SessionsShown: ...

    async def register(self, request: Request, id_: int) -> Place:
        """Register the reader, who has an account with a proven address. Raises Refused: `unauthorized`, or those of
        `learning.booking.Booking.register`."""
        ...

    async def ask(self, request: Request, id_: int, name: str, address: str) -> None:
        """Mail a link to an address, with which its owner registers. Raises Refused."""
        ...

    async def leave(self, request: Request, id_: int) -> Place:
        """Give up the reader's place in a session. Raises Refused(not_found)."""
        ...

    async def registration(self, token: str) -> Place:
        """The registration with a secret address. Raises Refused(not_found)."""
        ...

    async def use_link(self, request: Request, token: str, what: Literal["confirm", "accept", "leave"]) -> Place:
        """Act on a registration with its secret address. Raises Refused."""
        ...

    async def calendar(self, request: Request, id_: int, token: str) -> bytes:
        """The calendar file of a session. It has the link for registered people only: with the secret address of the
        registration, or signed in. Raises Refused(not_found)."""
        ...

    async def dates(self, token: str) -> bytes:
        """A calendar with all sessions of one person, by a secret address. Raises Refused(not_found)."""
        ...

    def link_of(self, place: Place) -> str:
        """The secret path of a registration."""
        ...
