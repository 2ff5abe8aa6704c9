"""Stores imported tickets, many in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import msgspec
from sqlalchemy import bindparam, insert, select, text, update
from sqlmodel import col

from storage.ports import Tx
from ticketing.adapters import field_store, tags
from ticketing.adapters.follower_tables import TicketFollowerRow
from ticketing.adapters.import_tables import ImportedTicketRow
from ticketing.adapters.store import columns_of
from ticketing.adapters.tables import (
    ParticipantRow,
    TicketChangeRow,
    TicketEventRow,
    TicketReadRow,
    TicketRow,
    ToIndexRow,
)
from ticketing.imported import EVERYBODY, Imported
from ticketing.ports import OWN, PROPERTIES
from ticketing.size import size_of
from ticketing.targets import Service, taken_over
from ticketing.ticket import Value

Rows = list[dict[str, object]]

_TICKET, _EVENT, _CHANGE = insert(TicketRow), insert(TicketEventRow), insert(TicketChangeRow)
_PARTICIPANT, _READ = insert(ParticipantRow), insert(TicketReadRow)
_QUEUE, _IMPORTED = insert(ToIndexRow), insert(ImportedTicketRow)
_FOLLOWER = insert(TicketFollowerRow)
_KNOWN = select(col(ImportedTicketRow.ref), col(ImportedTicketRow.ticket)).where(
    col(ImportedTicketRow.source) == bindparam("source"),
    col(ImportedTicketRow.ref).in_(bindparam("refs", expanding=True)),
)
_CREATED = select(col(TicketRow.number), col(TicketRow.created_at)).where(
    col(TicketRow.number).in_(bindparam("numbers", expanding=True))
)
_SEQUENCE = text("SELECT pg_get_serial_sequence('tickets', 'number')")
_LAST_VALUE = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence('tickets', 'number') AS regclass))")
_NEXT = text("SELECT nextval(pg_get_serial_sequence('tickets', 'number')) FROM generate_series(1, :count)")
_LAST = text("SELECT seq FROM sqlite_sequence WHERE name = 'tickets'")


class SqlImports:
    def known(self, tx: Tx, source: str, refs: Collection[str]) -> dict[str, int]:
        """The tickets that were imported before, by their numbers at the other desk."""
        rows = tx.session.connection().execute(_KNOWN, {"source": source, "refs": list(refs)})
        return {row.ref: row.ticket for row in rows}

    def created(self, tx: Tx, numbers: Collection[int]) -> dict[int, int]:
        """The times at which the tickets with these numbers were created, for those that exist."""
        rows = tx.session.connection().execute(_CREATED, {"numbers": list(numbers)})
        return {row.number: row.created_at for row in rows}

    def new_numbers(self, tx: Tx, count: int) -> list[int]:
        """Numbers that no ticket has or had."""
        connection = tx.session.connection()
        if tx.dialect == "postgresql":
            return [int(number) for number in connection.execute(_NEXT, {"count": count}).scalars()]
        last = connection.execute(_LAST).scalar() or 0
        return list(range(int(last) + 1, int(last) + 1 + count))

    def reserve(self, tx: Tx, number: int) -> None:
        """Make sure that new tickets get larger numbers. SQLite does this by itself. On PostgreSQL, new tickets wait
        for the end of the transaction, so it should do nothing else."""
        if tx.dialect != "postgresql":
            return
        connection = tx.session.connection()
        if (connection.execute(_LAST_VALUE).scalar() or 0) >= number:
            return
        name = connection.execute(_SEQUENCE).scalar()
        # Changing a sequence locks it, so nobody takes a number between the two steps.
        connection.execute(text(f"ALTER SEQUENCE {name} INCREMENT BY 1"))
        if (connection.execute(_LAST_VALUE).scalar() or 0) < number:
            connection.execute(text(f"ALTER SEQUENCE {name} RESTART WITH {number}"))
            # A sequence without a number given since its restart has no last value.
            connection.execute(_NEXT, {"count": 1})

    def add(self, tx: Tx, source: str, tickets: Sequence[Imported], now: int) -> None:
        """Store tickets. Their numbers must be free. On PostgreSQL, new tickets wait for the end of the transaction if
        any number was not reserved before."""
        if not tickets:
            return
        self.reserve(tx, max(one.ticket.number for one in tickets))
        made: dict[str, Rows] = {}
        for one in tickets:
            _put(made, one, taken_over(one.ticket.status, now))
        connection = tx.session.connection()
        for name, statement in (
            ("tickets", _TICKET),
            ("events", _EVENT),
            ("changes", _CHANGE),
            ("participants", _PARTICIPANT),
            ("reads", _READ),
            ("queue", _QUEUE),
            ("followers", _FOLLOWER),
        ):
            if rows := made.get(name):
                connection.execute(statement, rows)
        tags.keep(tx, [(None, one.ticket) for one in tickets if one.ticket.tags])
        field_store.keep(tx, [(None, one.ticket) for one in tickets if one.ticket.custom_fields])
        kept = [{"source": source, "ref": one.ref, "ticket": one.ticket.number, "at": now} for one in tickets]
        connection.execute(_IMPORTED, kept)

    def relink(self, tx: Tx, source: str, moved: Mapping[int, int]) -> None:
        """Correct links of imported tickets to tickets of the same desk that got another number. `moved` has the new
        numbers by the old ones."""
        ours = select(col(ImportedTicketRow.ticket)).where(col(ImportedTicketRow.source) == source)
        for old, new in moved.items():
            for name in ("duplicate_of", "follow_up_of"):
                link = getattr(TicketRow, name)
                change = update(TicketRow).where(link == old, col(TicketRow.number).in_(ours)).values({name: new})
                tx.session.connection().execute(change)


def _put(made: dict[str, Rows], one: Imported, service: Service) -> None:
    number = one.ticket.number
    row = columns_of(replace(one.ticket, service=service))
    row["with"] = row.pop("with_")
    last, last_public, size = _put_events(made.setdefault("events", []), one)
    row |= {"number": number, "last_seq": last, "last_public_seq": last_public, "size": size}
    made.setdefault("tickets", []).append(row)
    made.setdefault("changes", []).extend(
        {
            "ticket": number,
            "at": line.at,
            "field": line.field,
            "by_kind": line.by.kind,
            "by_id": line.by.id,
            "by_name": line.by.name,
            "was": _json(line.was),
            "became": _json(line.became),
        }
        for line in one.history
    )
    made.setdefault("participants", []).extend(
        {"ticket": number, "position": place, "email": each.email, "name": each.name, "account": each.account}
        for place, each in enumerate(one.ticket.participants)
    )
    made.setdefault("followers", []).extend(
        {"ticket": number, "person": person, "at": one.ticket.created_at} for person in one.followers
    )
    queue = made.setdefault("queue", [])
    queue.append(_waiting(number, PROPERTIES, 0, 0))
    if last:
        queue.append(_waiting(number, OWN, 1, last))
        made.setdefault("reads", []).append({"ticket": number, "person": EVERYBODY, "seq": last})


def _put_events(events: Rows, one: Imported) -> tuple[int, int, int]:
    """Add the rows of a ticket's own log. Returns the last `seq`, the last one that customers see, and the size."""
    last = last_public = size = 0
    for last, event in enumerate(one.events, 1):
        place = {"ticket": one.ticket.number, "seq": last, "public_prev": last_public}
        events.append({**place, "staff_only": event.staff_only, "at": event.at, "body": event.body})
        size += size_of(event.body)
        if not event.staff_only:
            last_public = last
    return last, last_public, size


def _waiting(number: int, stream: str, first: int, last: int) -> dict[str, object]:
    return {"ticket": number, "stream": stream, "position": first, "last": last, "version": 0, "failed": False}


def _json(value: Value) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
