"""Links and sources in the database, through SQLModel sessions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlmodel import col, select

from escalation.adapters.tables import IssueLinkRow, IssueSourceRow
from escalation.issue import KINDS, STATES, Issue, Kind, Link, Source
from storage.ports import Tx


class SqlStore:
    """Implements `escalation.ports.Store` on SQLite and PostgreSQL."""

    def links(self, tx: Tx, ticket: int) -> Sequence[Link]:
        query = select(IssueLinkRow).where(IssueLinkRow.ticket == ticket)
        rows = tx.session.exec(query.order_by(col(IssueLinkRow.added_at), col(IssueLinkRow.id)))
        return [_link(row) for row in rows]

    def linking(self, tx: Tx, key: str, limit: int, *, lock: bool = False) -> Sequence[Link]:
        query = select(IssueLinkRow).where(IssueLinkRow.issue == key).order_by(col(IssueLinkRow.ticket)).limit(limit)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return [_link(row) for row in tx.session.exec(query)]

    def keep_link(self, tx: Tx, link: Link) -> None:
        tx.session.merge(
            IssueLinkRow(
                id=link.id,
                ticket=link.ticket,
                issue=link.issue.key,
                kind=link.issue.kind,
                url=link.issue.url,
                label=link.issue.label,
                added_by=link.added_by,
                added_at=link.added_at,
                state=link.state,
                status=link.status,
                version=link.version,
                changed_at=link.changed_at,
            )
        )
        tx.session.flush()

    def remove_link(self, tx: Tx, id: str) -> None:
        tx.session.connection().execute(delete(IssueLinkRow).where(col(IssueLinkRow.id) == id))

    def sources(self, tx: Tx) -> Sequence[Source]:
        query = select(IssueSourceRow).order_by(col(IssueSourceRow.created_at), col(IssueSourceRow.id))
        return [_source(row) for row in tx.session.exec(query)]

    def source(self, tx: Tx, id: str) -> Source | None:
        row = tx.session.get(IssueSourceRow, id)
        return _source(row) if row is not None else None

    def keep_source(self, tx: Tx, source: Source) -> None:
        tx.session.merge(
            IssueSourceRow(
                id=source.id,
                kind=source.kind,
                url=source.url,
                secret=source.secrets[0],
                previous_secret=source.secrets[1] if len(source.secrets) > 1 else None,
                previous_until=source.previous_until,
                created_at=source.created_at,
                heard_at=source.heard_at,
            )
        )
        tx.session.flush()

    def heard(self, tx: Tx, id: str, at: int) -> None:
        tx.session.connection().execute(update(IssueSourceRow).where(col(IssueSourceRow.id) == id).values(heard_at=at))

    def remove_source(self, tx: Tx, id: str) -> None:
        tx.session.connection().execute(delete(IssueSourceRow).where(col(IssueSourceRow.id) == id))


def _link(row: IssueLinkRow) -> Link:
    return Link(
        id=row.id,
        ticket=row.ticket,
        issue=Issue(_kind(row.kind), row.url, row.label, row.issue),
        added_by=row.added_by,
        added_at=row.added_at,
        state=next(one for one in STATES if one == row.state),
        status=row.status,
        version=row.version,
        changed_at=row.changed_at,
    )


def _source(row: IssueSourceRow) -> Source:
    secrets = (row.secret,) if row.previous_secret is None else (row.secret, row.previous_secret)
    return Source(row.id, _kind(row.kind), row.url, secrets, row.previous_until, row.created_at, row.heard_at)


def _kind(text: str) -> Kind:
    return next(one for one in KINDS if one == text)
