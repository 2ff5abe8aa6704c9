"""Counts and lists tickets that are not solved. Reads the table of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal_column, or_, select
from sqlmodel import col

from reports.asking import Asked
from reports.backlog import Ageing, BacklogPart, backlog_of, of_teams
from storage.ports import Tx
from ticketing.adapters.tables import AT_WORK, TicketRow

_STATUS = case(
    (and_(col(TicketRow.status) == "open", col(TicketRow.with_) == "product"), "with_product"),
    else_=col(TicketRow.status),
)


def counts(tx: Tx, asked: Asked, ageings: Sequence[Ageing]) -> list[BacklogPart]:
    """The tickets that are not solved now. The period of `asked` is ignored."""
    found: list[tuple[str, int, int]] = []
    for ageing in of_teams(ageings, asked.teams):
        status, age = _STATUS.label("state"), _age(ageing).label("age")
        query = select(status, age, func.count()).where(*_wanted(asked, ageing)).group_by(status, age)
        found += [(row[0], row[1], row[2]) for row in tx.session.connection().execute(query)]
    return backlog_of(found)


def listed(
    asked: Asked, ageings: Sequence[Ageing], status: str | None, age: int | None
) -> tuple[Select[Any], Select[int]]:
    """Two queries: the tickets that are not solved now, oldest first, and their number. `status` and `age` (a class of
    ages) limit both."""
    of_each = [
        and_(*_wanted(asked, one), *([] if age is None else [_age(one) == age]))
        for one in of_teams(ageings, asked.teams)
    ]
    wanted: list[ColumnElement[bool]] = [or_(false(), *of_each), *([] if status is None else [status == _STATUS])]
    rows: Select[Any] = select(
        col(TicketRow.number).label("ticket"),
        col(TicketRow.created_at).label("at"),
        col(TicketRow.team),
        func.coalesce(col(TicketRow.assignee), "").label("agent"),
        func.coalesce(col(TicketRow.product), "").label("product"),
    ).where(*wanted)
    return rows.order_by(col(TicketRow.created_at), col(TicketRow.number)), select(func.count()).where(*wanted)


def _age(ageing: Ageing) -> ColumnElement[int]:
    """The class of the ticket's age."""
    created = col(TicketRow.created_at)
    return case(*((created >= edge, place) for place, edge in enumerate(ageing.edges)), else_=len(ageing.edges))


def _wanted(asked: Asked, ageing: Ageing) -> list[ColumnElement[bool]]:
    row = TicketRow
    found: list[ColumnElement[bool]] = [literal_column(AT_WORK), col(row.team).in_(ageing.teams)]
    if asked.agent is not None:
        found.append(col(row.assignee) == asked.agent)
    if asked.products:
        found.append(col(row.product).in_(asked.products))
    if asked.channels:
        found.append(col(row.channel).in_(asked.channels))
    return found
