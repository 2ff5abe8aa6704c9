"""Reads whole tickets for an export, many with a few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import BindParameter, bindparam, select
from sqlmodel import col

from storage.ports import Tx
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketChangeRow, TicketEventRow, TicketRow
from ticketing.events import StoredEvent
from ticketing.ticket import Ticket
from ticketing.views import By, HistoryLine

_NUMBERS = (
    select(col(TicketRow.number))
    .where(col(TicketRow.number) > bindparam("after"))
    .order_by(col(TicketRow.number))
    .limit(bindparam("most"))
)
_OURS: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_EVENTS = (
    select(*(getattr(TicketEventRow, name) for name in ("ticket", "seq", "public_prev", "staff_only", "at", "body")))
    .where(col(TicketEventRow.ticket).in_(_OURS))
    .order_by(col(TicketEventRow.ticket), col(TicketEventRow.seq))
)
_CHANGES = (
    select(
        *(
            getattr(TicketChangeRow, name)
            for name in ("ticket", "at", "by_kind", "by_id", "by_name", "field", "was", "became")
        )
    )
    .where(col(TicketChangeRow.ticket).in_(_OURS))
    .order_by(col(TicketChangeRow.ticket), col(TicketChangeRow.id))
)
_value = msgspec.json.Decoder(str | int | list[str] | None)


@dataclass(frozen=True, slots=True)
class Stored:
    """Tickets in order of their numbers, with their logs and histories by number."""

    tickets: Sequence[Ticket]
    events: dict[int, list[StoredEvent]]
    history: dict[int, list[HistoryLine]]


def after(tx: Tx, number: int, limit: int) -> Stored:
    """The next tickets from `number` + 1 on. None at the end."""
    connection = tx.session.connection()
    numbers = [int(one) for one in connection.execute(_NUMBERS, {"after": number, "most": limit}).scalars() if one]
    if not numbers:
        return Stored((), {}, {})
    ours = {"numbers": numbers}
    events: dict[int, list[StoredEvent]] = {}
    for ticket, *event in connection.execute(_EVENTS, ours):
        events.setdefault(ticket, []).append(StoredEvent(*event))
    history: dict[int, list[HistoryLine]] = {}
    for ticket, at, kind, id_, name, field, was, became in connection.execute(_CHANGES, ours):
        line = HistoryLine(at, By(kind, id_, name), field, _decoded(was), _decoded(became))
        history.setdefault(ticket, []).append(line)
    return Stored(list(SqlStore().find_all(tx, numbers).values()), events, history)


def _decoded(text: str | None) -> str | int | list[str] | None:
    return None if text is None else _value.decode(text)
