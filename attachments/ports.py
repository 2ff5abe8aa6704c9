"""Interfaces that attachments need from other packages.

`Tx` is the caller's transaction, opaque here. Moments are in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, BinaryIO, Protocol, TypeAlias

from attachments.file import File
from attachments.quotas import Usage
from identity.actor import Actor

Tx: TypeAlias = Any
"""A transaction. Only adapters know what it is."""


class Readers(Protocol):
    """Decides who may read a chat or ticket, and therefore its files."""

    def may_read(self, tx: Tx, holder: str, actor: Actor) -> bool:
        """True if `actor` may read `holder`: `chat:ID`, `ticket:NUMBER`, `article:ID` or `reply:ID`."""
        ...


class Records(Protocol):
    """The records of files. The record of a removed file has no name, digest or holder, but still counts toward quotas
    until it is a day old."""

    def add(self, tx: Tx, file: File) -> None: ...

    def find(self, tx: Tx, id_: str) -> File | None:
        """The record of a file; None for an unknown or removed file."""
        ...

    def locked(self, tx: Tx, ids: Collection[str]) -> dict[str, File]:
        """The files with these ids, by id. Ids of files that do not exist are left out. The files stay locked until the
        transaction ends."""
        ...

    def attach(self, tx: Tx, ids: Collection[str], holder: str, *, staff_only: bool, now: int) -> None: ...

    def remove(self, tx: Tx, ids: Collection[str], now: int) -> None: ...

    def held(self, tx: Tx, holders: Collection[str]) -> Sequence[File]:
        """The files of these holders, in the order in which they were uploaded."""
        ...

    def usage_of_uploader(self, tx: Tx, uploader: str, since: int) -> Usage: ...

    def usage_from_network(self, tx: Tx, network: str, since: int) -> Usage: ...

    def usage_of_unverified(self, tx: Tx, since: int, least: int) -> Usage:
        """Uploads by all unverified people. Each file counts as at least `least` bytes."""
        ...

    def unused(self, tx: Tx, before: int, limit: int) -> Sequence[str]:
        """At most `limit` ids of files that were uploaded at `before` or earlier and are attached to nothing, oldest
        first."""
        ...

    def removed(self, tx: Tx, before: int, limit: int) -> Sequence[str]:
        """At most `limit` ids of removed files that were uploaded at `before` or earlier."""
        ...

    def forget(self, tx: Tx, ids: Collection[str]) -> None:
        """Delete the records of removed files completely."""
        ...

    def existing(self, tx: Tx, ids: Collection[str]) -> set[str]:
        """The ids among `ids` whose file exists and was not removed."""
        ...


class Blobs(Protocol):
    """The contents of files, each under its id: a UUID in lower case, made by the program.

    Every method blocks. Raises OSError if the storage cannot be written or read, ValueError for a malformed id.
    """

    def save(self, id_: str, content: bytes) -> None:
        """Store the content. Once this returns, the content survives a power failure."""
        ...

    def open(self, id_: str) -> BinaryIO | None:
        """The content, which the caller closes; None if there is none."""
        ...

    def remove(self, id_: str) -> None: ...

    def ids(self) -> Iterator[str]:
        """The ids of all contents, including half-written ones."""
        ...
