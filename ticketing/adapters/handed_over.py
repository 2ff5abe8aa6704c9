"""Hand-overs to account teams in the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from sqlalchemy import delete, update
from sqlmodel import col, select

from storage.ports import Tx
from ticketing.adapters.tables import HandoverLinkRow, HandoverRow
from ticketing.handed_over import KEPT_MS, AcknowledgedBy, HandedOver, Link

_FORGOTTEN_AT_ONCE = 200
_BY: Mapping[str, AcknowledgedBy] = {by: by for by in get_args(AcknowledgedBy)}


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
    """Record that this hand-over was sent to the account team at `now`. If a time is recorded already, it stays."""
    ours = (col(HandoverRow.id) == id, col(HandoverRow.sent_at).is_(None))
    tx.session.connection().execute(update(HandoverRow).where(*ours).values(sent_at=now))


def acknowledged(tx: Tx, id: int, by: AcknowledgedBy, external_ref: str | None, now: int) -> None:
    """Record that the account team acknowledged this hand-over. `external_ref`: the account team's own reference, if it
    gave one.

    If the hand-over was acknowledged before, at most the reference changes.
    """
    acknowledge_once(tx, id, by, now)
    if external_ref is not None:
        one = update(HandoverRow).where(col(HandoverRow.id) == id)
        tx.session.connection().execute(one.values(external_ref=external_ref))


def acknowledge_once(tx: Tx, id: int, by: AcknowledgedBy, now: int) -> bool:
    """Record that the account team acknowledged this hand-over. Returns False and changes nothing if this was recorded
    before."""
    one = update(HandoverRow).where(col(HandoverRow.id) == id, col(HandoverRow.acknowledged_at).is_(None))
    # Of two transactions, only one changes it.
    changed = one.values(acknowledged_at=now, acknowledged_by=by).returning(col(HandoverRow.id))
    return tx.session.connection().execute(changed).first() is not None


def add_link(tx: Tx, link: Link) -> None:
    """Store a link. Also delete some links that are older than KEPT_MS, if there are any."""
    old = select(HandoverLinkRow.hash).where(HandoverLinkRow.created_at < link.created_at - KEPT_MS)
    tx.session.execute(delete(HandoverLinkRow).where(col(HandoverLinkRow.hash).in_(old.limit(_FORGOTTEN_AT_ONCE))))
    tx.session.add(HandoverLinkRow(hash=link.hash, handover=link.handover, created_at=link.created_at))
    tx.session.flush()


def of_link(tx: Tx, hash: str) -> tuple[Link, HandedOver] | None:
    """The link with this fingerprint, and its hand-over. None if there is no such link."""
    query = select(HandoverLinkRow, HandoverRow).join(HandoverRow, col(HandoverRow.id) == HandoverLinkRow.handover)
    found = tx.session.exec(query.where(HandoverLinkRow.hash == hash)).first()
    if found is None:
        return None
    row, handover = found
    return Link(hash=row.hash, handover=row.handover, created_at=row.created_at), _handed_over(handover)


def _handed_over(row: HandoverRow) -> HandedOver:
    assert row.id is not None
    return HandedOver(
        id=row.id,
        ticket=row.ticket,
        client=row.client,
        address=row.address,
        created_at=row.created_at,
        sent_at=row.sent_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=_BY.get(row.acknowledged_by) if row.acknowledged_by is not None else None,
        external_ref=row.external_ref,
    )
