"""The inboxes of staff. Each method is (part of) the body of a transaction. `now` is in ms since the epoch, UTC."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Generic

from inbox.entry import KEEP_MS, LETTER_AFTER_MS, Entry, LettersWanted, NewEntry
from inbox.ports import Store, Tx

CHUNK = 200
"""Entries that one transaction of a sweep takes."""


class Inbox(Generic[Tx]):
    def __init__(self, store: Store[Tx]) -> None:
        self._store = store

    def tell(self, tx: Tx, entries: Sequence[NewEntry], now: int) -> None:
        """Add entries. Letters about them are due later, if their people want letters."""
        if not entries:
            return
        chosen, usual = self._store.letters_wanted(tx, {entry.person for entry in entries}), LettersWanted()
        due = now + LETTER_AFTER_MS
        with_letters = [
            (entry, due if chosen.get(entry.person, usual).includes(entry.kind) else None) for entry in entries
        ]
        self._store.add(tx, with_letters, now)

    def of(self, tx: Tx, person: str, before: int | None, limit: int, *, unread: bool = False) -> Sequence[Entry]:
        return self._store.of(tx, person, before, limit, unread=unread)

    def find(self, tx: Tx, ids: Collection[int]) -> Sequence[Entry]:
        return self._store.find(tx, ids)

    def read(
        self,
        tx: Tx,
        person: str,
        now: int,
        *,
        ids: Collection[int] | None = None,
        ticket: int | None = None,
        chat: str | None = None,
    ) -> int:
        """Mark entries as read: these, those of a ticket or of a chat, or all. Returns how many were unread."""
        return self._store.read(tx, person, now, ids, ticket, chat)

    def letters_wanted(self, tx: Tx, person: str) -> LettersWanted:
        return self._store.letters_wanted(tx, [person]).get(person, LettersWanted())

    def want_letters(self, tx: Tx, person: str, wanted: LettersWanted) -> None:
        self._store.want_letters(tx, person, wanted)

    def is_due(self, tx: Tx, now: int) -> bool:
        """True if letters are due."""
        return self._store.is_due(tx, now)

    def take_due(self, tx: Tx, now: int) -> Mapping[str, Sequence[int]]:
        """The unread entries whose letters are due, by person. Each entry is returned once."""
        return self._store.take_due(tx, now, CHUNK)

    def forget(self, tx: Tx, now: int) -> bool:
        """Delete old entries. Returns True if there may be more."""
        return self._store.forget(tx, now - KEEP_MS, CHUNK) == CHUNK
