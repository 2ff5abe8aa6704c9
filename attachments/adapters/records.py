"""Implements `attachments.ports.Records` in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, case, delete, func, update
from sqlmodel import col, select

from attachments.adapters.tables import FileRow
from attachments.file import File
from attachments.quotas import Usage
from storage.ports import Tx


class SqlRecords:
    def add(self, tx: Tx, file: File) -> None:
        row = FileRow(
            id=file.id,
            uploader=file.uploader,
            network=file.network,
            name=file.name,
            type=file.type,
            size=file.size,
            sha256=file.sha256,
            created_at=file.created_at,
        )
        tx.session.add(row)
        tx.session.flush()

    def find(self, tx: Tx, id_: str) -> File | None:
        row = tx.session.get(FileRow, id_)
        return _file(row) if row is not None and row.removed_at is None else None

    def locked(self, tx: Tx, ids: Collection[str]) -> dict[str, File]:
        query = select(FileRow).where(col(FileRow.id).in_(ids), col(FileRow.removed_at).is_(None))
        rows = tx.session.exec(query.order_by(col(FileRow.id)).with_for_update()).all()
        return {row.id: _file(row) for row in rows}

    def attach(self, tx: Tx, ids: Collection[str], holder: str, *, staff_only: bool, now: int) -> None:
        tx.session.connection().execute(
            update(FileRow).where(col(FileRow.id).in_(ids)).values(holder=holder, staff_only=staff_only, used_at=now)
        )

    def remove(self, tx: Tx, ids: Collection[str], now: int) -> None:
        tx.session.connection().execute(
            update(FileRow)
            .where(col(FileRow.id).in_(ids), col(FileRow.removed_at).is_(None))
            .values(name="", sha256="", holder=None, removed_at=now)
        )

    def held(self, tx: Tx, holders: Collection[str]) -> Sequence[File]:
        query = select(FileRow).where(col(FileRow.holder).in_(holders)).order_by(col(FileRow.id))
        return [_file(row) for row in tx.session.exec(query)]

    def usage_of_uploader(self, tx: Tx, uploader: str, since: int) -> Usage:
        return _usage(tx, FileRow.uploader == uploader, since)

    def usage_from_network(self, tx: Tx, network: str, since: int) -> Usage:
        return _usage(tx, FileRow.network == network, since)

    def usage_of_unverified(self, tx: Tx, since: int, least: int) -> Usage:
        size = case((col(FileRow.size) < least, least), else_=col(FileRow.size))
        return _usage(tx, col(FileRow.network).is_not(None), since, size)

    def unused(self, tx: Tx, before: int, limit: int) -> Sequence[str]:
        return _attached_to_nothing(tx, col(FileRow.removed_at).is_(None), before, limit)

    def removed(self, tx: Tx, before: int, limit: int) -> Sequence[str]:
        return _attached_to_nothing(tx, col(FileRow.removed_at).is_not(None), before, limit)

    def forget(self, tx: Tx, ids: Collection[str]) -> None:
        tx.session.connection().execute(delete(FileRow).where(col(FileRow.id).in_(ids)))

    def existing(self, tx: Tx, ids: Collection[str]) -> set[str]:
        query = select(FileRow.id).where(col(FileRow.id).in_(ids), col(FileRow.removed_at).is_(None))
        return set(tx.session.exec(query).all())


def _file(row: FileRow) -> File:
    return File(
        id=row.id,
        uploader=row.uploader,
        network=row.network,
        name=row.name,
        type=row.type,
        size=row.size,
        sha256=row.sha256,
        created_at=row.created_at,
        holder=row.holder,
        staff_only=row.staff_only,
    )


def _usage(tx: Tx, which: ColumnElement[bool] | bool, since: int, size: ColumnElement[int] | None = None) -> Usage:
    counted = col(FileRow.size) if size is None else size
    figures = select(func.count(), func.coalesce(func.sum(counted), 0), func.min(FileRow.created_at))
    count, total, first_at = tx.session.exec(figures.where(which, FileRow.created_at > since)).one()
    return Usage(count, int(total), first_at)


def _attached_to_nothing(tx: Tx, which: ColumnElement[bool], before: int, limit: int) -> Sequence[str]:
    return tx.session.exec(
        select(FileRow.id)
        .where(col(FileRow.holder).is_(None), which, FileRow.created_at <= before)
        .order_by(col(FileRow.created_at))
        .limit(limit)
    ).all()
