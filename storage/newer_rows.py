"""Rows that this version of the program cannot read, because a newer one has stored them.

While a new version is installed, processes of both use the database. A row that one of them cannot read is skipped,
so that the others still count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from msgspec import DecodeError

Row = TypeVar("Row")
T = TypeVar("T")

log = structlog.get_logger(__name__)
_met: set[tuple[str, str]] = set()


def parted(kind: str, rows: Iterable[tuple[str, Row]], read: Callable[[Row], T]) -> tuple[list[T], list[Row]]:
    """What `read` makes of each row, and the rows that it cannot read. `rows`: ids and rows. A row that cannot be read
    is logged the first time that this process meets it. `kind` says what it is, such as `rule`."""
    found, skipped = list[T](), list[Row]()
    for id_, row in rows:
        try:
            found.append(read(row))
        except DecodeError as error:
            skipped.append(row)
            if (kind, id_) not in _met:
                _met.add((kind, id_))
                log.warning("row_of_newer_version", kind=kind, id=id_, reason=str(error))
    return found, skipped


def readable(kind: str, rows: Iterable[tuple[str, Row]], read: Callable[[Row], T]) -> list[T]:
    """The first part of `parted`."""
    return parted(kind, rows, read)[0]


def met() -> list[tuple[str, str]]:
    """Kind and id of the rows that this process could not read."""
    return sorted(_met)


def forget() -> None:
    """Forget the rows that were met, before another database is examined."""
    _met.clear()
