"""Reads the states of agents. The only module of reports that reads the tables of `routing`."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from reports.timeline import AgentState
from routing.adapters.tables import AgentStateRow
from storage.ports import Tx

_OF = select(
    col(AgentStateRow.at),
    col(AgentStateRow.status),
    col(AgentStateRow.reason),
    col(AgentStateRow.connected),
    col(AgentStateRow.capacity),
).where(col(AgentStateRow.staff) == bindparam("staff"))
_BETWEEN = _OF.where(col(AgentStateRow.at) >= bindparam("begins"), col(AgentStateRow.at) < bindparam("ends")).order_by(
    col(AgentStateRow.at), col(AgentStateRow.id)
)
_BEFORE = (
    _OF.where(col(AgentStateRow.at) < bindparam("begins"))
    .order_by(col(AgentStateRow.at).desc(), col(AgentStateRow.id).desc())
    .limit(1)
)


_STAFF = select(col(AgentStateRow.staff)).distinct()
_FIRST = select(func.min(col(AgentStateRow.at)))
_LATER = select(func.max(col(AgentStateRow.id)), func.min(col(AgentStateRow.at))).where(
    col(AgentStateRow.id) > bindparam("after")
)
_LAST = select(func.max(col(AgentStateRow.id)))


def staff(tx: Tx) -> list[str]:
    """The ids of all agents who ever had a state."""
    return sorted(tx.session.connection().execute(_STAFF).scalars())


def first_at(tx: Tx) -> int | None:
    """The time of the first state of all. None if there is none."""
    return tx.session.connection().execute(_FIRST).scalar()


def last(tx: Tx) -> int:
    """The number of the state that was stored last. 0 if there is none."""
    return tx.session.connection().execute(_LAST).scalar() or 0


def stored_after(tx: Tx, number: int) -> tuple[int, int] | None:
    """The number of the state that was stored last, and the earliest time of all states that were stored after the one
    with this number. None if there are none."""
    newest, earliest = tx.session.connection().execute(_LATER, {"after": number}).one()
    return None if newest is None else (newest, earliest)


def states(tx: Tx, staff: str, begins: int, ends: int) -> list[AgentState]:
    """The last state of an agent that began before `begins`, then all states that began from `begins` until just before
    `ends`, oldest first."""
    connection, asked = tx.session.connection(), {"staff": staff, "begins": begins}
    rows = [*connection.execute(_BEFORE, asked), *connection.execute(_BETWEEN, asked | {"ends": ends})]
    return [AgentState(row.at, row.status, row.reason, row.connected, row.capacity) for row in rows]
