"""Interfaces that the learning center needs.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is part of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from learning.catalogue import Plan, Resource, SessionKind, Topic
from learning.places import VideoPlace
from learning.playlist import Playlist
from learning.sessions import Registrant, Registration, Seats, Session, Standing

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""

Letter: TypeAlias = Literal[
    "session_confirm",
    "session_registered",
    "session_waiting",
    "session_offer",
    "session_free",
    "session_reminder",
    "session_moved",
    "session_cancelled",
    "session_left",
    "session_recording",
]
"""`session_free`: a place is free in the last two hours, for whoever confirms first. `session_left`: the person gave up
the place."""


class Shelf(Protocol):
    """Topics, resources and plans."""

    def put_topic(self, tx: Tx, topic: Topic) -> None:
        """Store a topic, which replaces the one with the same source."""
        ...

    def put_resource(self, tx: Tx, resource: Resource, now: int) -> int:
        """Store a resource, which replaces the one with the same source. Returns its id, which never changes."""
        ...

    def put_plan(self, tx: Tx, plan: Plan, now: int) -> int:
        """Like `put_resource`."""
        ...

    def topics(self, tx: Tx) -> list[Topic]:
        """All topics, in the order of the page."""
        ...

    def resources(self, tx: Tx) -> list[Resource]:
        """All resources, withdrawn ones too, in the order of the page."""
        ...

    def plans(self, tx: Tx) -> list[Plan]:
        """All plans, withdrawn ones too, in the order of the page."""
        ...


class Playlists(Protocol):
    def add(self, tx: Tx, playlist: Playlist) -> None: ...

    def find(self, tx: Tx, id_: str, *, lock: bool = False) -> Playlist | None: ...

    def put(self, tx: Tx, playlist: Playlist) -> None:
        """Store the changed playlist."""
        ...

    def remove(self, tx: Tx, id_: str) -> None: ...

    def of(self, tx: Tx, owners: Collection[str]) -> list[Playlist]:
        """The playlists of these owners. The one changed last comes first."""
        ...

    def give(self, tx: Tx, before: str, owner: str) -> None:
        """Give the playlists of one owner to another."""
        ...


class ProgressStore(Protocol):
    def done(self, tx: Tx, persons: Collection[str]) -> Mapping[str, int]:
        """The times at which a person finished things, by their keys. `persons` are the ids of one person."""
        ...

    def finish(self, tx: Tx, person: str, key: str, now: int) -> None:
        """Keep that the person has finished this. An earlier time stays."""
        ...

    def undo(self, tx: Tx, persons: Collection[str], key: str) -> None: ...


class Places(Protocol):
    """The places of persons in videos."""

    def of(self, tx: Tx, persons: Collection[str]) -> Mapping[int, VideoPlace]:
        """The places of one person by article, oldest first. `persons` are the ids of the person."""
        ...

    def put(self, tx: Tx, person: str, place: VideoPlace) -> None:
        """Keep the place, instead of an earlier one in the same article."""
        ...

    def remove(self, tx: Tx, persons: Collection[str], articles: Collection[int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A session with its places."""

    session: Session
    seats: Seats


Attachment: TypeAlias = Literal["playlist", "session", "request"]
"""`playlist` and `session`: training that staff attached to a ticket. `request`: the ticket asks for a training."""


class SuggestedStore(Protocol):
    """The training of tickets: at most one of each kind."""

    def put(self, tx: Tx, ticket: int, kind: Attachment, key: str, by: str, now: int) -> None:
        """Attach it, in place of an earlier one of the same kind."""
        ...

    def of(self, tx: Tx, ticket: int) -> Mapping[Attachment, str]:
        """The keys by kind."""
        ...

    def remove(self, tx: Tx, ticket: int, kinds: Collection[Attachment]) -> None: ...


class Sessions(Protocol):
    def add(self, tx: Tx, session: Session) -> int: ...

    def put(self, tx: Tx, session: Session) -> None: ...

    def turn(self, tx: Tx, id_: int, turn: int) -> None:
        """Keep the last turn that was given to a registration."""
        ...

    def find(self, tx: Tx, id_: int, *, lock: bool = False) -> Session | None:
        """With `lock`, no other transaction changes the session or its places until this one ends."""
        ...

    def by_source(self, tx: Tx, source: str) -> Session | None: ...

    def next_of(self, tx: Tx, series: str, now: int) -> Session | None:
        """The first planned session of a series that has not ended. None if there is none."""
        ...

    def seats(self, tx: Tx, session: Session) -> Seats: ...

    def between(self, tx: Tx, since: int, until: int, kind: SessionKind | None, limit: int) -> list[Listed]:
        """The sessions that begin in this time, earliest first, cancelled ones too."""
        ...

    def recorded(self, tx: Tx, limit: int) -> list[Session]:
        """The past sessions with a recording, newest first."""
        ...

    def to_settle(self, tx: Tx, now: int, limit: int) -> list[int]:
        """The ids of future sessions with an expired offer, or with both free places and people who wait."""
        ...

    def to_tell(self, tx: Tx, now: int, limit: int) -> list[Session]:
        """The sessions that were moved or cancelled, and whose registered people are not all told."""
        ...

    def told(self, tx: Tx, id_: int, sequence: int) -> None:
        """Everybody has been told of the changes up to `sequence`."""
        ...


class Registrations(Protocol):
    def add(self, tx: Tx, session: int, who: Registrant, standing: Standing, turn: int, now: int) -> Registration: ...

    def find(self, tx: Tx, id_: int) -> Registration | None: ...

    def of_address(self, tx: Tx, session: int, address: str) -> Registration | None:
        """The registration with this address, in lower case, cancelled ones too."""
        ...

    def put(self, tx: Tx, registration: Registration) -> None: ...

    def of_person(self, tx: Tx, persons: Collection[str], since: int) -> list[tuple[Registration, Session]]:
        """The registrations of one person that are not cancelled, for sessions that end after `since`."""
        ...

    def of_session(self, tx: Tx, session: int, after: int, limit: int) -> list[Registration]:
        """Registrations with ids above `after`, by id."""
        ...

    def waiting(self, tx: Tx, session: int, limit: int) -> list[Registration]:
        """The first people on the waiting list."""
        ...

    def ahead(self, tx: Tx, registration: Registration) -> int:
        """How many people are before this one on the waiting list."""
        ...

    def expired(self, tx: Tx, session: int, now: int) -> list[Registration]:
        """The offers that have ended unanswered."""
        ...

    def without_notice(
        self, tx: Tx, session: int, standings: Collection[Standing], key: str, before: int, limit: int
    ) -> list[Registration]:
        """Registrations from before the moment `before` that have not got the notice `key`."""
        ...

    def notice(self, tx: Tx, registration: int, key: str, now: int) -> bool:
        """Keep that this notice goes out. False if it was kept before."""
        ...

    def forget_unconfirmed(self, tx: Tx, before: int, limit: int) -> int:
        """Remove registrations whose address was not confirmed since the moment `before`. Returns their number."""
        ...


class Letters(Protocol):
    def send(self, tx: Tx, kind: Letter, registration: Registration, who: Registrant | None = None) -> None:
        """Queue a letter. `who` is given for an address that is not confirmed."""
        ...


class Announcing(Protocol):
    def session(self, tx: Tx, session: Session, now: int) -> None:
        """Tell followers of a new session, and let searches find its series while it has a date to come."""
        ...

    def resource(self, tx: Tx, resource: Resource, now: int) -> None:
        """Put a resource into the search. A withdrawn one leaves it."""
        ...
