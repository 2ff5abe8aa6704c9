"""Tells which records of incoming mail in the database still need the stored bytes of their mails."""

from __future__ import annotations

from sqlalchemy import text, update
from sqlmodel import col, select

from mail.adapters.incoming_tables import DONE_WITH_BYTES, IncomingMailRow
from storage.ports import Tx

_NEEDS = (col(IncomingMailRow.state) != "deleted", col(IncomingMailRow.bytes_removed_at).is_(None))


class SqlNeedsOfBytes:
    """Implements `mail.incoming_ports.NeedsOfBytes` on SQLite and PostgreSQL."""

    def needed(self, tx: Tx, shelf: str) -> set[str]:
        here = (col(IncomingMailRow.digest) >= shelf, col(IncomingMailRow.digest) < f"{shelf}g")
        return set(tx.session.exec(select(IncomingMailRow.digest).where(*here, *_NEEDS)))

    def expire(self, tx: Tx, before: int, now: int, limit: int) -> list[str]:
        query = select(IncomingMailRow.id, IncomingMailRow.digest).where(text(DONE_WITH_BYTES))
        query = query.where(col(IncomingMailRow.done_at) < before).order_by(col(IncomingMailRow.done_at)).limit(limit)
        found = tx.session.exec(query).all()
        expired = update(IncomingMailRow).where(col(IncomingMailRow.id).in_([id_ for id_, _ in found]))
        tx.session.connection().execute(expired.values(bytes_removed_at=now))
        return [digest for _, digest in found]
