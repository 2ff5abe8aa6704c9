"""System availability in the database: `availability.ports.Store` on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from typing import TypeAlias

import msgspec
from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlmodel import col

from availability.adapters.tables import (
    ComponentIntervalRow,
    ComponentRow,
    IncidentRow,
    IncidentUpdateRow,
    MaintenanceRow,
)
from availability.board import Component
from availability.incident import Incident, Update
from availability.intervals import Cause, Interval
from availability.maintenance import Maintenance
from storage.ports import Tx
from storage.upsert import insert_into

_Row: TypeAlias = ComponentRow | IncidentRow | IncidentUpdateRow | MaintenanceRow
_components = msgspec.json.Decoder(tuple[int, ...])


class SqlAvailability:
    # -- components -------------------------------------------------------------------------

    def components(self, tx: Tx, *, retired: bool = False) -> list[Component]:
        query = select(ComponentRow).order_by(col(ComponentRow.position), col(ComponentRow.id))
        if not retired:
            query = query.where(col(ComponentRow.retired).is_(False))
        return [msgspec.convert(row, Component, from_attributes=True) for row in tx.session.scalars(query)]

    def put_component(self, tx: Tx, component: Component) -> int:
        return _put(tx, ComponentRow, _values(component))

    # -- intervals --------------------------------------------------------------------------

    def intervals(self, tx: Tx, since: int) -> list[Interval]:
        return _intervals(
            tx, or_(col(ComponentIntervalRow.ended_at).is_(None), col(ComponentIntervalRow.ended_at) > since)
        )

    def of_cause(self, tx: Tx, cause: Cause, cause_id: int) -> list[Interval]:
        return _intervals(tx, _of(cause, cause_id))

    def of_incidents(self, tx: Tx, incidents: Collection[int]) -> Mapping[int, list[Interval]]:
        found: dict[int, list[Interval]] = defaultdict(list)
        if incidents:
            of_these = col(ComponentIntervalRow.cause_id).in_(sorted(incidents))
            for one in _intervals(tx, col(ComponentIntervalRow.cause) == "incident", of_these):
                found[one.cause_id].append(one)
        return found

    def set_intervals(self, tx: Tx, cause: Cause, cause_id: int, intervals: Sequence[Interval]) -> None:
        tx.session.connection().execute(delete(ComponentIntervalRow).where(_of(cause, cause_id)))
        for interval in intervals:
            self.add_interval(tx, interval)

    def add_interval(self, tx: Tx, interval: Interval) -> None:
        tx.session.connection().execute(insert_into(tx, ComponentIntervalRow).values(asdict(interval)))

    def end_manual(self, tx: Tx, component: int, now: int) -> None:
        still = col(ComponentIntervalRow.ended_at).is_(None)
        change = update(ComponentIntervalRow).where(_of("manual", component), still).values(ended_at=now)
        tx.session.connection().execute(change)

    # -- incidents --------------------------------------------------------------------------

    def add_incident(self, tx: Tx, incident: Incident, by: str | None) -> int:
        return _put(tx, IncidentRow, {**_values(incident), "by": by})

    def put_incident(self, tx: Tx, incident: Incident) -> None:
        _put(tx, IncidentRow, _values(incident))

    def incident(self, tx: Tx, id_: int, *, lock: bool = False) -> Incident | None:
        query = select(IncidentRow).where(col(IncidentRow.id) == id_)
        row = tx.session.scalars(query.with_for_update() if lock else query).one_or_none()
        return _incident(row) if row is not None else None

    def incidents(self, tx: Tx, *, open_only: bool, since: int, limit: int) -> list[Incident]:
        running = col(IncidentRow.resolved_at).is_(None)
        wanted = running if open_only else or_(running, col(IncidentRow.resolved_at) > since)
        query = select(IncidentRow).where(wanted).order_by(col(IncidentRow.began_at).desc(), col(IncidentRow.id).desc())
        return [_incident(row) for row in tx.session.scalars(query.limit(limit))]

    def last_resolved(self, tx: Tx) -> int | None:
        query = select(col(IncidentRow.resolved_at)).where(col(IncidentRow.resolved_at).is_not(None))
        return tx.session.scalars(query.order_by(col(IncidentRow.resolved_at).desc()).limit(1)).first()

    def add_update(self, tx: Tx, update: Update) -> int:
        return _put(tx, IncidentUpdateRow, _values(update))

    def updates(self, tx: Tx, incidents: Collection[int]) -> Mapping[int, list[Update]]:
        found: dict[int, list[Update]] = defaultdict(list)
        if incidents:
            query = select(IncidentUpdateRow).where(col(IncidentUpdateRow.incident).in_(sorted(incidents)))
            for row in tx.session.scalars(query.order_by(col(IncidentUpdateRow.id).desc())):
                found[row.incident].append(msgspec.convert(row, Update, from_attributes=True))
        return found

    # -- maintenance ------------------------------------------------------------------------

    def put_maintenance(self, tx: Tx, maintenance: Maintenance, by: str | None) -> int:
        components = msgspec.json.encode(maintenance.components).decode()
        return _put(tx, MaintenanceRow, {**_values(maintenance), "components": components, "by": by})

    def maintenance(self, tx: Tx, id_: int, *, lock: bool = False) -> Maintenance | None:
        query = select(MaintenanceRow).where(col(MaintenanceRow.id) == id_)
        row = tx.session.scalars(query.with_for_update() if lock else query).one_or_none()
        return _maintenance(row) if row is not None else None

    def maintenances(self, tx: Tx, since: int, limit: int) -> list[Maintenance]:
        query = select(MaintenanceRow).where(col(MaintenanceRow.ends_at) > since)
        ordered = query.order_by(col(MaintenanceRow.starts_at), col(MaintenanceRow.id)).limit(limit)
        return [_maintenance(row) for row in tx.session.scalars(ordered)]


def _of(cause: Cause, cause_id: int) -> ColumnElement[bool]:
    return (col(ComponentIntervalRow.cause) == cause) & (col(ComponentIntervalRow.cause_id) == cause_id)


def _intervals(tx: Tx, *where: ColumnElement[bool]) -> list[Interval]:
    query = select(ComponentIntervalRow).where(*where).order_by(col(ComponentIntervalRow.id))
    return [msgspec.convert(row, Interval, from_attributes=True) for row in tx.session.scalars(query)]


def _incident(row: IncidentRow) -> Incident:
    return msgspec.convert(row, Incident, from_attributes=True)


def _maintenance(row: MaintenanceRow) -> Maintenance:
    values = {field.name: getattr(row, field.name) for field in fields(Maintenance)}
    return msgspec.convert({**values, "components": _components.decode(row.components)}, Maintenance)


def _values(thing: Component | Incident | Update | Maintenance) -> dict[str, object]:
    return {name: value for name, value in asdict(thing).items() if name != "id" or value}


def _put(tx: Tx, table: type[_Row], values: Mapping[str, object]) -> int:
    """Insert a row, or change the one with this id, if there is an id. Returns the id."""
    id_ = values.get("id")
    if isinstance(id_, int):
        changed = {name: value for name, value in values.items() if name not in ("id", "by")}
        tx.session.connection().execute(update(table).where(col(table.id) == id_).values(changed))
        return id_
    insert = insert_into(tx, table).values(values).returning(col(table.id))
    return int(tx.session.connection().execute(insert).scalar_one() or 0)
