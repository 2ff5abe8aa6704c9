"""Custom fields in the database, and the values by which tickets are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import ColumnElement, delete
from sqlmodel import col, select

from storage.newer_rows import readable
from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters.labels import Known, Labels
from ticketing.adapters.triage_tables import CustomFieldRow, FieldValueRow
from ticketing.custom_fields import CustomField, pairs_of
from ticketing.ticket import Ticket

VALUES = Labels(FieldValueRow, "value", col(FieldValueRow.value), col(FieldValueRow.ticket))
_field = msgspec.json.Decoder(CustomField)
_FIELDS = select(CustomFieldRow.key, CustomFieldRow.body).order_by(
    col(CustomFieldRow.position), col(CustomFieldRow.key)
)


class SqlCustomFields:
    """Implements `ticketing.triage_ports.FieldStore` on SQLite and PostgreSQL."""

    def custom_fields(self, tx: Tx) -> Sequence[CustomField]:
        return readable("custom field", ((key, body) for key, body in tx.session.exec(_FIELDS)), _field.decode)

    def add_field(self, tx: Tx, field: CustomField) -> bool:
        row = insert_into(tx, CustomFieldRow).values(key=field.key, **_columns(field))
        added = row.on_conflict_do_nothing(index_elements=["key"]).returning(col(CustomFieldRow.key))
        return tx.session.connection().execute(added).first() is not None

    def put_field(self, tx: Tx, field: CustomField) -> None:
        values = _columns(field)
        row = insert_into(tx, CustomFieldRow).values(key=field.key, **values)
        tx.session.connection().execute(row.on_conflict_do_update(index_elements=["key"], set_=values))

    def remove_field(self, tx: Tx, key: str) -> None:
        tx.session.connection().execute(delete(CustomFieldRow).where(col(CustomFieldRow.key) == key))

    def lock_fields(self, tx: Tx) -> None:
        tx.session.exec(select(CustomFieldRow.key).order_by(col(CustomFieldRow.key)).with_for_update()).all()

    def has_values(self, tx: Tx, key: str, option: str = "") -> bool:
        query = select(FieldValueRow.ticket).where(FieldValueRow.value == f"{key}:{option}").limit(1)
        return tx.session.exec(query).first() is not None


def _columns(field: CustomField) -> dict[str, object]:
    body = msgspec.json.encode(field).decode()
    return {"position": field.position, "archived": field.archived, "body": body}


def keep(tx: Tx, changed: Sequence[tuple[Ticket | None, Ticket]]) -> None:
    """Store the values of stored tickets by which lists are filtered. Each pair is a ticket before and after its
    change."""
    gone: list[tuple[str, int]] = []
    new: list[tuple[str, int]] = []
    for before, after in changed:
        had = set(pairs_of(before.custom_fields)) if before is not None else set[str]()
        has = set(pairs_of(after.custom_fields))
        gone += [(pair, after.number) for pair in had - has]
        new += [(pair, after.number) for pair in sorted(has - had)]
    VALUES.keep(tx, gone, new)


def having_all(tx: Tx, pairs: Collection[str], known: Known) -> list[ColumnElement[bool]]:
    """One condition for each field: any of its values."""
    return [VALUES.having_fast(tx, values, known) for values in _of_fields(pairs)]


def any_few(tx: Tx, pairs: Collection[str], known: Known) -> bool:
    """True if few tickets have these values of one of the fields."""
    return any(VALUES.are_few(tx, values, known) for values in _of_fields(pairs))


def _of_fields(pairs: Collection[str]) -> Collection[list[str]]:
    of_fields: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        of_fields[pair.partition(":")[0]].append(pair)
    return of_fields.values()
