"""Reads cells and facts for reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, literal_column, or_
from sqlalchemy.orm import Mapped
from sqlmodel import col

from reports.adapters import cell_rows
from reports.adapters.store import CHATS, INTERVALS, STAYS, STEPS, chat_of, interval_of, step_of
from reports.adapters.tables import ChatFactRow, IntervalRow, StepFactRow
from reports.asking import Asked
from reports.cells import Cell, Dimension, Share, share_of_interval, share_of_step, shares_of_chat
from reports.facts import Interval
from reports.overview import Sums, added, added_shares
from reports.periods import parts_of
from storage.ports import Tx

REST: tuple[Dimension, ...] = ("agent", "product", "channel", "code", "hour", "told")
COMPARED: tuple[Dimension, ...] = ("code",)
"""The dimensions that an overview needs of the period compared with."""
_COUNTED_ONLY: tuple[Dimension, ...] = ("hour",)
"""The dimensions of which an overview shows no durations. Half of the cells of a year are hours."""


def sums_of(tx: Tx, asked: Asked, dimensions: Sequence[Dimension] = REST) -> Sums:
    """The sums of a period, by day, by team, and by these dimensions. The sums by hour may lack durations.

    If the report has a filter other than teams, the sums are computed from the facts, and otherwise from the cells.
    """
    if asked.by_facts:
        return added_shares(_shares(tx, asked), dimensions)
    period = asked.period
    days = cell_rows.between(tx, "day", period.first, period.after, ("team",), asked.teams)
    return added(days, _rest(tx, asked, dimensions))


def _rest(tx: Tx, asked: Asked, dimensions: Sequence[Dimension]) -> Iterator[tuple[Cell, int]]:
    for grain, first, after in parts_of(asked.period):
        yield from cell_rows.between(tx, grain, first, after, dimensions, asked.teams, _COUNTED_ONLY)


def _shares(tx: Tx, asked: Asked) -> Iterator[Share]:
    connection, period = tx.session.connection(), asked.period
    day = col(ChatFactRow.day)
    chats = CHATS.where(day >= period.first, day < period.after)
    if asked.agent is not None:
        chats = chats.where(or_(col(ChatFactRow.agent) == asked.agent, col(ChatFactRow.answered_by) == asked.agent))
    if asked.products:
        chats = chats.where(col(ChatFactRow.product).in_(asked.products))
    if not asked.channels or "chat" in asked.channels:
        for row in connection.execute(chats):
            yield from filter(asked.takes, shares_of_chat(chat_of(row)))
    for row in connection.execute(STEPS.where(*of_steps(asked))):
        yield share_of_step(step_of(row))
    for row in connection.execute(STAYS.where(*of_stays(asked))):
        if (share := share_of_interval(interval_of(row))) is not None:
            yield share


def of_steps(asked: Asked) -> list[ColumnElement[bool]]:
    row, period = StepFactRow, asked.period
    days = [col(row.day) >= period.first, col(row.day) < period.after]
    return [*days, *_of(asked, col(row.team), col(row.agent), col(row.product), col(row.channel))]


def of_stays(asked: Asked) -> list[ColumnElement[bool]]:
    row, period = IntervalRow, asked.period
    days = [col(row.day) >= period.first, col(row.day) < period.after]
    return [*days, *_of(asked, col(row.team), col(row.holder), col(row.product), col(row.channel))]


def _of(
    asked: Asked, team: Mapped[str], agent: Mapped[str], product: Mapped[str], channel: Mapped[str]
) -> list[ColumnElement[bool]]:
    return [
        *among(team, asked.teams),
        *among(agent, None if asked.agent is None else (asked.agent,)),
        *among(product, asked.products or None),
        *among(channel, asked.channels or None),
    ]


def among(column: Mapped[str], values: Iterable[str] | None) -> list[ColumnElement[bool]]:
    return [] if values is None else [column.in_(list(values))]


_LONGEST_MS = 2 * 86_400_000
"""Intervals of chats that began longer ago than this before a day are not looked for."""


def held(tx: Tx, agent: str, begins: int, ends: int) -> list[Interval]:
    """The intervals in which an agent had a chat, as far as they overlap the time from `begins` to `ends`."""
    began, ended = col(IntervalRow.began), col(IntervalRow.ended)
    query = INTERVALS.where(
        col(IntervalRow.holder) == agent,
        literal_column("chat <> ''"),
        began >= begins - _LONGEST_MS,
        began < ends,
        ended > begins,
    )
    return [interval_of(row) for row in tx.session.connection().execute(query)]
