"""Tickets in the database, through SQLModel sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any, Protocol

import msgspec
from sqlalchemy import BindParameter, Row, Update, bindparam, delete, func, insert, or_, update
from sqlmodel import col, select

from identity.actor import Actor
from storage.ports import Tx
from storage.upsert import insert_into
from texts.addresses import normal_email
from ticketing.adapters import field_store, list_counts, list_queries, search, tags
from ticketing.adapters.begun_store import SqlBegun
from ticketing.adapters.confirmation_store import SqlConfirmations
from ticketing.adapters.event_reads import SqlEventReads
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.adapters.merge_store import SqlMerges
from ticketing.adapters.policy_store import SqlPolicies
from ticketing.adapters.search import LIMITS, SearchLimits
from ticketing.adapters.tables import (
    HandoverRow,
    ParticipantRow,
    RequestRow,
    TicketChangeRow,
    TicketEventRow,
    TicketRow,
)
from ticketing.custom_fields import FieldValue
from ticketing.events import Event, StoredEvent, body_of
from ticketing.listing import Counts, Filters, Place, Scope, Sort, Whose
from ticketing.search_words import Said, Term
from ticketing.size import size_of
from ticketing.targets import NOTHING, Service
from ticketing.ticket import PRIORITIES, Change, Participant, Requester, Ticket, Value
from ticketing.views import By, HistoryLine

_DUPLICATES = 0x7469636B
"""Key of an advisory lock on PostgreSQL: only one duplicate is created at a time. SQLite needs no lock, because it has
a single writer."""

_OF_FLAGS = (
    "confirmed",
    "not_fixed",
    "unreachable",
    "needs_code",
    "loop",
    "letters_stopped",
    "returned",
    "fields_missing",
)
_STORED_OTHERWISE = ("number", "requester", "participants", "priority", "tags", "custom_fields", "service", *_OF_FLAGS)
_SAME = tuple(field.name for field in fields(Ticket) if field.name not in _STORED_OTHERWISE)
"""Properties of `Ticket` that have one column of the same name."""
_OF_REQUESTER = ("requester", "requester_name", "requester_email", "requester_verified", "requester_address")
_OTHERS = (*_OF_REQUESTER, "flags", "priority", "tags", "custom_fields", "service")
# Built once, because building a statement costs more than running it.
_NUMBERS: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_TICKETS = (
    select(*(getattr(TicketRow, name).label(name) for name in ("number", *_SAME, *_OTHERS)))
    .where(col(TicketRow.number).in_(_NUMBERS))
    .order_by(col(TicketRow.number))
)
_LOCKED_TICKETS = _TICKETS.with_for_update()
_PARTICIPANTS = (
    select(ParticipantRow.ticket, ParticipantRow.email, ParticipantRow.name, ParticipantRow.account)
    .where(col(ParticipantRow.ticket).in_(_NUMBERS))
    .order_by(col(ParticipantRow.ticket), col(ParticipantRow.position))
)
_values = msgspec.json.Decoder(dict[str, FieldValue])
_service = msgspec.json.Decoder(Service)
_RECORD = insert(TicketChangeRow)


@cache
def _change(names: tuple[str, ...]) -> Update:
    """The statement that changes these columns of a ticket."""
    ours = col(TicketRow.number) == bindparam("changed_number")
    return update(TicketRow).where(ours).values({getattr(TicketRow, name): bindparam(name) for name in names})


def teams_of_tickets(tx: Tx) -> dict[str, int]:
    """The number of tickets in each team."""
    return dict(tx.session.exec(select(TicketRow.team, func.count()).group_by(col(TicketRow.team))).all())


class Listener(Protocol):
    """Gets a call for each change of a ticket. The methods are called on the event loop, after the commit."""

    def changed(self, number: int) -> None:
        """Called after a ticket was created or changed, or after an event was added to its own log."""
        ...

    def rewritten(self, number: int, event: StoredEvent) -> None:
        """Called after an event in a ticket's own log got another body. `event` is the event with its new body."""
        ...


class SqlStore(SqlBegun, SqlConfirmations, SqlCustomFields, SqlEventReads, SqlMerges, SqlPolicies):
    """Implements `ticketing.ports.Store` on SQLite and PostgreSQL. `listener` is called for every change."""

    def __init__(self, limits: SearchLimits = LIMITS, listener: Listener | None = None) -> None:
        self._limits = limits
        self._listener = listener

    # -- one ticket -------------------------------------------------------------------------

    def add(self, tx: Tx, ticket: Ticket) -> int:
        row = TicketRow(**columns_of(ticket))
        tx.session.add(row)
        tx.session.flush()
        assert row.number is not None
        _add_participants(tx, row.number, ticket.participants)
        if ticket.tags:
            tags.keep(tx, [(None, replace(ticket, number=row.number))])
        if ticket.custom_fields:
            field_store.keep(tx, [(None, replace(ticket, number=row.number))])
        self._announce(tx, row.number)
        return row.number

    def find(self, tx: Tx, number: int, *, lock: bool = False) -> Ticket | None:
        return self.find_all(tx, [number], lock=lock).get(number)

    def find_all(self, tx: Tx, numbers: Collection[int], *, lock: bool = False) -> dict[int, Ticket]:
        if not numbers:
            return {}
        query = _LOCKED_TICKETS if lock else _TICKETS
        rows = tx.session.connection().execute(query, {"numbers": list(numbers)}).all()
        taking_part = _participants(tx, [row.number for row in rows])
        return {row.number: _ticket(row, taking_part.get(row.number, ())) for row in rows}

    def of_chat(self, tx: Tx, chat: str) -> int | None:
        return tx.session.exec(select(TicketRow.number).where(TicketRow.chat == chat)).first()

    def save(self, tx: Tx, changed: Sequence[tuple[Ticket, Ticket]], participants_of: Collection[int] = ()) -> None:
        connection = tx.session.connection()
        together: dict[tuple[str, ...], list[dict[str, object]]] = {}
        for before, after in changed:
            known, columns = columns_of(before), columns_of(after)
            values = {name: value for name, value in columns.items() if known[name] != value}
            if values:
                together.setdefault(tuple(values), []).append({"changed_number": after.number, **values})
        for names, rows in together.items():
            connection.execute(_change(names), rows)
        tags.keep(tx, changed)
        field_store.keep(tx, changed)
        for _, after in changed:
            if after.number in participants_of:
                tx.session.exec(delete(ParticipantRow).where(col(ParticipantRow.ticket) == after.number))
                _add_participants(tx, after.number, after.participants)
            self._announce(tx, after.number)

    # -- its history and its own log -------------------------------------------------------

    def record(self, tx: Tx, changes: Mapping[int, Sequence[Change]], by: Actor, at: int) -> None:
        rows = [
            {
                "ticket": number,
                "at": at,
                "by_kind": by.kind,
                "by_id": (by.customer if by.kind == "customer" else by.id) or None,
                "by_name": by.name,
                "field": change.field,
                "was": _json(change.was),
                "became": _json(change.became),
            }
            for number, lines in changes.items()
            for change in lines
        ]
        if rows:
            tx.session.connection().execute(_RECORD, rows)

    def history(self, tx: Tx, number: int) -> list[HistoryLine]:
        rows = tx.session.exec(
            select(TicketChangeRow).where(TicketChangeRow.ticket == number).order_by(col(TicketChangeRow.id))
        )
        return [
            HistoryLine(
                at=row.at,
                by=msgspec.convert({"kind": row.by_kind, "id": row.by_id, "name": row.by_name}, By),
                field=row.field,
                was=_from_json(row.was),
                became=_from_json(row.became),
            )
            for row in rows
        ]

    def append(self, tx: Tx, number: int, event: Event, at: int, *, staff_only: bool) -> int:
        row = tx.session.get_one(TicketRow, number)
        body = body_of(event)
        row.last_seq += 1
        row.size += size_of(body)
        tx.session.add(
            TicketEventRow(
                ticket=number,
                seq=row.last_seq,
                public_prev=row.last_public_seq,
                staff_only=staff_only,
                at=at,
                body=body,
            )
        )
        if not staff_only:
            row.last_public_seq = row.last_seq
        tx.session.flush()
        self._announce(tx, number)
        return row.last_seq

    def rewrite(self, tx: Tx, number: int, seq: int, event: Event) -> None:
        row, body = tx.session.get_one(TicketEventRow, (number, seq)), body_of(event)
        tx.session.get_one(TicketRow, number).size += size_of(body) - size_of(row.body)
        row.body = body
        tx.session.flush()
        if (listener := self._listener) is not None:
            rewritten = StoredEvent(row.seq, row.public_prev, row.staff_only, row.at, body)
            tx.after_commit(lambda: listener.rewritten(number, rewritten))

    def size(self, tx: Tx, number: int) -> int:
        return tx.session.get_one(TicketRow, number).size

    def forget_line(self, tx: Tx, number: int, line: str) -> None:
        ours, said = col(TicketChangeRow.ticket) == number, _json(line)
        for column in (TicketChangeRow.was, TicketChangeRow.became):
            query = update(TicketChangeRow).where(ours, col(TicketChangeRow.field) == "subject", col(column) == said)
            tx.session.connection().execute(query.values({col(column): None}))

    # -- its relatives ----------------------------------------------------------------------

    def survivors(self, tx: Tx, number: int) -> list[int]:
        if tx.dialect == "postgresql":
            tx.session.exec(select(func.pg_advisory_xact_lock(_DUPLICATES)))
        chain: list[int] = []
        following: int | None = number
        while following is not None and following not in chain:
            chain.append(following)
            following = tx.session.exec(select(TicketRow.duplicate_of).where(TicketRow.number == following)).first()
        return chain

    def duplicates(self, tx: Tx, numbers: Collection[int]) -> dict[int, list[int]]:
        query = select(TicketRow.duplicate_of, TicketRow.number).where(
            col(TicketRow.duplicate_of).is_not(None), col(TicketRow.duplicate_of).in_(numbers)
        )
        found: dict[int, list[int]] = {}
        for survivor, number in tx.session.exec(query.order_by(col(TicketRow.number))):
            assert survivor is not None and number is not None
            found.setdefault(survivor, []).append(number)
        return found

    def follow_up_of(self, tx: Tx, number: int, now: int) -> int | None:
        query = select(TicketRow.number).where(
            col(TicketRow.follow_up_of) == number,
            col(TicketRow.closed_at).is_(None),
            or_(col(TicketRow.status) != "solved", col(TicketRow.reopen_until) >= now),
        )
        return tx.session.exec(query.order_by(col(TicketRow.number).desc())).first()

    def hand_over(self, tx: Tx, ticket: Ticket, address: str | None, now: int) -> bool:
        handover = insert_into(tx, HandoverRow).values(
            ticket=ticket.number, solving=ticket.solvings, client=ticket.client, address=address, created_at=now
        )
        once = handover.on_conflict_do_nothing(index_elements=["ticket", "solving"]).returning(col(HandoverRow.id))
        return tx.session.connection().execute(once).first() is not None

    # -- requests that may come again ---------------------------------------------------------

    def repeated(self, tx: Tx, person: str, path: str, key: str) -> tuple[int, int] | None:
        row = tx.session.get(RequestRow, (person, path, key))
        return (row.ticket, row.status) if row is not None else None

    def remember(self, tx: Tx, person: str, path: str, key: str, ticket: int, status: int, at: int) -> None:
        tx.session.add(RequestRow(person=person, path=path, key=key, ticket=ticket, status=status, at=at))
        tx.session.flush()

    # -- many -------------------------------------------------------------------------------

    def numbers(
        self, tx: Tx, scope: Scope, filters: Filters, sort: Sort, limit: int, after: Place | None = None
    ) -> list[int]:
        return list_queries.numbers(tx, scope, filters, sort, limit, after, self._limits)

    def saying(self, tx: Tx, numbers: Collection[int], terms: Sequence[Term], *, for_staff: bool) -> dict[int, Said]:
        return search.saying(tx, numbers, terms, self._limits, for_staff=for_staff)

    def _announce(self, tx: Tx, number: int) -> None:
        if (listener := self._listener) is not None:
            tx.after_commit(lambda: listener.changed(number))

    def counts(self, tx: Tx, scope: Scope, teams: Collection[str], assignee: str, now: int) -> Counts:
        return list_counts.counts(tx, scope, teams, assignee, now)

    def by_status(self, tx: Tx, scope: Scope, whose: Whose) -> dict[str, int]:
        return list_queries.by_status(tx, scope, whose)

    def tags_used(self, tx: Tx, teams: Collection[str] | None, start: str, limit: int) -> list[str]:
        return tags.used(tx, teams, start, limit)

    def at_work(self, tx: Tx, after: Place | None, limit: int) -> list[Place]:
        return list_queries.at_work(tx, after, limit)

    def snoozed(self, tx: Tx, now: int, limit: int) -> list[int]:
        until = col(TicketRow.snoozed_until)
        query = select(TicketRow.number).where(until <= now).order_by(until).limit(limit)
        return [number for number in tx.session.exec(query) if number is not None]

    def requesters(self, tx: Tx, scope: Scope, whose: Whose, limit: int) -> list[tuple[str, str]]:
        return list_queries.requesters(tx, scope, whose, limit)


def columns_of(ticket: Ticket) -> dict[str, Any]:
    asked = ticket.requester
    return {
        **{name: getattr(ticket, name) for name in _SAME},
        "requester": asked.id,
        "requester_name": asked.name,
        "requester_email": asked.email,
        "requester_verified": asked.verified,
        "requester_address": normal_email(asked.email) if asked.email is not None else None,
        "flags": f",{','.join(ticket.flags)}," if ticket.flags else "",
        "priority": PRIORITIES.index(ticket.priority),
        "tags": " ".join(ticket.tags),
        "custom_fields": msgspec.json.encode(ticket.custom_fields).decode() if ticket.custom_fields else None,
        "service": None if ticket.service == NOTHING else msgspec.json.encode(ticket.service).decode(),
        "sla_due": ticket.service.due,
        "sla_warn": ticket.service.warn,
    }


def _ticket(row: Row[tuple[object, ...]], participants: Sequence[Participant]) -> Ticket:
    asked = Requester(row.requester, row.requester_name, row.requester_email, row.requester_verified)
    flags = row.flags.split(",")
    return Ticket(
        number=row.number,
        requester=asked,
        participants=tuple(participants),
        priority=PRIORITIES[row.priority],
        tags=tuple(row.tags.split()),
        custom_fields={} if row.custom_fields is None else _values.decode(row.custom_fields),
        service=NOTHING if row.service is None else _service.decode(row.service),
        **({name: getattr(row, name) for name in _SAME} | {flag: flag in flags for flag in _OF_FLAGS}),
    )


def _participants(tx: Tx, numbers: Collection[int]) -> dict[int, tuple[Participant, ...]]:
    if not numbers:
        return {}
    found: dict[int, tuple[Participant, ...]] = {}
    for row in tx.session.connection().execute(_PARTICIPANTS, {"numbers": list(numbers)}):
        found[row.ticket] = (*found.get(row.ticket, ()), Participant(row.email, row.name, row.account))
    return found


def _add_participants(tx: Tx, number: int, participants: Iterable[Participant]) -> None:
    tx.session.add_all(
        ParticipantRow(ticket=number, position=position, email=each.email, name=each.name, account=each.account)
        for position, each in enumerate(participants)
    )
    tx.session.flush()


def _json(value: Value) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _from_json(text: str | None) -> Value:
    if text is None:
        return None
    value: Value = msgspec.json.decode(text, type=FieldValue)
    return value
