"""Interfaces between live modules, and to the connections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from chat.adapters.peer import Peer
from chat.frames.ephemeral import Ephemeral
from chat.handover import Lost
from identity.actor import Actor
from storage.ports import T, Tx


class Here(Protocol):
    """Knows who is connected."""

    def is_here(self, id_: str, /) -> bool:
        """True while a person with this id (visitor, account or user) is connected."""
        ...


class Telling(Protocol):
    """Sends news to connections. If an earlier piece of news with the same kind and the same `about` is not sent yet,
    the new piece replaces it."""

    def to_person(self, person: str, event: Ephemeral, *about: str) -> None:
        """Send to each connection of a staff member."""
        ...

    def to_supervisors(self, team: str, event: Ephemeral, *about: str, only: str | None = None) -> None:
        """Send to the supervisors who see this team, or only to one of them."""
        ...

    def to_followers(
        self,
        chat: str,
        event: Ephemeral,
        *,
        besides: str | None = None,
        to_staff: bool = True,
        to_customer: bool = True,
    ) -> None:
        """Send to the followers of a chat, except the person `besides`."""
        ...

    def withdraw(self, chat: str, kind: type[Ephemeral], /) -> None:
        """Drop unsent news of this kind for followers of a chat."""
        ...

    async def to_all(self, event: Ephemeral, for_staff: Callable[[Actor], Ephemeral]) -> None:
        """Send `event` to all customers, and the result of `for_staff` to each staff member.

        Lets other tasks run in between.
        """
        ...

    def staff_here(self) -> Iterable[tuple[Peer, Actor]]:
        """All staff connections, each with its person."""
        ...

    def to_connection(self, peer: Peer, event: Ephemeral, *about: str) -> None: ...


class Reader(Protocol):
    """The storage for a module that only reads."""

    async def read(self, query: Callable[[Tx], T], /) -> T: ...


class Writer(Protocol):
    """The storage for a module that only writes."""

    async def write(self, unit: Callable[[Tx], None], /) -> None: ...


class Release(Protocol):
    def release(self, tx: Tx, chat: str, agent: str, why: Lost) -> bool:
        """Inside a transaction: requeue an agent's chat. Returns False if the agent no longer has the chat."""
        ...
