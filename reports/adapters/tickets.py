"""Reads tickets and their histories. The only module of reports that reads the tables of `ticketing`."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import and_, bindparam, select
from sqlmodel import col

from reports.adapters.tables import CountedTicketRow
from reports.sources import TicketLine, TicketNow
from storage.ports import Tx
from ticketing.adapters.tables import TicketChangeRow, TicketRow

_COUNTED_AS_IT_IS = and_(
    col(CountedTicketRow.ticket) == col(TicketRow.number), col(CountedTicketRow.version) == col(TicketRow.version)
)
_DUE = (
    select(col(TicketRow.updated_at), col(TicketRow.number))
    .outerjoin(CountedTicketRow, _COUNTED_AS_IT_IS)
    .where(col(TicketRow.updated_at) >= bindparam("since"), col(CountedTicketRow.ticket).is_(None))
    .order_by(col(TicketRow.updated_at), col(TicketRow.number))
    .limit(bindparam("most"))
)
_AFTER = (
    select(col(TicketRow.number))
    .where(col(TicketRow.number) > bindparam("after"))
    .order_by(col(TicketRow.number))
    .limit(bindparam("most"))
)
_TICKETS = select(
    *(
        getattr(TicketRow, name).label(name)
        for name in (
            "number",
            "version",
            "status",
            "with_",
            "team",
            "product",
            "channel",
            "assignee",
            "client",
            "resolution",
            "rating",
            "created_at",
        )
    )
).where(col(TicketRow.number).in_(bindparam("numbers", expanding=True)))
_LINES = (
    select(
        col(TicketChangeRow.ticket),
        col(TicketChangeRow.at),
        col(TicketChangeRow.field),
        col(TicketChangeRow.was),
        col(TicketChangeRow.became),
        col(TicketChangeRow.by_kind),
        col(TicketChangeRow.by_id),
    )
    .where(
        col(TicketChangeRow.ticket).in_(bindparam("numbers", expanding=True)),
        col(TicketChangeRow.field).in_(("status", "with", "team", "assignee", "product", "resolution")),
    )
    .order_by(col(TicketChangeRow.ticket), col(TicketChangeRow.id))
)


def due(tx: Tx, since: int, limit: int) -> list[tuple[int, int]]:
    rows = tx.session.connection().execute(_DUE, {"since": since, "most": limit})
    return [(row.updated_at, row.number) for row in rows]


def after(tx: Tx, number: int, limit: int) -> list[int]:
    rows = tx.session.connection().execute(_AFTER, {"after": number, "most": limit})
    return [row.number for row in rows]


def tickets(tx: Tx, numbers: Collection[int], void_reviewed: Collection[int]) -> list[TicketNow]:
    connection, asked = tx.session.connection(), {"numbers": sorted(numbers)}
    lines: dict[int, list[TicketLine]] = {}
    for ticket, at, field, was, became, by_kind, by_id in connection.execute(_LINES, asked):
        by = by_id or "" if by_kind == "staff" else ""
        lines.setdefault(ticket, []).append(TicketLine(at, field, _text(was), _text(became), by))
    return [
        TicketNow(
            number=row.number,
            version=row.version,
            status=row.status,
            with_product=row.with_ == "product",
            team=row.team,
            product=row.product or "",
            channel=row.channel,
            assignee=row.assignee or "",
            client=row.client or "",
            code=row.resolution or "",
            rating=row.rating,
            void_reviewed=row.number in void_reviewed,
            created_at=row.created_at,
            lines=tuple(lines.get(row.number, ())),
        )
        for row in connection.execute(_TICKETS, asked)
    ]


def _text(value: str | None) -> str:
    found = msgspec.json.decode(value) if value is not None else ""
    return found if isinstance(found, str) else ""
