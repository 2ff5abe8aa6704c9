"""Destinations and waiting alarms in the database, through SQLModel sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict

import msgspec
from sqlalchemy import case, delete, func, or_, update
from sqlmodel import col, select

from alarms.adapters.tables import AlarmDestinationRow, WaitingAlarmRow
from alarms.destination import AlarmKind, Destination, Raised, Service, Waiting
from storage.newer_rows import readable
from storage.ports import Tx

ERROR_MAX = 500
"""Longer errors are cut to this number of characters."""
_IN_USE = col(AlarmDestinationRow.removed_at).is_(None)


class SqlStore:
    """Implements `alarms.ports.Store` on SQLite and PostgreSQL."""

    def destinations(self, tx: Tx, *, lock: bool = False) -> list[Destination]:
        query = select(AlarmDestinationRow).where(_IN_USE)
        query = query.order_by(col(AlarmDestinationRow.created_at), col(AlarmDestinationRow.id))
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return _readable(tx.session.exec(query))

    def find(self, tx: Tx, id: str) -> Destination | None:
        query = select(AlarmDestinationRow).where(AlarmDestinationRow.id == id)
        row = tx.session.exec(query.with_for_update().execution_options(populate_existing=True)).first()
        return next(iter(_readable([row])), None) if row is not None else None

    def keep(self, tx: Tx, destination: Destination) -> None:
        values = asdict(destination) | {
            "kinds": ",".join(destination.kinds),
            "error": destination.error and destination.error[:ERROR_MAX],
        }
        row = tx.session.get(AlarmDestinationRow, destination.id)
        if row is None:
            tx.session.add(AlarmDestinationRow(**values))
        else:
            row.sqlmodel_update(values)
        tx.session.flush()

    def add_waiting(self, tx: Tx, destination: str, alarm: Raised, now: int) -> None:
        tx.session.add(
            WaitingAlarmRow(
                destination=destination, kind=alarm.kind, team=alarm.team, since=alarm.since, created_at=now
            )
        )
        tx.session.flush()

    def waiting(self, tx: Tx, destination: str, limit: int) -> list[Waiting]:
        query = select(WaitingAlarmRow).where(WaitingAlarmRow.destination == destination)
        rows = tx.session.exec(query.order_by(col(WaitingAlarmRow.id)).limit(limit))
        return readable("alarm", ((str(row.id), row) for row in rows), _waiting)

    def forget(self, tx: Tx, ids: Collection[int]) -> None:
        tx.session.connection().execute(delete(WaitingAlarmRow).where(col(WaitingAlarmRow.id).in_(ids)))

    def claim(self, tx: Tx, holder: str, now: int, until: int) -> list[Destination]:
        claimed = col(AlarmDestinationRow.claimed_until)
        due = select(AlarmDestinationRow).where(
            _IN_USE, col(AlarmDestinationRow.due_at) <= now, or_(claimed.is_(None), claimed <= now)
        )
        rows = tx.session.exec(due.with_for_update(skip_locked=True)).all()
        for row in rows:
            row.attempts += 1
            row.claimed_by, row.claimed_until = holder, until
        tx.session.flush()
        return _readable(rows)

    def release(self, tx: Tx, id: str) -> None:
        ours = update(AlarmDestinationRow).where(col(AlarmDestinationRow.id) == id)
        tx.session.connection().execute(ours.values(claimed_by=None, claimed_until=None))

    def delete_removed(self, tx: Tx, before: int) -> None:
        removed = col(AlarmDestinationRow.removed_at) <= before
        tx.session.connection().execute(delete(AlarmDestinationRow).where(removed))

    def next_due(self, tx: Tx, undo_ms: int) -> int | None:
        due_at, until = col(AlarmDestinationRow.due_at), col(AlarmDestinationRow.claimed_until)
        removed_at = col(AlarmDestinationRow.removed_at)
        first = case((removed_at.is_not(None), removed_at + undo_ms), (until > due_at, until), else_=due_at)
        found: int | None = tx.session.exec(select(func.min(first))).one()
        return found


def _readable(rows: Iterable[AlarmDestinationRow]) -> list[Destination]:
    return readable("alarm destination", ((row.id, row) for row in rows), _destination)


def _destination(row: AlarmDestinationRow) -> Destination:
    values = row.model_dump(exclude={"claimed_by", "claimed_until"})
    kinds = msgspec.convert(row.kinds.split(","), tuple[AlarmKind, ...])
    return Destination(**values | {"kinds": kinds, "service": msgspec.convert(row.service, Service)})


def _waiting(row: WaitingAlarmRow) -> Waiting:
    assert row.id is not None
    kind = msgspec.convert(row.kind, AlarmKind)
    return Waiting(row.id, Raised(kind, row.team, row.since), row.created_at)
