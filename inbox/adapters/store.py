"""Inboxes in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, insert, update
from sqlmodel import col, select

from inbox.adapters.tables import InboxEntryRow, InboxLettersRow
from inbox.entry import KINDS, Entry, LettersWanted, NewEntry
from storage.ports import Tx
from storage.upsert import insert_into


class SqlInbox:
    """Implements `inbox.ports.Store` on SQLite and PostgreSQL."""

    def add(self, tx: Tx, entries: Sequence[tuple[NewEntry, int | None]], at: int) -> None:
        rows = [
            {
                "person": entry.person,
                "kind": entry.kind,
                "ticket": entry.ticket,
                "chat": entry.chat,
                "seq": entry.seq,
                "author": entry.author,
                "status": entry.status,
                "at": at,
                "letter_at": due,
            }
            for entry, due in entries
        ]
        tx.session.connection().execute(insert(InboxEntryRow), rows)

    def of(self, tx: Tx, person: str, before: int | None, limit: int, *, unread: bool) -> Sequence[Entry]:
        id_ = col(InboxEntryRow.id)
        query = select(InboxEntryRow).where(InboxEntryRow.person == person)
        if before is not None:
            query = query.where(id_ < before)
        if unread:
            query = query.where(col(InboxEntryRow.read_at).is_(None))
        return [_entry(row) for row in tx.session.exec(query.order_by(id_.desc()).limit(limit))]

    def find(self, tx: Tx, ids: Collection[int]) -> Sequence[Entry]:
        id_ = col(InboxEntryRow.id)
        return [_entry(row) for row in tx.session.exec(select(InboxEntryRow).where(id_.in_(ids)).order_by(id_))]

    def read(
        self, tx: Tx, person: str, at: int, ids: Collection[int] | None, ticket: int | None, chat: str | None
    ) -> int:
        marked = update(InboxEntryRow).where(col(InboxEntryRow.person) == person, col(InboxEntryRow.read_at).is_(None))
        if ids is not None:
            marked = marked.where(col(InboxEntryRow.id).in_(ids))
        if ticket is not None:
            marked = marked.where(col(InboxEntryRow.ticket) == ticket)
        if chat is not None:
            marked = marked.where(col(InboxEntryRow.chat) == chat)
        return tx.session.connection().execute(marked.values(read_at=at, letter_at=None)).rowcount

    def letters_wanted(self, tx: Tx, people: Collection[str]) -> Mapping[str, LettersWanted]:
        rows = tx.session.exec(select(InboxLettersRow).where(col(InboxLettersRow.person).in_(people)))
        return {row.person: LettersWanted(row.mentions, row.follows) for row in rows}

    def want_letters(self, tx: Tx, person: str, wanted: LettersWanted) -> None:
        values = {"mentions": wanted.mentions, "follows": wanted.follows}
        chosen = insert_into(tx, InboxLettersRow).values(person=person, **values)
        tx.session.connection().execute(chosen.on_conflict_do_update(index_elements=["person"], set_=values))

    def is_due(self, tx: Tx, now: int) -> bool:
        due = select(InboxEntryRow.id).where(col(InboxEntryRow.letter_at) <= now).limit(1)
        return tx.session.exec(due).first() is not None

    def take_due(self, tx: Tx, now: int, limit: int) -> Mapping[str, Sequence[int]]:
        due, id_ = col(InboxEntryRow.letter_at), col(InboxEntryRow.id)
        rows = tx.session.exec(
            select(InboxEntryRow.id, InboxEntryRow.person).where(due <= now).order_by(due).limit(limit)
        ).all()
        found: dict[str, list[int]] = {}
        for id, person in rows:
            assert id is not None
            found.setdefault(person, []).append(id)
        taken = [id for ids in found.values() for id in ids]
        if taken:
            tx.session.connection().execute(update(InboxEntryRow).where(id_.in_(taken)).values(letter_at=None))
        return found

    def forget(self, tx: Tx, before: int, limit: int) -> int:
        old = select(InboxEntryRow.id).where(InboxEntryRow.at < before).limit(limit)
        ids = list(tx.session.exec(old))
        if ids:
            tx.session.connection().execute(delete(InboxEntryRow).where(col(InboxEntryRow.id).in_(ids)))
        return len(ids)


def _entry(row: InboxEntryRow) -> Entry:
    assert row.id is not None
    kind = next(kind for kind in KINDS if kind == row.kind)
    return Entry(row.id, row.person, kind, row.ticket, row.chat, row.seq, row.author, row.status, row.at, row.read_at)
