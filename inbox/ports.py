"""The interface to stored inboxes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, TypeVar

from inbox.entry import Entry, LettersWanted, NewEntry

Tx = TypeVar("Tx")
"""The caller's transaction."""
Tx_contra = TypeVar("Tx_contra", contravariant=True)


class Store(Protocol[Tx_contra]):
    def add(self, tx: Tx_contra, entries: Sequence[tuple[NewEntry, int | None]], at: int) -> None:
        """Add entries, each with the time at which its letter is due. None: there is no letter."""
        ...

    def of(self, tx: Tx_contra, person: str, before: int | None, limit: int, *, unread: bool) -> Sequence[Entry]:
        """Entries of this person with ids below `before`, newest first."""
        ...

    def find(self, tx: Tx_contra, ids: Collection[int]) -> Sequence[Entry]:
        """These entries, oldest first."""
        ...

    def read(
        self, tx: Tx_contra, person: str, at: int, ids: Collection[int] | None, ticket: int | None, chat: str | None
    ) -> int:
        """Mark unread entries of this person as read: these, those of a ticket or a chat, or all if nothing is given.

        They cause no letter any more. Returns their number.
        """
        ...

    def letters_wanted(self, tx: Tx_contra, people: Collection[str]) -> Mapping[str, LettersWanted]:
        """The choices of these people. People who chose nothing are missing."""
        ...

    def want_letters(self, tx: Tx_contra, person: str, wanted: LettersWanted) -> None: ...

    def is_due(self, tx: Tx_contra, now: int) -> bool:
        """True if letters are due."""
        ...

    def take_due(self, tx: Tx_contra, now: int, limit: int) -> Mapping[str, Sequence[int]]:
        """The ids of entries whose letters are due, by person. They are not due any more."""
        ...

    def forget(self, tx: Tx_contra, before: int, limit: int) -> int:
        """Delete up to `limit` entries from before this time. Returns their number."""
        ...
