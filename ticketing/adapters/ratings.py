"""Reads how customers rated chats."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlmodel import col

from storage.ports import Tx
from ticketing.adapters.tables import TicketRow

_RATED = select(col(TicketRow.number), col(TicketRow.rating)).where(
    col(TicketRow.created_at) >= bindparam("since"), col(TicketRow.rating).is_not(None)
)


def rated_since(tx: Tx, since: int) -> dict[int, int]:
    """The ratings of the tickets that were created at `since` or later, by ticket number. Tickets without a rating are
    missing."""
    rated = tx.session.connection().execute(_RATED, {"since": since})
    return {number: rating for number, rating in rated if number is not None and rating is not None}
