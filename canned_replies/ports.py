"""Interfaces that canned replies need from the database."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, TypeVar

from canned_replies.reply import CannedReply, Scope

Tx = TypeVar("Tx")
"""The caller's transaction. Only the store knows its type."""
Tx_contra = TypeVar("Tx_contra", contravariant=True)


class Store(Protocol[Tx_contra]):
    """Canned replies, with their texts and uses. `since` is a day (days since the epoch, UTC): uses count from it."""

    def readable(self, tx: Tx_contra, staff: str, teams: Collection[str] | None, since: int) -> list[CannedReply]:
        """The replies of everybody, of the teams (None: of all teams), and of the staff member `staff`."""
        ...

    def find(self, tx: Tx_contra, id: str, since: int, *, lock: bool) -> CannedReply | None:
        """A reply. With `lock`, no other transaction can change it; a transaction that only reads cannot lock."""
        ...

    def count(self, tx: Tx_contra, scope: Scope, holder: str) -> int: ...

    def add(self, tx: Tx_contra, reply: CannedReply) -> bool:
        """Store a new reply. Returns False if its scope and holder have one with this shortcut."""
        ...

    def change(self, tx: Tx_contra, reply: CannedReply) -> bool:
        """Store a changed reply. Returns False if its scope and holder have another one with this shortcut."""
        ...

    def remove(self, tx: Tx_contra, id: str) -> None: ...

    def count_use(self, tx: Tx_contra, id: str, day: int, now: int, before: int) -> None:
        """Count a use on `day`, and forget the uses on days earlier than `before`."""
        ...
