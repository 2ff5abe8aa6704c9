"""Destinations and waiting alarms in the database, through SQLModel sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict

import msgspec
from sqlalchemy import and_, delete, exists, or_, update
from sqlmodel import col, select

from alarms.adapters.tables import AlarmDestinationRow, WaitingAlarmRow
from alarms.destination import KINDS, AlarmKind, Destination, Raised, Service, Waiting
from storage.newer_rows import readable
from storage.ports import Tx

ERROR_MAX = 500
"""Longer errors are cut to this number of characters."""
_IN_USE = col(AlarmDestinationRow.removed_at).is_(None)
_WAITS = exists().where(col(WaitingAlarmRow.destination) == col(AlarmDestinationRow.id))
_OURS = or_(~_WAITS, _WAITS.where(col(WaitingAlarmRow.kind).in_(KINDS)))
"""Not all that waits for the destination is of kinds of a newer version."""


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
        # Those of kinds of a newer version come last, so that they leave room for the others.
        newer = col(WaitingAlarmRow.kind).not_in(KINDS)
        rows = tx.session.exec(query.order_by(newer, col(WaitingAlarmRow.id)).limit(limit))
        return readable("alarm", ((str(row.id), row) for row in rows), _waiting)

    def waits(self, tx: Tx, destination: str) -> bool:
        query = select(WaitingAlarmRow.id).where(WaitingAlarmRow.destination == destination)
        return tx.session.exec(query.limit(1)).first() is not None

    def forget(self, tx: Tx, ids: Collection[int]) -> None:
        tx.session.connection().execute(delete(WaitingAlarmRow).where(col(WaitingAlarmRow.id).in_(ids)))

    def forget_all(self, tx: Tx, destination: str) -> None:
        waiting = col(WaitingAlarmRow.destination) == destination
        tx.session.connection().execute(delete(WaitingAlarmRow).where(waiting))

    def claim(self, tx: Tx, holder: str, now: int, until: int) -> list[Destination]:
        claimed = col(AlarmDestinationRow.claimed_until)
        due = select(AlarmDestinationRow).where(
            _IN_USE, _OURS, col(AlarmDestinationRow.due_at) <= now, or_(claimed.is_(None), claimed <= now)
        )
        # A process of the newer version takes those that this one cannot read.
        rows = _known(tx.session.exec(due.with_for_update(skip_locked=True)))
        for row in rows:
            row.attempts += 1
            row.claimed_by, row.claimed_until = holder, until
        tx.session.flush()
        return [_destination(row) for row in rows]

    def release(self, tx: Tx, id: str) -> None:
        ours = update(AlarmDestinationRow).where(col(AlarmDestinationRow.id) == id)
        tx.session.connection().execute(ours.values(claimed_by=None, claimed_until=None))

    def delete_removed(self, tx: Tx, before: int) -> None:
        removed = col(AlarmDestinationRow.removed_at) <= before
        tx.session.connection().execute(delete(AlarmDestinationRow).where(removed))

    def next_due(self, tx: Tx, undo_ms: int) -> int | None:
        # In Python: what this process cannot read, and so does not claim, must not wake it again and again.
        waits = and_(col(AlarmDestinationRow.due_at).is_not(None), _OURS)
        query = select(AlarmDestinationRow).where(or_(waits, ~_IN_USE))
        rows = tx.session.exec(query).all()
        removed = [row.removed_at + undo_ms for row in rows if row.removed_at is not None]
        due = [
            max(row.due_at, row.claimed_until or 0)
            for row in _known(row for row in rows if row.removed_at is None)
            if row.due_at is not None
        ]
        return min(removed + due, default=None)


def _readable(rows: Iterable[AlarmDestinationRow]) -> list[Destination]:
    return readable("alarm destination", ((row.id, row) for row in rows), _destination)


def _known(rows: Iterable[AlarmDestinationRow]) -> list[AlarmDestinationRow]:
    """The rows that this version can read."""
    return readable("alarm destination", ((row.id, row) for row in rows), lambda row: (_destination(row), row)[1])


def _destination(row: AlarmDestinationRow) -> Destination:
    values = row.model_dump(exclude={"claimed_by", "claimed_until"})
    kinds = msgspec.convert(row.kinds.split(","), tuple[AlarmKind, ...])
    return Destination(**values | {"kinds": kinds, "service": msgspec.convert(row.service, Service)})


def _waiting(row: WaitingAlarmRow) -> Waiting:
    assert row.id is not None
    kind = msgspec.convert(row.kind, AlarmKind)
    return Waiting(row.id, Raised(kind, row.team, row.since), row.created_at)
