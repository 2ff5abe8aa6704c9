"""The open tickets of an assignee."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import col, select

from storage.ports import Tx
from ticketing.adapters.tables import TicketRow

_OPEN = col(TicketRow.status) != "solved"


def open_by_team(tx: Tx, assignee: str) -> dict[str, int]:
    """The number of unsolved tickets that are assigned to `assignee`, by team. Teams without such a ticket are
    missing."""
    count = select(TicketRow.team, func.count()).where(TicketRow.assignee == assignee, _OPEN)
    return dict(tx.session.exec(count.group_by(col(TicketRow.team))).all())


def open_outside(tx: Tx, assignee: str, teams: frozenset[str] | None, limit: int) -> list[int]:
    """The numbers of at most `limit` unsolved tickets that are assigned to `assignee`, lowest first. Tickets of `teams`
    are left out. If `teams` is None, no ticket is left out."""
    held = select(TicketRow.number).where(TicketRow.assignee == assignee, _OPEN)
    if teams is not None:
        held = held.where(col(TicketRow.team).not_in(teams))
    return [number for number in tx.session.exec(held.order_by(col(TicketRow.number)).limit(limit)) if number]
