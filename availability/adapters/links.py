"""The links and runs of incidents in the database: `availability.link_ports.Links` on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict

import msgspec
from sqlalchemy import func, select, update
from sqlmodel import col

from availability.adapters.tables import IncidentRunRow, IncidentTicketRow
from availability.link import Link, LinkState, Run, RunKind
from storage.ports import Tx
from storage.upsert import insert_into


class SqlLinks:
    def add(self, tx: Tx, link: Link) -> bool:
        insert = insert_into(tx, IncidentTicketRow).values(asdict(link)).on_conflict_do_nothing()
        return tx.session.connection().execute(insert.returning(col(IncidentTicketRow.ticket))).first() is not None

    def of_person(self, tx: Tx, person: str, incidents: Collection[int]) -> Mapping[int, int]:
        if not incidents:
            return {}
        query = select(IncidentTicketRow).where(
            col(IncidentTicketRow.incident).in_(sorted(incidents)), col(IncidentTicketRow.person) == person
        )
        return {row.incident: row.ticket for row in tx.session.scalars(query)}

    def waiting(self, tx: Tx, incident: int, states: Collection[LinkState], limit: int) -> list[Link]:
        query = select(IncidentTicketRow).where(
            col(IncidentTicketRow.incident) == incident, col(IncidentTicketRow.state).in_(sorted(states))
        )
        ordered = query.order_by(col(IncidentTicketRow.ticket)).limit(limit)
        return [msgspec.convert(row, Link, from_attributes=True) for row in tx.session.scalars(ordered)]

    def counts(self, tx: Tx, incident: int) -> Mapping[LinkState, int]:
        query = select(col(IncidentTicketRow.state), func.count()).where(col(IncidentTicketRow.incident) == incident)
        grouped = tx.session.connection().execute(query.group_by(col(IncidentTicketRow.state)))
        return msgspec.convert({row[0]: row[1] for row in grouped}, dict[LinkState, int])

    def put_state(self, tx: Tx, incident: int, ticket: int, state: LinkState, reason: str, now: int) -> None:
        of_it = (col(IncidentTicketRow.incident) == incident, col(IncidentTicketRow.ticket) == ticket)
        changed = update(IncidentTicketRow).where(*of_it).values(state=state, reason=reason, updated_at=now)
        tx.session.connection().execute(changed)

    def retry(self, tx: Tx, incident: int, now: int) -> None:
        left = (col(IncidentTicketRow.incident) == incident, col(IncidentTicketRow.state).in_(["refused", "not_fixed"]))
        changed = update(IncidentTicketRow).where(*left).values(state="linked", reason="", updated_at=now)
        tx.session.connection().execute(changed)

    def put_run(self, tx: Tx, run: Run) -> None:
        values = asdict(run)
        insert = insert_into(tx, IncidentRunRow).values(values)
        changed = {name: insert.excluded[name] for name in values if name not in ("incident", "kind")}
        put = insert.on_conflict_do_update(index_elements=["incident", "kind"], set_=changed)
        tx.session.connection().execute(put)

    def run(self, tx: Tx, incident: int, kind: RunKind, *, lock: bool = False) -> Run | None:
        query = select(IncidentRunRow).where(col(IncidentRunRow.incident) == incident, col(IncidentRunRow.kind) == kind)
        row = tx.session.scalars(query.with_for_update() if lock else query).one_or_none()
        return _run(row) if row is not None else None

    def running(self, tx: Tx) -> list[Run]:
        query = select(IncidentRunRow).where(col(IncidentRunRow.state) == "running")
        return [_run(row) for row in tx.session.scalars(query.order_by(col(IncidentRunRow.started_at)))]

    def runs(self, tx: Tx, incident: int) -> list[Run]:
        query = select(IncidentRunRow).where(col(IncidentRunRow.incident) == incident)
        return [_run(row) for row in tx.session.scalars(query.order_by(col(IncidentRunRow.started_at)))]


def _run(row: IncidentRunRow) -> Run:
    return msgspec.convert(row, Run, from_attributes=True)
