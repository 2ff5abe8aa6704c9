"""Reads cells and facts for reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from reports.adapters import cell_rows
from reports.adapters.store import CHATS, INTERVALS, chat_of, interval_of, shares_of_tickets
from reports.adapters.tables import ChatFactRow, IntervalRow, StepFactRow
from reports.asking import Asked
from reports.cells import Cell, Dimension, Share, shares_of_chat
from reports.facts import NOBODY, Interval
from reports.periods import pieces_of
from reports.seats import LONGEST_MS
from reports.sums import Sums, added_shares
from reports.tally import counted
from storage.ports import Tx

REST: tuple[Dimension, ...] = ("agent", "product", "channel", "code", "hour", "told")
_CODE: tuple[Dimension, ...] = ("code",)


def sums_of(tx: Tx, asked: Asked) -> Sums:
    """The sums of a period, by day, by team, and by each further dimension.

    If the report has a filter other than teams, the sums are computed from the facts, and otherwise from the cells.
    """
    if asked.by_facts:
        return added_shares(_shares(tx, asked), REST)
    sums, period = Sums(), asked.period
    for cell, tally in cell_rows.between(tx, "day", period.first, period.after, ("team",), asked.teams):
        sums.add_day(cell, tally)
        sums.add_team(cell, tally)
    for cell, tally in _of_pieces(tx, asked, REST):
        sums.add(cell, tally)
    return sums


def compared_sums_of(tx: Tx, asked: Asked) -> Sums:
    """The sums of a period with which another one is compared, by day, by team and by code."""
    by = asked.by_one
    if by is None and asked.by_facts:
        return added_shares(_shares(tx, asked), _CODE)
    dimension, keys = by or ("team", None)
    sums, period = Sums(), asked.period
    for cell, tally in cell_rows.between(tx, "day", period.first, period.after, (dimension,), asked.teams, keys):
        sums.add_day(cell, tally)
        sums.add_team(cell, tally)
    if keys is None:
        for cell, tally in _of_pieces(tx, asked, _CODE):
            sums.add(cell, tally)
    else:
        sums.keys["code"] |= _codes(tx, asked)
    return sums


def _of_pieces(tx: Tx, asked: Asked, dimensions: Sequence[Dimension]) -> Iterator[tuple[Cell, int]]:
    for piece in pieces_of(asked.period):
        found = cell_rows.between(tx, piece.grain, piece.first, piece.after, dimensions, asked.teams)
        for cell, tally in found:
            yield cell, piece.sign * tally


def _codes(tx: Tx, asked: Asked) -> dict[str, int]:
    """The tallies of solved tickets by code."""
    code, solved = col(StepFactRow.code), col(StepFactRow.kind) == "solved"
    query = select(code, func.count()).where(*of_steps(asked), solved, code != NOBODY).group_by(code)
    return {key: counted("solved", number) for key, number in tx.session.connection().execute(query)}


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
    yield from shares_of_tickets(tx, of_steps(asked), of_stays(asked))


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


def held(tx: Tx, agent: str, begins: int, ends: int) -> list[Interval]:
    """The intervals in which an agent had a chat, as far as they overlap the time from `begins` to `ends`."""
    began, ended = col(IntervalRow.began), col(IntervalRow.ended)
    query = INTERVALS.where(
        col(IntervalRow.holder) == agent,
        literal_column("chat <> ''"),
        began >= begins - LONGEST_MS,
        began < ends,
        ended > begins,
    )
    return [interval_of(row) for row in tx.session.connection().execute(query)]
