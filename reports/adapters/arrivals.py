"""Reads how many requests a team got on some days, and how long its chats took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from clock import zones
from reports.adapters.tables import ChatFactRow, StepFactRow
from storage.ports import Tx

SAMPLE = 2_000
"""Chats whose durations are read, the newest."""
TICKETS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The requests of a team. `counts` has their number by hour of the day, for each day (an ordinal), chats and
    tickets alike.

    `handled_ms` are handle times of chats. `waited_ms` is the sum of the waits of all sampled chats, of which
    `abandoned` customers left.
    """

    counts: Mapping[int, Mapping[int, int]]
    handled_ms: Sequence[int]
    waited_ms: int
    abandoned: int


def arrivals(tx: Tx, team: str, days: Sequence[int], zone: str) -> Arrivals:
    counts: dict[int, dict[int, int]] = {day: {} for day in days}
    for day, hour, number in _chats(tx, team, days):
        counts[day][hour % 24] = counts[day].get(hour % 24, 0) + number
    for day, at in _tickets(tx, team, days):
        hour = zones.local(at, zone).hour
        counts[day][hour] = counts[day].get(hour, 0) + 1
    durations = _durations(tx, team, days)
    return Arrivals(
        counts=counts,
        handled_ms=[handled for _, handled, _ in durations if handled is not None],
        waited_ms=sum(waited for _, _, waited in durations),
        abandoned=sum(outcome == "abandoned" for outcome, _, _ in durations),
    )


def _chats(tx: Tx, team: str, days: Sequence[int]) -> list[tuple[int, int, int]]:
    query = (
        select(ChatFactRow.day, ChatFactRow.hour, func.count())
        .where(col(ChatFactRow.day).in_(days), ChatFactRow.team == team)
        .group_by(col(ChatFactRow.day), col(ChatFactRow.hour))
    )
    return [(day, hour, number) for day, hour, number in tx.session.exec(query)]


def _tickets(tx: Tx, team: str, days: Sequence[int]) -> list[tuple[int, int]]:
    """The days and moments at which customers made tickets without a chat."""
    query = (
        select(StepFactRow.day, StepFactRow.at)
        .where(
            col(StepFactRow.day).in_(days),
            StepFactRow.kind == "created",
            StepFactRow.team == team,
            StepFactRow.channel != "chat",
        )
        .limit(TICKETS_MAX)
    )
    return [(day, at) for day, at in tx.session.exec(query)]


def _durations(tx: Tx, team: str, days: Sequence[int]) -> list[tuple[str, int | None, int]]:
    """Outcome, handle time and wait of the newest chats. Void chats are left out."""
    waited = func.coalesce(ChatFactRow.wait_ms, col(ChatFactRow.closed_at) - col(ChatFactRow.queued_at))
    query = (
        select(ChatFactRow.outcome, ChatFactRow.handle_ms, waited)
        .where(col(ChatFactRow.day).in_(days), ChatFactRow.team == team, col(ChatFactRow.void).is_(False))
        .order_by(col(ChatFactRow.day).desc())
        .limit(SAMPLE)
    )
    return [(outcome, handled, int(waited_ms)) for outcome, handled, waited_ms in tx.session.exec(query)]
