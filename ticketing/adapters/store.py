"""Tickets in the database, by SQLModel sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlmodel import col, select

from identity.actor import Actor
from storage.ports import Tx
from ticketing.adapters.tables import TicketChangeRow, TicketRow
from ticketing.listing import Filters, Place, Scope, Sort
from ticketing.ticket import Change, Requester, Ticket
from ticketing.views import By, Line

_DUPLICATES = 0x7469636B
"""The advisory lock that makes duplicates one at a time on PostgreSQL; SQLite has one writer anyway."""

_SAME = (
    "status", "with_", "external_ref", "workaround", "finding", "resolution", "team", "product", "subject", "client",
    "assignee", "channel", "chat", "created_at", "updated_at", "waiting_since", "solved_at", "closed_at",
    "reopen_until", "duplicate_of", "follow_up_of", "version",
)  # fmt: skip
"""The columns that are called like the properties that they hold."""
_ONE_OF = ("status", "team", "resolution", "product", "channel", "assignee", "requester")
"""The filters that may have several values, called like their columns."""


class SqlStore:
    """`ticketing.ports.Store` on either database."""

    def add(self, tx: Tx, ticket: Ticket) -> int:
        row = TicketRow(**_columns(ticket))
        tx.session.add(row)
        tx.session.flush()
        assert row.number is not None
        return row.number

    def find(self, tx: Tx, number: int, *, lock: bool = False) -> Ticket | None:
        query = select(TicketRow).where(TicketRow.number == number)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        row = tx.session.exec(query).first()
        return _ticket(row) if row is not None else None

    def of_chat(self, tx: Tx, chat: str) -> int | None:
        return tx.session.exec(select(TicketRow.number).where(TicketRow.chat == chat)).first()

    def save(self, tx: Tx, ticket: Ticket) -> None:
        row = tx.session.get_one(TicketRow, ticket.number)
        for name, value in _columns(ticket).items():
            setattr(row, name, value)
        tx.session.flush()

    def record(self, tx: Tx, number: int, changes: Sequence[Change], by: Actor, at: int) -> None:
        tx.session.add_all(
            TicketChangeRow(
                ticket=number,
                at=at,
                by_kind=by.kind,
                by_id=by.id or None,
                by_name=by.name,
                field=change.field,
                was=_json(change.was),
                became=_json(change.became),
            )
            for change in changes
        )
        tx.session.flush()

    def history(self, tx: Tx, number: int) -> list[Line]:
        rows = tx.session.exec(
            select(TicketChangeRow).where(TicketChangeRow.ticket == number).order_by(col(TicketChangeRow.id))
        )
        return [
            Line(
                at=row.at,
                by=msgspec.convert({"kind": row.by_kind, "id": row.by_id, "name": row.by_name}, By),
                field=row.field,
                was=_from_json(row.was),
                became=_from_json(row.became),
            )
            for row in rows
        ]

    def survivors(self, tx: Tx, number: int) -> list[int]:
        if tx.dialect == "postgresql":
            tx.session.exec(select(func.pg_advisory_xact_lock(_DUPLICATES)))
        chain: list[int] = []
        following: int | None = number
        while following is not None and following not in chain:
            chain.append(following)
            following = tx.session.exec(select(TicketRow.duplicate_of).where(TicketRow.number == following)).first()
        return chain

    def page(self, tx: Tx, scope: Scope, filters: Filters, sort: Sort, limit: int, after: Place | None) -> list[Ticket]:
        name, falling = sort.removeprefix("-"), sort.startswith("-")
        value, number = col(getattr(TicketRow, name)), col(TicketRow.number)
        query = select(TicketRow).where(_within(scope), *_kept(filters))
        if after is not None:
            query = query.where(_beyond(value, number, after, falling=falling))
        order = (value.desc(), number.desc()) if falling else (value, number)
        return [_ticket(row) for row in tx.session.exec(query.order_by(*order).limit(limit))]


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.requester is not None:
        return col(TicketRow.requester) == scope.requester
    if scope.teams is None:
        return true()
    return col(TicketRow.team).in_(sorted(scope.teams))


def _kept(filters: Filters) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = [
        col(getattr(TicketRow, name)).in_(values) for name in _ONE_OF if (values := getattr(filters, name))
    ]
    created, updated = col(TicketRow.created_at), col(TicketRow.updated_at)
    if filters.from_ is not None:
        kept.append(created >= filters.from_)
    if filters.to is not None:
        kept.append(created < filters.to)
    if filters.updated_from is not None:
        kept.append(updated >= filters.updated_from)
    if filters.updated_to is not None:
        kept.append(updated < filters.updated_to)
    if filters.q is not None:
        kept.append(_mentions(filters.q))
    return kept


def _mentions(q: str) -> ColumnElement[bool]:
    texts = (TicketRow.subject, TicketRow.requester_name, TicketRow.requester_email)
    found: list[ColumnElement[bool]] = [col(text).icontains(q, autoescape=True) for text in texts]
    number = q.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) <= 15:
        found.append(col(TicketRow.number) == int(number))
    return or_(*found)


def _beyond(value: Any, number: Any, after: Place, *, falling: bool) -> ColumnElement[bool]:
    if falling:
        return and_(value <= after.value, or_(value < after.value, number < after.number))
    return and_(value >= after.value, or_(value > after.value, number > after.number))


def _columns(ticket: Ticket) -> dict[str, Any]:
    asked = ticket.requester
    return {
        **{name: getattr(ticket, name) for name in _SAME},
        "requester": asked.id,
        "requester_name": asked.name,
        "requester_email": asked.email,
        "requester_verified": asked.verified,
    }


def _ticket(row: TicketRow) -> Ticket:
    assert row.number is not None
    asked = Requester(row.requester, row.requester_name, row.requester_email, row.requester_verified)
    return Ticket(number=row.number, requester=asked, **{name: getattr(row, name) for name in _SAME})


def _json(value: str | int | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _from_json(text: str | None) -> str | int | None:
    return None if text is None else msgspec.json.decode(text, type=str | int)
