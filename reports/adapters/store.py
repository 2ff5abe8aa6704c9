"""Implements `reports.ports.Store` on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, fields

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.orm import Mapped
from sqlmodel import SQLModel, col

from reports.adapters import cell_rows
from reports.adapters.tables import (
    OF_TICKETS,
    CellRow,
    ChatFactRow,
    CountAgainRow,
    CountedTicketRow,
    IntervalRow,
    StepFactRow,
)
from reports.cells import (
    DIMENSIONS,
    Cell,
    Share,
    Stays,
    Steps,
    cells_of,
    month_of,
    share_of_stays,
    share_of_steps,
    shares_of_chat,
)
from reports.facts import STEP_KINDS, ChatFact, Interval, StepFact, TicketFacts
from reports.periods import first_day
from storage import facts
from storage.ports import Tx

_MARK = "reports_counted"
_NUMBERS: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_VERSIONS = select(col(CountedTicketRow.ticket), col(CountedTicketRow.version)).where(
    col(CountedTicketRow.ticket).in_(_NUMBERS)
)
_REQUESTED = select(col(CountAgainRow.id), col(CountAgainRow.ticket)).order_by(col(CountAgainRow.id))
_TICKETS_OF: dict[type[SQLModel], Mapped[int]] = {
    CountedTicketRow: col(CountedTicketRow.ticket),
    ChatFactRow: col(ChatFactRow.ticket),
    StepFactRow: col(StepFactRow.ticket),
    IntervalRow: col(IntervalRow.ticket),
}
"""The tables of facts, and their columns with the ticket's number."""


_CHAT_FIELDS = tuple(field.name for field in fields(ChatFact))
_next_ms = msgspec.json.Decoder(tuple[int, ...])
CHATS = select(*(col(getattr(ChatFactRow, name)) for name in _CHAT_FIELDS))
STEPS = select(*(col(getattr(StepFactRow, field.name)) for field in fields(StepFact)))
INTERVALS = select(*(col(getattr(IntervalRow, field.name)) for field in fields(Interval)))
_STEPS = tuple(col(getattr(StepFactRow, name)) for name in Steps._fields if name != "number")
_STAYS = tuple(col(getattr(IntervalRow, name)) for name in Stays._fields if name not in ("number", "open_ms"))


class SqlReports:
    def mark(self, tx: Tx) -> int:
        return int(facts.get(tx, _MARK) or 0)

    def set_mark(self, tx: Tx, at: int) -> None:
        facts.put(tx, _MARK, str(at))

    def request(self, tx: Tx, number: int) -> None:
        tx.session.connection().execute(insert(CountAgainRow), [{"ticket": number}])

    def requested(self, tx: Tx, limit: int) -> list[tuple[int, int]]:
        return [(row.id, row.ticket) for row in tx.session.connection().execute(_REQUESTED.limit(limit))]

    def fulfilled(self, tx: Tx, requests: Collection[int]) -> None:
        if requests:
            gone = delete(CountAgainRow).where(col(CountAgainRow.id).in_(sorted(requests)))
            tx.session.connection().execute(gone)

    def counted(self, tx: Tx, numbers: Collection[int]) -> dict[int, TicketFacts]:
        connection, asked = tx.session.connection(), {"numbers": sorted(numbers)}
        versions = {row.ticket: row.version for row in connection.execute(_VERSIONS, asked)}
        chats: dict[int, list[ChatFact]] = defaultdict(list)
        steps: dict[int, list[StepFact]] = defaultdict(list)
        intervals: dict[int, list[Interval]] = defaultdict(list)
        of_chats = CHATS.where(col(ChatFactRow.ticket).in_(_NUMBERS))
        for row in connection.execute(of_chats.order_by(col(ChatFactRow.queued_at), col(ChatFactRow.chat)), asked):
            chats[row.ticket].append(chat_of(row))
        of_steps = STEPS.where(col(StepFactRow.ticket).in_(_NUMBERS)).order_by(col(StepFactRow.place))
        for row in connection.execute(of_steps, asked):
            steps[row.ticket].append(step_of(row))
        of_intervals = INTERVALS.where(col(IntervalRow.ticket).in_(_NUMBERS)).order_by(col(IntervalRow.place))
        for row in connection.execute(of_intervals, asked):
            intervals[row.ticket].append(interval_of(row))
        return {
            number: TicketFacts(
                number=number,
                version=version,
                chats=tuple(chats[number]),
                steps=tuple(steps[number]),
                intervals=tuple(intervals[number]),
            )
            for number, version in versions.items()
        }

    def replace(self, tx: Tx, tickets: Sequence[TicketFacts]) -> None:
        if not tickets:
            return
        connection, asked = tx.session.connection(), {"numbers": [one.number for one in tickets]}
        for table in _TICKETS_OF:
            connection.execute(delete(table).where(_TICKETS_OF[table].in_(_NUMBERS)), asked)
        rows: Sequence[Sequence[dict[str, object]]] = (
            [{"ticket": one.number, "version": one.version} for one in tickets],
            [_row(chat) for one in tickets for chat in one.chats],
            [asdict(step) for one in tickets for step in one.steps],
            [asdict(interval) for one in tickets for interval in one.intervals],
        )
        for table, made in zip(_TICKETS_OF, rows, strict=True):
            if made:
                connection.execute(insert(table), made)

    def add(self, tx: Tx, tallies: Mapping[Cell, int]) -> None:
        cell_rows.add(tx, tallies)

    def months(self, tx: Tx) -> list[int]:
        connection = tx.session.connection()
        found = {
            period
            for (period,) in connection.execute(
                select(col(CellRow.period)).where(col(CellRow.grain) == "month").distinct()
            )
        }
        for day in (col(ChatFactRow.day), col(StepFactRow.day), col(IntervalRow.day)):
            first, last = connection.execute(select(func.min(day), func.max(day))).one()
            if first is not None and last is not None:
                found.update(range(month_of(first), month_of(last) + 1))
        return sorted(found)

    def cells_of_month(self, tx: Tx, month: int) -> dict[Cell, int]:
        first, after = first_day(month), first_day(month + 1)
        found = dict(cell_rows.between(tx, "month", month, month + 1, DIMENSIONS))
        found.update(cell_rows.between(tx, "day", first, after, DIMENSIONS))
        return found

    def facts_of_month(self, tx: Tx, month: int) -> dict[Cell, int]:
        first, after = first_day(month), first_day(month + 1)
        return cells_of(_shares(tx, first, after))


def _shares(tx: Tx, first: int, after: int) -> Iterator[Share]:
    chats = CHATS.where(col(ChatFactRow.day) >= first, col(ChatFactRow.day) < after)
    for row in tx.session.connection().execute(chats):
        yield from shares_of_chat(chat_of(row))
    steps = [col(StepFactRow.day) >= first, col(StepFactRow.day) < after]
    yield from shares_of_tickets(tx, steps, [col(IntervalRow.day) >= first, col(IntervalRow.day) < after])


def shares_of_tickets(
    tx: Tx, steps: Sequence[ColumnElement[bool]], stays: Sequence[ColumnElement[bool]]
) -> Iterator[Share]:
    """The shares of the steps and intervals of tickets that fulfil these conditions. Alike ones have one share."""
    connection = tx.session.connection()
    for row in connection.execute(select(*_STEPS, func.count()).where(*steps).group_by(*_STEPS)):
        # A newer program beside this one may store other steps.
        if row.kind in STEP_KINDS:
            yield share_of_steps(Steps._make(row))
    number, time = func.count(), func.sum(col(IntervalRow.open_ms))
    of_tickets = select(*_STAYS, number, time).where(literal_column(OF_TICKETS), *stays).group_by(*_STAYS)
    for row in connection.execute(of_tickets):
        # PostgreSQL returns the sum of large integers as a decimal number.
        yield share_of_stays(Stays._make((*row[:-1], int(row[-1]))))


def chat_of(row: Row[tuple[object, ...]]) -> ChatFact:
    values = row._asdict()
    values["next_ms"] = _next_ms.decode(values["next_ms"])
    return ChatFact(**values)


def step_of(row: Row[tuple[object, ...]]) -> StepFact:
    return StepFact(**row._asdict())


def interval_of(row: Row[tuple[object, ...]]) -> Interval:
    return Interval(**row._asdict())


def _row(chat: ChatFact) -> dict[str, object]:
    return {**asdict(chat), "next_ms": msgspec.json.encode(chat.next_ms).decode()}
