"""Interfaces that canned replies need from the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, TypeVar

from canned_replies.reply import CannedReply, ReplyFile, Scope
from identity.actor import Actor

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


class Files(Protocol[Tx_contra]):
    """The files of canned replies."""

    def of(self, tx: Tx_contra, replies: Collection[str]) -> Mapping[str, Sequence[ReplyFile]]:
        """The files by the id of their reply."""
        ...

    def keep(self, tx: Tx_contra, by: Actor, reply: str, ids: Sequence[str], now: int) -> Sequence[ReplyFile]:
        """Give the reply these files and no others. The ids are of uploads of `by`, or of files that the reply has.
        Raises Refused(invalid) with the field `files`."""
        ...


class NoFiles(Files[object]):
    """For a program that keeps no files."""

    def of(self, tx: object, replies: Collection[str]) -> Mapping[str, Sequence[ReplyFile]]:
        return {}

    def keep(self, tx: object, by: Actor, reply: str, ids: Sequence[str], now: int) -> Sequence[ReplyFile]:
        return ()
