"""Changes and deletes rows by their keys, some hundred keys in one statement: databases limit the parameters of one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import SQLModel, col

from storage.ports import Tx

T = TypeVar("T")

AT_A_TIME = 500
"""Keys of one statement."""


def steps(keys: Collection[T]) -> Iterator[list[T]]:
    """The keys in groups for one statement each."""
    known = list(keys)
    for start in range(0, len(known), AT_A_TIME):
        yield known[start : start + AT_A_TIME]


def change_rows(
    tx: Tx,
    table: type[SQLModel],
    column: object,
    keys: Collection[object],
    values: Mapping[str, object],
    *also: ColumnElement[bool],
) -> None:
    """Set these values in the rows whose `column` has one of the keys."""
    for some in steps(keys):
        tx.session.connection().execute(update(table).where(col(column).in_(some), *also).values(**values))


def delete_rows(
    tx: Tx, table: type[SQLModel], column: object, keys: Collection[object], *also: ColumnElement[bool]
) -> None:
    """Delete the rows whose `column` has one of the keys."""
    for some in steps(keys):
        tx.session.connection().execute(delete(table).where(col(column).in_(some), *also))
