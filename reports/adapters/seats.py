"""The seats of agents by day, month and hour. Derived from their states and from the intervals of chats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, insert, literal, select
from sqlmodel import col

from clock import zones
from reports.adapters import agents, queries
from reports.adapters.tables import SeatRow
from reports.cells import month_of
from reports.periods import Period, Piece, first_day, pieces_of
from reports.seats import HOUR_MS, NO_SEATS, Seats, seats_by_hour
from storage import facts
from storage.ports import Tx

_MARK = "reports_seats"
_TIMES = (SeatRow.available_ms, SeatRow.held_ms, SeatRow.seats_ms)
_PLACE = (col(SeatRow.hour), col(SeatRow.staff))
_SUMS = tuple(func.sum(col(time)) for time in _TIMES)
Place = tuple[int, str]
"""An hour of the day, and the id of an agent."""


@dataclass(frozen=True, slots=True)
class HourSeats:
    """The seats of all agents in one hour of the day. `agents` is the number of those who were available."""

    seats: Seats
    agents: int


def mark(tx: Tx) -> int | None:
    """The last day whose seats are counted. None at first."""
    found = facts.get(tx, _MARK)
    return None if found is None else int(found)


def set_mark(tx: Tx, day: int) -> None:
    facts.put(tx, _MARK, str(day))


def derived(tx: Tx, day: int, zone: str) -> dict[Place, Seats]:
    """The seats of a day that is over, computed from states and intervals."""
    period, found = Period(day, day + 1), dict[Place, Seats]()
    begins, ends = period.begins_at(zone), period.ends_at(zone)
    for staff in agents.staff(tx):
        states = agents.states(tx, staff, begins, ends)
        if not any(state.status == "available" and state.connected for state in states):
            continue
        for number, seats in seats_by_hour(states, queries.held(tx, staff, begins, ends), begins, ends).items():
            # When the clocks go back, two hours have the same name.
            place = zones.local(begins + number * HOUR_MS, zone).hour, staff
            found[place] = found.get(place, NO_SEATS).plus(seats)
    return found


def stored(tx: Tx, day: int) -> dict[Place, Seats]:
    row = SeatRow
    query = select(col(row.hour), col(row.staff), *map(col, _TIMES)).where(
        col(row.grain) == "day", col(row.period) == day
    )
    return {(hour, staff): Seats(*times) for hour, staff, *times in tx.session.connection().execute(query)}


def replace(tx: Tx, day: int, seats: dict[Place, Seats]) -> None:
    """Store the seats of a day in place of earlier ones, and add up its month again."""
    connection, row, month = tx.session.connection(), SeatRow, month_of(day)
    connection.execute(delete(row).where(col(row.grain) == "day", col(row.period) == day))
    if seats:
        connection.execute(
            insert(row),
            [
                {"grain": "day", "period": day, "hour": hour, "staff": staff, **times._asdict()}
                for (hour, staff), times in seats.items()
            ],
        )
    connection.execute(delete(row).where(col(row.grain) == "month", col(row.period) == month))
    columns = ("grain", "period", "hour", "staff", "available_ms", "held_ms", "seats_ms")
    days = _within("day", first_day(month), first_day(month + 1))
    of_month = select(literal("month"), literal(month), *_PLACE, *_SUMS).where(*days).group_by(*_PLACE)
    connection.execute(insert(row).from_select(columns, of_month))


def of_period(tx: Tx, period: Period, staff: Sequence[str] | None) -> dict[int, HourSeats]:
    """The seats of these agents by hour of the day, without days that are not counted yet. If `staff` is None, the
    seats of all agents. Hours without seats are left out."""
    sums = defaultdict[Place, Seats](lambda: NO_SEATS)
    for piece in pieces_of(period):
        for hour, agent, times in _read(tx, piece, staff):
            sums[hour, agent] = sums[hour, agent].plus(times, piece.sign)
    found: dict[int, HourSeats] = {}
    for (hour, _), times in sorted(sums.items()):
        if times.available_ms:
            known = found.get(hour, HourSeats(NO_SEATS, 0))
            found[hour] = HourSeats(known.seats.plus(times), known.agents + 1)
    return found


def _read(tx: Tx, piece: Piece, staff: Sequence[str] | None) -> list[tuple[int, str, Seats]]:
    query = select(*_PLACE, *_SUMS).where(*_within(piece.grain, piece.first, piece.after)).group_by(*_PLACE)
    if staff is not None:
        query = query.where(col(SeatRow.staff).in_(staff))
    # PostgreSQL returns sums of large integers as decimal numbers.
    return [
        (row[0], row[1], Seats(int(row[2]), int(row[3]), int(row[4]))) for row in tx.session.connection().execute(query)
    ]


def _within(grain: str, first: int, after: int) -> list[ColumnElement[bool]]:
    return [col(SeatRow.grain) == grain, col(SeatRow.period) >= first, col(SeatRow.period) < after]
