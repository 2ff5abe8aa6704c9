"""Interfaces that the sending of alarms needs from other packages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from alarms.destination import Destination, Raised, Waiting

Tx = Any
"""The caller's transaction. Only the store knows its type."""


class Store(Protocol):
    """Destinations and waiting alarms in the database."""

    def destinations(self, tx: Tx, *, lock: bool = False) -> list[Destination]:
        """The destinations that are not removed, oldest first. With `lock`, no other transaction can change them."""
        ...

    def find(self, tx: Tx, id: str) -> Destination | None:
        """The destination, even if it is removed. No other transaction can change it."""
        ...

    def keep(self, tx: Tx, destination: Destination) -> None:
        """Add the destination, or replace the one with the same id. A lease on it stays."""
        ...

    def add_waiting(self, tx: Tx, destination: str, alarm: Raised, now: int) -> None: ...

    def waiting(self, tx: Tx, destination: str, limit: int) -> list[Waiting]:
        """The alarms that wait, oldest first. Those that only a newer version can read are left out."""
        ...

    def waits(self, tx: Tx, destination: str) -> bool:
        """True if any alarm waits, be it one that only a newer version can read."""
        ...

    def forget(self, tx: Tx, ids: Collection[int]) -> None:
        """Delete waiting alarms."""
        ...

    def forget_all(self, tx: Tx, destination: str) -> None:
        """Delete all alarms that wait for the destination."""
        ...

    def claim(self, tx: Tx, holder: str, now: int, until: int) -> list[Destination]:
        """Lease the destinations that are due to `holder` until `until`. Claiming counts as an attempt. Destinations
        are left to a newer version if only it can read them, or all alarms that wait for them."""
        ...

    def release(self, tx: Tx, id: str) -> None:
        """End the lease on a destination."""
        ...

    def delete_removed(self, tx: Tx, before: int) -> None:
        """Delete the destinations that were removed at `before` or earlier."""
        ...

    def next_due(self, tx: Tx, undo_ms: int) -> int | None:
        """The earliest moment at which a destination is due without a lease, or was removed `undo_ms` ago."""
        ...


@dataclass(frozen=True, slots=True)
class Seals:
    """Encrypts and decrypts addresses. The first argument of `seal` and `open` is the id of the destination."""

    seal: Callable[[str, str], str]
    open: Callable[[str, str], str | None]
    """Returns None if the address was sealed with another value of the setting SECRET."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claimed destination with its readable address, and the alarms to send to it."""

    destination: Destination
    address: str
    waiting: Sequence[Waiting] = ()
