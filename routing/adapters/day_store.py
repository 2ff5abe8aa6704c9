"""Stores changes of an agent's capacity or teams that apply for one day only. All functions run inside a unit of
work."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET, Struct, UnsetType, json
from sqlmodel import col, select

from routing.adapters.store import lock_agent
from routing.adapters.tables import DayChangeRow
from storage.ports import Tx


class Values(Struct, frozen=True, omit_defaults=True):
    """Capacity and teams of an agent. A value that was not changed is unset."""

    capacity: int | UnsetType = UNSET
    teams: list[str] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class DayChange:
    staff: str
    until: int
    was: Values
    became: Values


def of(tx: Tx, staff: str) -> DayChange | None:
    row = tx.session.get(DayChangeRow, staff)
    return None if row is None else _change(row)


def put(tx: Tx, change: DayChange, by: str, by_name: str, now: int) -> None:
    """Store a change, in place of an earlier one of the same agent."""
    was, became = json.encode(change.was).decode(), json.encode(change.became).decode()
    row = DayChangeRow(staff=change.staff, until=change.until, was=was, became=became, by=by, at=now)
    tx.session.merge(row)
    _mark(tx, change.staff, by_name)


def remove(tx: Tx, staff: str) -> None:
    row = tx.session.get(DayChangeRow, staff)
    if row is not None:
        tx.session.delete(row)
    _mark(tx, staff, None)


def due(tx: Tx, now: int) -> list[DayChange]:
    """The changes whose day is over at `now`, ordered by the agent's id."""
    over = select(DayChangeRow).where(DayChangeRow.until <= now).order_by(col(DayChangeRow.staff))
    return [_change(row) for row in tx.session.exec(over)]


def _mark(tx: Tx, staff: str, by_name: str | None) -> None:
    agent = lock_agent(tx, staff)
    if agent is not None:
        agent.today_by = by_name
    tx.session.flush()


def _change(row: DayChangeRow) -> DayChange:
    return DayChange(row.staff, row.until, json.decode(row.was, type=Values), json.decode(row.became, type=Values))
