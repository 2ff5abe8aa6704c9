"""The time zones that customers' browsers told."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func
from sqlmodel import col, select

from chat.adapters.tables import IS_OVER, ChatRow
from storage.ports import Tx

CHATS_MAX = 5_000
"""Chats that are looked at: the last ones that were closed."""


def customer_zones(tx: Tx, since: int, teams: Collection[str] | None) -> dict[str, int]:
    """How many of the last chats came from each time zone, the most frequent zone first. Only chats that were closed
    since `since`, in `teams` (None: in all teams). A name may be of no zone: browsers tell it."""
    last = (
        select(ChatRow.timezone, ChatRow.team)
        .where(IS_OVER, col(ChatRow.closed_at) >= since)
        .order_by(col(ChatRow.closed_at).desc())
        .limit(CHATS_MAX)
        .subquery()
    )
    number = func.count()
    query = select(last.c.timezone, number).where(last.c.timezone.is_not(None)).group_by(last.c.timezone)
    if teams is not None:
        query = query.where(last.c.team.in_(sorted(teams)))
    return dict(tx.session.exec(query.order_by(number.desc(), last.c.timezone)).all())
