"""Cells as rows."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Row, bindparam, delete, select, tuple_
from sqlmodel import col

from reports.adapters.tables import CellRow
from reports.cells import Cell
from storage.ports import Tx
from storage.upsert import insert_into

AT_ONCE = 500
"""Cells in one statement."""
_LEVEL = 1
_PLACE = (col(CellRow.grain), col(CellRow.dimension), col(CellRow.period), col(CellRow.team), col(CellRow.key))
_CELLS = select(*_PLACE, col(CellRow.tally))


def packed(tally: int) -> bytes:
    return zlib.compress(tally.to_bytes((tally.bit_length() + 7) // 8, "little"), _LEVEL)


def unpacked(stored: bytes) -> int:
    return int.from_bytes(zlib.decompress(stored), "little")


def add(tx: Tx, tallies: Mapping[Cell, int]) -> None:
    """Add these tallies to the stored cells. Delete the row of a cell whose tally becomes 0."""
    places = sorted(tallies)
    for first in range(0, len(places), AT_ONCE):
        _add(tx, places[first : first + AT_ONCE], tallies)


def _add(tx: Tx, places: Sequence[Cell], tallies: Mapping[Cell, int]) -> None:
    connection = tx.session.connection()
    wanted = [(place.grain, place.dimension, place.period, place.team, place.key) for place in places]
    known = dict(_read(connection.execute(_CELLS.where(tuple_(*_PLACE).in_(wanted)))))
    rows, gone = [], []
    for place in places:
        tally = known.get(place, 0) + tallies[place]
        if tally:
            rows.append({**place._asdict(), "tally": packed(tally)})
        else:
            gone.append((place.grain, place.dimension, place.period, place.team, place.key))
    if rows:
        insert = insert_into(tx, CellRow)
        insert = insert.on_conflict_do_update(
            index_elements=["grain", "dimension", "period", "team", "key"], set_={"tally": insert.excluded.tally}
        )
        connection.execute(insert, rows)
    if gone:
        connection.execute(delete(CellRow).where(tuple_(*_PLACE).in_(gone)))


_SPAN = _CELLS.where(
    col(CellRow.grain) == bindparam("grain"),
    col(CellRow.dimension).in_(bindparam("dimensions", expanding=True)),
    col(CellRow.period) >= bindparam("first"),
    col(CellRow.period) < bindparam("after"),
)


def between(
    tx: Tx,
    grain: str,
    first: int,
    after: int,
    dimensions: Sequence[str],
    teams: Sequence[str] | None = None,
    keys: Sequence[str] | None = None,
) -> Iterator[tuple[Cell, int]]:
    """The cells of these dimensions, for periods from `first` until just before `after`. If `teams` or `keys` is None,
    the cells of all teams or keys."""
    query = _SPAN if teams is None else _SPAN.where(col(CellRow.team).in_(teams))
    query = query if keys is None else query.where(col(CellRow.key).in_(keys))
    asked = {"grain": grain, "dimensions": list(dimensions), "first": first, "after": after}
    yield from _read(tx.session.connection().execute(query, asked))


def _read(rows: Iterable[Row[str, str, int, str, str, bytes]]) -> Iterator[tuple[Cell, int]]:
    for grain, dimension, period, team, key, stored in rows:
        yield Cell._make((grain, period, team, dimension, key)), unpacked(stored)
