"""The rows of files: who uploaded what, how much in a day, and what it hangs on.

A file is added unused, taken once, and discarded: what is left of it then is what the quota of the day counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, delete, func, update
from sqlmodel import col, select

from attachments.adapters.tables import FileRow
from storage.ports import Tx


@dataclass(frozen=True, slots=True)
class Usage:
    """What somebody uploaded since a moment; `first_at` is the moment of the first, None where there is none."""

    count: int
    size: int
    first_at: int | None


def add(tx: Tx, row: FileRow) -> None:
    """Keep a new file, unused."""
    tx.session.add(row)
    tx.session.flush()


def find(tx: Tx, id: str) -> FileRow | None:
    """A file that is there; None for one that was removed as well."""
    row = tx.session.get(FileRow, id)
    return row if row is not None and row.removed_at is None else None


def locked(tx: Tx, ids: Collection[str]) -> dict[str, FileRow]:
    """Those of these files that are there, by id, as nobody else takes them until the transaction ends."""
    query = select(FileRow).where(col(FileRow.id).in_(ids), col(FileRow.removed_at).is_(None))
    rows = tx.session.exec(query.order_by(col(FileRow.id)).with_for_update()).all()
    return {row.id: row for row in rows}


def usage_of_uploader(tx: Tx, uploader: str, since: int) -> Usage:
    """What one person uploaded after `since`, removed or not."""
    return _usage(tx, FileRow.uploader == uploader, since)


def usage_from_network(tx: Tx, network: str, since: int) -> Usage:
    """What came from one network after `since`, removed or not."""
    return _usage(tx, FileRow.network == network, since)


def usage_of_unproven(tx: Tx, since: int, least: int) -> Usage:
    """What came from all networks together after `since`, removed or not; each file counts as `least` bytes or more."""
    size = case((col(FileRow.size) < least, least), else_=col(FileRow.size))
    return _usage(tx, col(FileRow.network).is_not(None), since, size)


def _usage(tx: Tx, theirs: ColumnElement[bool] | bool, since: int, size: ColumnElement[int] | None = None) -> Usage:
    counted = col(FileRow.size) if size is None else size
    figures = select(func.count(), func.coalesce(func.sum(counted), 0), func.min(FileRow.created_at))
    count, total, first_at = tx.session.exec(figures.where(theirs, FileRow.created_at > since)).one()
    return Usage(count, int(total), first_at)


def discard(tx: Tx, ids: Collection[str], now: int) -> None:
    """What they were called, what is in them and what they hang on is known no more."""
    tx.session.connection().execute(
        update(FileRow)
        .where(col(FileRow.id).in_(ids), col(FileRow.removed_at).is_(None))
        .values(name="", sha256="", holder=None, removed_at=now)
    )


def unused(tx: Tx, before: int, limit: int) -> Sequence[str]:
    """The ids of those that were uploaded at `before` or earlier and hang on nothing, oldest first."""
    return tx.session.exec(
        select(FileRow.id)
        .where(col(FileRow.holder).is_(None), col(FileRow.removed_at).is_(None), FileRow.created_at <= before)
        .order_by(col(FileRow.created_at))
        .limit(limit)
    ).all()


def removed(tx: Tx, before: int, limit: int) -> Sequence[str]:
    """The ids of those that were removed, and uploaded at `before` or earlier: no quota counts them any more."""
    return tx.session.exec(
        select(FileRow.id)
        .where(col(FileRow.holder).is_(None), col(FileRow.removed_at).is_not(None), FileRow.created_at <= before)
        .order_by(col(FileRow.created_at))
        .limit(limit)
    ).all()


def forget(tx: Tx, ids: Collection[str]) -> None:
    """Nothing at all is left of these."""
    tx.session.connection().execute(delete(FileRow).where(col(FileRow.id).in_(ids)))


def there(tx: Tx, ids: Collection[str]) -> set[str]:
    """Which of these ids belong to a file that is there."""
    query = select(FileRow.id).where(col(FileRow.id).in_(ids), col(FileRow.removed_at).is_(None))
    return set(tx.session.exec(query).all())
