"""Reads incidents. The only module of reports that reads the tables of `availability`."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlmodel import col

from availability.adapters.tables import IncidentRow
from clock import rfc3339, rfc3339_or_none
from reports.overview import IncidentShown
from storage.ports import Tx

SHOWN = 100
"""The most incidents in a report."""


def incidents(tx: Tx, begins: int, ends: int) -> list[IncidentShown]:
    """The incidents that overlap the time from `begins` to `ends`, oldest first."""
    row = IncidentRow
    query = (
        select(col(row.title), col(row.began_at), col(row.resolved_at))
        .where(col(row.began_at) < ends, or_(col(row.resolved_at).is_(None), col(row.resolved_at) > begins))
        .order_by(col(row.began_at), col(row.id))
        .limit(SHOWN)
    )
    return [
        IncidentShown(title, rfc3339(began_at), rfc3339_or_none(resolved_at))
        for title, began_at, resolved_at in tx.session.connection().execute(query)
    ]
