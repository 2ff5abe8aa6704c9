"""The health of email addresses, in the database."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import bindparam, or_, text, update
from sqlmodel import col, select

from mail.adapters.tables import UNSETTLED, AddressHealthRow
from mail.health import Health, State
from storage.ports import Tx
from storage.upsert import insert_into

_COMING_BACK = select(AddressHealthRow.address).where(
    col(AddressHealthRow.address).in_(bindparam("addresses", expanding=True)), AddressHealthRow.state == "bounced"
)


class SqlHealths:
    """Implements `mail.ports.Healths` on SQLite and PostgreSQL."""

    def of(self, tx: Tx, address: str, *, lock: bool = False) -> Health | None:
        row = self._row(tx, address, lock=lock)
        return _health(row) if row is not None else None

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> set[str]:
        if not addresses:
            return set()
        return set(tx.session.connection().execute(_COMING_BACK, {"addresses": list(addresses)}).scalars())

    def put(self, tx: Tx, health: Health) -> None:
        row = self._row(tx, health.address)
        came_back = row is not None and row.state == "bounced"
        values = {name: getattr(health, name) for name in ("address", "state", "since", "at", "count", "why")}
        insert = insert_into(tx, AddressHealthRow).values(**values, unsettled=came_back != health.comes_back)
        changed: dict[str, object] = {name: insert.excluded[name] for name in values if name != "address"}
        changed["unsettled"] = or_(col(AddressHealthRow.unsettled), insert.excluded.unsettled)
        tx.session.connection().execute(insert.on_conflict_do_update(index_elements=["address"], set_=changed))

    def unsettled(self, tx: Tx, limit: int) -> list[str]:
        query = select(AddressHealthRow.address).where(text(UNSETTLED)).order_by(col(AddressHealthRow.at)).limit(limit)
        return list(tx.session.exec(query))

    def settle(self, tx: Tx, address: str) -> None:
        ours = col(AddressHealthRow.address) == address
        tx.session.connection().execute(update(AddressHealthRow).where(ours).values(unsettled=False))

    def _row(self, tx: Tx, address: str, *, lock: bool = False) -> AddressHealthRow | None:
        query = select(AddressHealthRow).where(AddressHealthRow.address == address)
        if lock:
            query = query.with_for_update()
        return tx.session.exec(query.execution_options(populate_existing=True)).first()


def _health(row: AddressHealthRow) -> Health:
    return Health(
        address=row.address,
        state=msgspec.convert(row.state, State),
        since=row.since,
        at=row.at,
        count=row.count,
        why=row.why,
    )
