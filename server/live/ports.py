"""What the live modules ask of each other and of the connections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from chat.adapters.peer import Peer
from chat.frames import Ephemeral
from chat.handover import Lost
from identity.actor import Actor
from storage.ports import Tx


class Here(Protocol):
    """Who is connected."""

    def is_here(self, id_: str, /) -> bool:
        """True while a person with this id (visitor, account or user) is connected."""
        ...


class Telling(Protocol):
    """Sends news to connections. A newer piece of news replaces an unsent one of the same kind and `about`."""

    def to_person(self, person: str, event: Ephemeral, *about: str) -> None:
        """To each connection of a member of staff."""
        ...

    def to_supervisors(self, team: str, event: Ephemeral, *about: str) -> None: ...
    def to_followers(
        self,
        chat: str,
        event: Ephemeral,
        *,
        besides: str | None = None,
        to_staff: bool = True,
        to_customer: bool = True,
    ) -> None:
        """To the connections that follow a chat, except those of the person `besides`."""
        ...

    def withdraw(self, chat: str, kind: type[Ephemeral], /) -> None:
        """Drop what waits of this kind for slow followers of a chat."""
        ...

    async def to_all(self, event: Ephemeral, for_staff: Callable[[Actor], Ephemeral]) -> None:
        """`event` to customers, `for_staff` of each member of staff to them. Others get a turn in between."""
        ...

    def staff_here(self) -> Iterable[tuple[Peer, Actor]]:
        """Every connection of staff, and who it is."""
        ...

    def to_connection(self, peer: Peer, event: Ephemeral, *about: str) -> None: ...


class Writer(Protocol):
    """What of the storage a module needs that only writes."""

    async def write(self, unit: Callable[[Tx], None], /) -> None: ...


class Release(Protocol):
    def release(self, tx: Tx, chat: str, agent: str, why: Lost) -> bool:
        """Inside a transaction: put an agent's chat back into its queue. False if it is not theirs any more."""
        ...
