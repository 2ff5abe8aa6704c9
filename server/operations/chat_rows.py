"""The chats of tickets in exports and imports: each with the columns of its row, and with its events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct
from sqlalchemy import Boolean, Integer, bindparam, func, insert, select, text
from sqlmodel import col

from chat.adapters.tables import IS_OPEN, IS_OVER, ChatRow, EventRow
from storage.ports import Tx
from storage.row_by_row import row_by_row
from ticketing.size import size_of

_LEFT_OUT = {"last_event", "ticket", "about_ticket", "wrap_up_until"}
"""Columns that mean something at the exporting desk only."""
_COLUMNS = [column.name for column in ChatRow.metadata.tables["chats"].columns if column.name not in _LEFT_OUT]
_FIELDS = {name: ChatRow.model_fields[name] for name in _COLUMNS}
_TYPES = {
    column.name: (
        bool if isinstance(column.type, Boolean) else int if isinstance(column.type, Integer) else str,
        bool(column.nullable),
    )
    for column in ChatRow.metadata.tables["chats"].columns
    if column.name in _FIELDS
}
"""The type of each column, and whether it can be null."""
_INT_MAX = 2**53
_CHATS = (
    select(col(ChatRow.ticket), *(getattr(ChatRow, name) for name in _COLUMNS))
    .where(IS_OVER, col(ChatRow.ticket).in_(bindparam("tickets", expanding=True)))
    .order_by(col(ChatRow.ticket), col(ChatRow.started_at), col(ChatRow.id))
)
_OPEN = (
    select(*(getattr(ChatRow, name) for name in _COLUMNS))
    .where(IS_OPEN, col(ChatRow.id) > bindparam("after"))
    .order_by(col(ChatRow.id))
    .limit(bindparam("most"))
)
_EVENTS = text("""
WITH RECURSIVE back (id, previous) AS (
    SELECT event.id, event.previous FROM chats JOIN events AS event ON event.id = chats.last_event
    WHERE chats.id IN :chats
  UNION ALL
    SELECT event.id, event.previous FROM back JOIN events AS event ON event.id = back.previous
)
SELECT event.chat, event.seq, event.staff_only, event.at, event.body
FROM back JOIN events AS event ON event.id = back.id ORDER BY event.chat, event.seq
""").bindparams(bindparam("chats", expanding=True))
_PRESENT = select(col(ChatRow.id)).where(col(ChatRow.id).in_(bindparam("chats", expanding=True)))
_ADD_CHAT, _ADD_EVENT = insert(ChatRow), insert(EventRow)
_NEXT = text("SELECT nextval(pg_get_serial_sequence('events', 'id')) FROM generate_series(1, :count)")


class ChatEvent(Struct, frozen=True):
    """An event of a chat. `body` is that of its row."""

    seq: Annotated[int, Meta(ge=1, le=_INT_MAX)]
    staff_only: bool
    at: Annotated[int, Meta(ge=0, le=_INT_MAX)]
    body: Raw


class WholeChat(Struct, frozen=True):
    """A closed chat. `row` has the columns of its row by name."""

    row: dict[str, str | int | bool | None]
    events: list[ChatEvent]


class _Typed(Struct, frozen=True):
    type: str
    at: str


_typed = msgspec.json.Decoder(_Typed)


def chats_of(tx: Tx, tickets: Collection[int]) -> dict[int, list[Raw]]:
    """The closed chats of these tickets, oldest first, as JSON."""
    rows = tx.session.connection().execute(_CHATS, {"tickets": list(tickets)}).all()
    events = _events_of(tx, [row.id for row in rows])
    found: dict[int, list[Raw]] = {}
    for ticket, *values in rows:
        whole = _whole(values, events)
        found.setdefault(ticket, []).append(Raw(msgspec.json.encode(whole)))
    return found


def chats_under_way(tx: Tx, after: str, limit: int) -> list[WholeChat]:
    """The next chats that are not over, in the order of their ids."""
    rows = tx.session.connection().execute(_OPEN, {"after": after, "most": limit}).all()
    events = _events_of(tx, [row.id for row in rows])
    return [_whole(row, events) for row in rows]


def _events_of(tx: Tx, chats: Sequence[str]) -> dict[str, list[ChatEvent]]:
    events: dict[str, list[ChatEvent]] = {}
    if chats:
        for chat, seq, staff_only, at, body in row_by_row(tx).execute(_EVENTS, {"chats": chats}):
            events.setdefault(chat, []).append(ChatEvent(seq, bool(staff_only), at, Raw(body.encode())))
    return events


def _whole(values: Iterable[str | int | bool | None], events: Mapping[str, list[ChatEvent]]) -> WholeChat:
    row = dict(zip(_COLUMNS, values, strict=True))
    return WholeChat(row, events.get(str(row["id"]), []))


def chats_in(raws: Sequence[Raw]) -> list[WholeChat]:
    """The chats of a line of an export, with all columns. Raises ValueError for what is no chat, and RecursionError."""
    found = list[WholeChat]()
    for raw in raws:
        chat = msgspec.json.decode(raw, type=WholeChat)
        row = {name: chat.row.get(name, field.get_default()) for name, field in _FIELDS.items()}
        wrong = sorted((chat.row.keys() - row.keys()) | {name for name in row if not _fits(name, row[name])})
        if wrong or row["state"] != "closed":
            raise ValueError(f"a chat has wrong columns: {', '.join(wrong) or 'state'}")
        last = 0
        for event in chat.events:
            _typed.decode(event.body)
            if event.seq <= last:
                raise ValueError("the events of a chat are not in the order of seq")
            last = event.seq
        found.append(WholeChat(row, chat.events))
    return found


def _fits(name: str, value: object) -> bool:
    type_, nullable = _TYPES[name]
    if value is None:
        return nullable
    return type(value) is type_ and (not isinstance(value, int) or 0 <= value <= _INT_MAX)


def present(tx: Tx, chats: Collection[str]) -> set[str]:
    """Those of the ids that a chat here has."""
    return set(tx.session.connection().execute(_PRESENT, {"chats": list(chats)}).scalars()) if chats else set()


def add(tx: Tx, chats: Sequence[tuple[int, WholeChat]]) -> None:
    """Store chats that are not here, each with the number of its ticket."""
    count = sum(len(chat.events) for _, chat in chats)
    if not chats:
        return
    ids, events, rows = iter(_event_ids(tx, count)), list[dict[str, object]](), list[Mapping[str, object]]()
    for ticket, chat in chats:
        previous: int | None = None
        public = size = last = 0
        for event in chat.events:
            body = bytes(event.body).decode()
            events.append(
                {
                    "id": next(ids),
                    "previous": previous,
                    "chat": chat.row["id"],
                    "seq": event.seq,
                    "public_prev": public,
                    "staff_only": event.staff_only,
                    "at": event.at,
                    "body": body,
                }
            )
            previous, last, size = int(str(events[-1]["id"])), event.seq, size + size_of(body)
            public = public if event.staff_only else event.seq
        ends = {"ticket": ticket, "last_event": previous, "last_seq": last, "last_public_seq": public, "size": size}
        rows.append({**chat.row, **ends})
    tx.session.connection().execute(_ADD_CHAT, rows)
    if events:
        tx.session.connection().execute(_ADD_EVENT, events)


def _event_ids(tx: Tx, count: int) -> list[int]:
    connection = tx.session.connection()
    if tx.dialect == "postgresql":
        return [int(number) for number in connection.execute(_NEXT, {"count": count}).scalars()]
    last = connection.execute(select(func.coalesce(func.max(EventRow.id), 0))).scalar() or 0
    return list(range(last + 1, last + 1 + count))
