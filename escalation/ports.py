"""Interfaces that escalation needs from other packages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from escalation.issue import Link, Source

Tx = TypeVar("Tx")
"""The caller's transaction. Only the store knows its type."""
Tx_contra = TypeVar("Tx_contra", contravariant=True)


class Store(Protocol[Tx_contra]):
    """Links and sources in the database."""

    def links(self, tx: Tx_contra, ticket: int) -> Sequence[Link]:
        """The links of a ticket, oldest first."""
        ...

    def linking(self, tx: Tx_contra, key: str, limit: int, *, lock: bool = False) -> Sequence[Link]:
        """At most `limit` links to the issue with this key, by ticket."""
        ...

    def keep_link(self, tx: Tx_contra, link: Link) -> None:
        """Add the link, or replace the one with the same id."""
        ...

    def remove_link(self, tx: Tx_contra, id: str) -> None: ...

    def sources(self, tx: Tx_contra) -> Sequence[Source]:
        """Oldest first."""
        ...

    def source(self, tx: Tx_contra, id: str) -> Source | None: ...

    def keep_source(self, tx: Tx_contra, source: Source) -> None:
        """Add the source, or replace the one with the same id."""
        ...

    def heard(self, tx: Tx_contra, id: str, at: int) -> None:
        """A message of this source came at this moment."""
        ...

    def remove_source(self, tx: Tx_contra, id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Seals:
    """Encrypts and decrypts the secrets of sources. The first argument is the source's id.

    `open` returns None if the secret was sealed with another value of the setting SECRET.
    """

    seal: Callable[[str, str], str]
    open: Callable[[str, str], str | None]
