"""Reads cells and facts for reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Row, Select, false, func, literal_column, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from clock import rfc3339
from reports.adapters import cell_rows
from reports.adapters.store import CHATS, INTERVALS, STEPS, chat_of, interval_of, step_of
from reports.adapters.tables import ChatFactRow, IntervalRow, StepFactRow
from reports.asking import Asked
from reports.cells import Cell, Dimension, Share, cells_of, share_of_step, shares_of_chat
from reports.drill import CHAT_METRICS, PAGE, Counted, CountedPage
from reports.facts import Interval
from reports.overview import Sums, added
from reports.periods import parts_of
from storage.ports import Tx

REST: tuple[Dimension, ...] = ("agent", "product", "channel", "code", "hour")
COMPARED: tuple[Dimension, ...] = ("code",)
"""The dimensions that an overview needs of the period compared with."""


def sums_of(tx: Tx, asked: Asked, dimensions: Sequence[Dimension] = REST) -> Sums:
    """The sums of a period, by day, by team, and by these dimensions.

    If the report has a filter other than teams, the sums are computed from the facts, and otherwise from the cells.
    """
    if asked.by_facts:
        cells = [item for item in cells_of(_shares(tx, asked)).items() if item[0].grain == "day"]
        teams = (item for item in cells if item[0].dimension == "team")
        return added(teams, (item for item in cells if item[0].dimension != "team"))
    period = asked.period
    days = cell_rows.between(tx, "day", period.first, period.after, ("team",), asked.teams)
    return added(days, _rest(tx, asked, dimensions))


def _rest(tx: Tx, asked: Asked, dimensions: Sequence[Dimension]) -> Iterator[tuple[Cell, int]]:
    for grain, first, after in parts_of(asked.period):
        yield from cell_rows.between(tx, grain, first, after, dimensions, asked.teams)


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
    for row in connection.execute(STEPS.where(*_of_steps(asked))):
        yield share_of_step(step_of(row))


def _of_steps(asked: Asked) -> list[ColumnElement[bool]]:
    day = col(StepFactRow.day)
    return [
        day >= asked.period.first,
        day < asked.period.after,
        *_among(col(StepFactRow.team), asked.teams),
        *_among(col(StepFactRow.agent), None if asked.agent is None else (asked.agent,)),
        *_among(col(StepFactRow.product), asked.products or None),
        *_among(col(StepFactRow.channel), asked.channels or None),
    ]


def _among(column: Mapped[str], values: Iterable[str] | None) -> list[ColumnElement[bool]]:
    return [] if values is None else [column.in_(list(values))]


def counted(tx: Tx, asked: Asked, metric: str, code: str | None, after: int) -> CountedPage:
    """A page of the chats or steps that the figure `metric` counts, oldest first. `after`: the number of rows before
    this page."""
    if metric in CHAT_METRICS:
        return _page(tx, *_chats(asked, metric), after)
    step = [*_of_steps(asked), col(StepFactRow.kind) == metric, *_among(col(StepFactRow.code), code and (code,))]
    order = (col(StepFactRow.at), col(StepFactRow.ticket), col(StepFactRow.place))
    return _page(tx, STEPS.where(*step).order_by(*order), select(func.count()).where(*step), None, after)


def _chats(asked: Asked, metric: str) -> tuple[Select[tuple[object, ...]], Select[int], str | None]:
    row = ChatFactRow
    by_answer = metric in ("wait", "wait_late", "first_response", "first_response_late")
    team, agent = (row.answered_team, row.answered_by) if by_answer else (row.team, row.agent)
    wanted = [
        col(row.day) >= asked.period.first,
        col(row.day) < asked.period.after,
        *_among(col(team), asked.teams),
        *_among(col(agent), None if asked.agent is None else (asked.agent,)),
        *_among(col(row.product), asked.products or None),
        *_metric(metric),
    ]
    if asked.channels and "chat" not in asked.channels:
        wanted.append(false())
    value = {"handle": "handle_ms", "wait": "wait_ms", "first_response": "first_ms"}.get(metric.removesuffix("_late"))
    order = (col(row.queued_at), col(row.chat))
    return CHATS.where(*wanted).order_by(*order), select(func.count()).where(*wanted), value


def _metric(metric: str) -> list[ColumnElement[bool]]:
    row = ChatFactRow
    counts = col(row.void).is_(False)
    wait, first = col(row.wait_ms), col(row.first_ms)
    match metric:
        case "answered" | "abandoned" | "missed":
            return [col(row.outcome) == metric]
        case "void":
            return [col(row.void).is_(True)]
        case "wait":
            return [counts, wait.is_not(None)]
        case "wait_late":
            return [counts, wait > col(row.wait_goal_s) * 1000]
        case "first_response":
            return [counts, wait.is_not(None), first.is_not(None)]
        case "first_response_late":
            return [counts, wait.is_not(None), first > col(row.first_goal_s) * 1000]
        case "handle":
            return [counts, col(row.handle_ms).is_not(None)]
        case "rating":
            return [counts, col(row.rating).is_not(None)]
    return []


def _page(tx: Tx, rows: Select[tuple[object, ...]], count: Select[int], value: str | None, after: int) -> CountedPage:
    connection = tx.session.connection()
    total = int(connection.execute(count).scalar_one())
    found = [_counted(row, value) for row in connection.execute(rows.offset(after).limit(PAGE))]
    upto = after + len(found)
    return CountedPage(total, found, upto if upto < total else None)


def _counted(row: Row[tuple[object, ...]], value: str | None) -> Counted:
    known = row._asdict()
    ms = known[value] if value is not None else None
    return Counted(
        ticket=row.ticket,
        chat=known.get("chat"),
        at=rfc3339(known["queued_at"] if "queued_at" in known else known["at"]),
        team=row.team,
        agent=row.agent or None,
        product=row.product or None,
        seconds=None if ms is None else ms // 1000,
        rating=known.get("rating"),
        code=known.get("code") or None,
    )


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
