"""Small stand-ins for what live classes are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chat.adapters.peer import Peer
from chat.frames.ephemeral import Ephemeral
from identity.actor import Actor
from storage.ports import StorageUnavailable, Tx


class FakeWriter:
    """`server.live.ports.Writer` that counts units and runs none. Number `fails_at` raises StorageUnavailable."""

    def __init__(self, fails_at: int = 0) -> None:
        self.units = 0
        self._fails_at = fails_at

    async def write(self, unit: Callable[[Tx], None]) -> None:
        self.units += 1
        if self.units == self._fails_at:
            raise StorageUnavailable("no answer")


class FakeTelling:
    """`server.live.ports.Telling` that keeps what it is told, as (to whom, event)."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Ephemeral]] = []

    def to_person(self, person: str, event: Ephemeral, *about: str) -> None:
        self.told.append((person, event))

    def to_supervisors(self, team: str, event: Ephemeral, *about: str, only: str | None = None) -> None:
        self.told.append((only or f"supervisors of {team}", event))

    def to_followers(
        self,
        chat: str,
        event: Ephemeral,
        *,
        besides: str | None = None,
        to_staff: bool = True,
        to_customer: bool = True,
    ) -> None:
        self.told.append((f"followers of {chat}", event))

    def withdraw(self, chat: str, kind: type[Ephemeral]) -> None:
        self.told = [(to, event) for to, event in self.told if (to, type(event)) != (f"followers of {chat}", kind)]

    async def to_all(self, event: Ephemeral, for_staff: Callable[[Actor], Ephemeral]) -> None:
        self.told.append(("all", event))

    def staff_here(self) -> Iterable[tuple[Peer, Actor]]:
        return ()

    def to_connection(self, peer: Peer, event: Ephemeral, *about: str) -> None:
        self.told.append((peer.person, event))
