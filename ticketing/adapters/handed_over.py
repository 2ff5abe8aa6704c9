"""Hand-overs to account teams in the database."""

from __future__ import annotations

from sqlalchemy import func, update
from sqlmodel import col, select

from storage.ports import Tx
from ticketing.adapters.tables import HandoverRow
from ticketing.handed_over import HandedOver


def of_ticket(tx: Tx, ticket: int) -> list[HandedOver]:
    """The hand-overs of a ticket, oldest first."""
    rows = tx.session.exec(select(HandoverRow).where(HandoverRow.ticket == ticket).order_by(col(HandoverRow.id)))
    return [_handed_over(row) for row in rows]


def newest(tx: Tx, ticket: int) -> HandedOver | None:
    row = tx.session.exec(
        select(HandoverRow).where(HandoverRow.ticket == ticket).order_by(col(HandoverRow.id).desc()).limit(1)
    ).first()
    return _handed_over(row) if row is not None else None


def sent(tx: Tx, id: int, now: int) -> None:
    """Record that the account team was told about this hand-over, unless it was told before."""
    ours = (col(HandoverRow.id) == id, col(HandoverRow.sent_at).is_(None))
    tx.session.connection().execute(update(HandoverRow).where(*ours).values(sent_at=now))


def acknowledged(tx: Tx, id: int, external_ref: str | None, now: int) -> None:
    """Record that the account team has taken this hand-over, with its reference if it gave one."""
    at = func.coalesce(col(HandoverRow.acknowledged_at), now)
    reference = func.coalesce(external_ref, col(HandoverRow.external_ref))
    tx.session.connection().execute(
        update(HandoverRow).where(col(HandoverRow.id) == id).values(acknowledged_at=at, external_ref=reference)
    )


def _handed_over(row: HandoverRow) -> HandedOver:
    assert row.id is not None
    return HandedOver(
        id=row.id,
        ticket=row.ticket,
        address=row.address,
        created_at=row.created_at,
        sent_at=row.sent_at,
        acknowledged_at=row.acknowledged_at,
        external_ref=row.external_ref,
    )
