"""The seats of agents by day, month and hour. Derived from their states and from the intervals of chats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, delete, func, select, tuple_
from sqlmodel import col

from clock import zones
from reports.adapters import agents, queries
from reports.adapters.tables import SeatRow
from reports.cells import month_of
from reports.periods import Period, Piece, first_day, pieces_of
from reports.seats import HOUR_MS, NO_SEATS, Seats, seats_by_hour
from storage import facts
from storage.ports import Tx
from storage.upsert import insert_into

_MARK = "reports_seats"
_AGAIN = "reports_seats_again"
_STATES = "reports_seats_states"
_days = msgspec.json.Decoder(list[int])
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


def requested(tx: Tx) -> set[int]:
    """The counted days that must be counted again."""
    return set(_days.decode(facts.get(tx, _AGAIN) or "[]"))


def request(tx: Tx, days: Collection[int]) -> None:
    """Ask for these days to be counted again, as far as they are counted."""
    counted = mark(tx)
    wanted = {day for day in days if counted is not None and day <= counted}
    if wanted:
        _request_only(tx, requested(tx) | wanted)


def fulfilled(tx: Tx, day: int) -> None:
    """The day has been counted again."""
    if day in (days := requested(tx)):
        _request_only(tx, days - {day})


def _request_only(tx: Tx, days: Collection[int]) -> None:
    facts.put(tx, _AGAIN, msgspec.json.encode(sorted(days)).decode())


def states_seen(tx: Tx) -> int | None:
    """The number of the last state of an agent whose day has been checked. None at first."""
    found = facts.get(tx, _STATES)
    return None if found is None else int(found)


def set_states_seen(tx: Tx, number: int) -> None:
    facts.put(tx, _STATES, str(number))


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
    return {(hour, staff): times for hour, staff, times in _read(tx, Piece("day", day, day + 1), None)}


def changes(tx: Tx, day: int, zone: str) -> dict[Place, Seats]:
    """The seats of a day that differ from the stored ones. No seats where there are none any more."""
    before, now = stored(tx, day), derived(tx, day, zone)
    return {place: now.get(place, NO_SEATS) for place in _differing(before, now)}


def month_changes(tx: Tx, month: int) -> dict[Place, Seats]:
    """The sums of the days of a month that differ from the stored ones of the month."""
    before = {(hour, staff): times for hour, staff, times in _read(tx, Piece("month", month, month + 1), None)}
    days = Piece("day", first_day(month), first_day(month + 1))
    now = {(hour, staff): times for hour, staff, times in _read(tx, days, None)}
    return {place: now.get(place, NO_SEATS) for place in _differing(before, now)}


def _differing(before: Mapping[Place, Seats], now: Mapping[Place, Seats]) -> list[Place]:
    places = sorted(before.keys() | now.keys())
    return [place for place in places if before.get(place, NO_SEATS) != now.get(place, NO_SEATS)]


def put(tx: Tx, day: int, seats: Mapping[Place, Seats]) -> None:
    """Store these seats of a day in place of earlier ones, and add the difference to its month. Takes two rows for each
    place."""
    month, before = month_of(day), _at(tx, "day", day, seats)
    sums = _at(tx, "month", month, seats)
    _write(tx, "day", day, seats)
    put_month(tx, month, {at: sums[at].plus(now).plus(before[at], -1) for at, now in seats.items()})


def put_month(tx: Tx, month: int, seats: Mapping[Place, Seats]) -> None:
    """Store these sums of a month in place of earlier ones."""
    _write(tx, "month", month, seats)


def _at(tx: Tx, grain: str, period: int, places: Iterable[Place]) -> dict[Place, Seats]:
    """The stored seats of these places."""
    wanted = list(places)
    query = select(*_PLACE, *map(col, _TIMES)).where(*_within(grain, period, period + 1), tuple_(*_PLACE).in_(wanted))
    found = {(hour, staff): Seats(*times) for hour, staff, *times in tx.session.connection().execute(query)}
    return {place: found.get(place, NO_SEATS) for place in wanted}


def _write(tx: Tx, grain: str, period: int, seats: Mapping[Place, Seats]) -> None:
    connection, row = tx.session.connection(), SeatRow
    rows = [
        {"grain": grain, "period": period, "hour": hour, "staff": staff, **times._asdict()}
        for (hour, staff), times in seats.items()
        if times != NO_SEATS
    ]
    gone = [place for place, times in seats.items() if times == NO_SEATS]
    if rows:
        insert = insert_into(tx, row)
        times = {name: insert.excluded[name] for name in Seats._fields}
        insert = insert.on_conflict_do_update(index_elements=["grain", "period", "hour", "staff"], set_=times)
        connection.execute(insert, rows)
    if gone:
        connection.execute(delete(row).where(*_within(grain, period, period + 1), tuple_(*_PLACE).in_(gone)))


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
