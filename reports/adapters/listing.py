"""Lists the chats and tickets behind a figure."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, Select, case, false, func, literal_column, select
from sqlmodel import col

from clock import rfc3339
from reports.adapters import tickets
from reports.adapters.queries import among, of_stays, of_steps
from reports.adapters.store import CHATS, STEPS
from reports.adapters.tables import OF_TICKETS, SOLVED, ChatFactRow, IntervalRow, StepFactRow
from reports.asking import Asked
from reports.backlog import Ageing
from reports.drill import CHAT_METRICS, PROMISES, STAY_METRICS, Behind, Counted, CountedPage
from reports.promises import TOLD_FROM_S
from storage.ports import Tx


def counted(tx: Tx, asked: Asked, behind: Behind, ageings: Sequence[Ageing], now: int) -> CountedPage:
    """A page of the chats, steps or tickets that a figure counts, oldest first, or `longest` first. Times in a status
    are in the order in which they ended. `ageings` are for the backlog.

    The order begins with the day that counts a row. Indexes have this order too, so the first page of a long list is
    found without sorting the list.
    """
    if behind.metric in CHAT_METRICS:
        return _page(tx, *_chats(asked, behind), behind)
    if behind.metric == "backlog":
        return _page(tx, *tickets.unsolved_listed(asked, ageings, behind.status, behind.age), None, behind)
    if behind.metric == "late_now":
        return _page(tx, *tickets.late_listed(asked, now), None, behind)
    if behind.metric in STAY_METRICS:
        return _stays(tx, asked, behind)
    step = [
        *of_steps(asked),
        *([] if behind.client is None else [literal_column(SOLVED), col(StepFactRow.client) == behind.client]),
        col(StepFactRow.kind) == behind.metric,
        *among(col(StepFactRow.code), behind.code and (behind.code,)),
    ]
    order = (col(StepFactRow.day), col(StepFactRow.at), col(StepFactRow.ticket), col(StepFactRow.place))
    return _page(tx, STEPS.where(*step).order_by(*order), select(func.count()).where(*step), None, behind)


def _stays(tx: Tx, asked: Asked, behind: Behind) -> CountedPage:
    row = IntervalRow
    wanted = [literal_column(OF_TICKETS), *of_stays(asked), col(row.kind) == behind.metric.removesuffix("_time")]
    columns = (("ticket", "ticket"), ("began", "at"), ("team", "team"), ("holder", "agent"), ("product", "product"))
    rows = select(*(getattr(row, name).label(shown) for name, shown in (*columns, ("open_ms", "open_ms")))).where(
        *wanted
    )
    count = select(func.count()).select_from(row).where(*wanted)
    order = (col(row.day), col(row.ended), col(row.ticket), col(row.place))
    return _page(tx, rows.order_by(*order), count, "open_ms", behind)


def _chats(asked: Asked, behind: Behind) -> tuple[Select[tuple[object, ...]], Select[int], str | None]:
    row, metric = ChatFactRow, behind.metric
    by_answer = metric in ("wait", "wait_late", "first_response", "first_response_late", *PROMISES)
    team, agent = (row.answered_team, row.answered_by) if by_answer else (row.team, row.agent)
    wanted = [
        col(row.day) >= asked.period.first,
        col(row.day) < asked.period.after,
        *among(col(team), asked.teams),
        *among(col(agent), None if asked.agent is None else (asked.agent,)),
        *among(col(row.product), asked.products or None),
        *_metric(metric),
    ]
    if behind.hour is not None:
        wanted.append(col(row.hour) == behind.hour)
    if behind.told is not None:
        bounds = (*TOLD_FROM_S, None)[behind.told : behind.told + 2]
        wanted.append(col(row.told_s) >= bounds[0])
        wanted += [] if bounds[1] is None else [col(row.told_s) < bounds[1]]
    if asked.channels and "chat" not in asked.channels:
        wanted.append(false())
    value = _DURATIONS.get(metric)
    order = (col(row.day), col(row.queued_at), col(row.chat))
    first = [col(getattr(row, value)).desc()] if behind.longest and value is not None else []
    return CHATS.where(*wanted).order_by(*first, *order), select(func.count()).where(*wanted), value


_DURATIONS = {
    "handle": "handle_ms",
    "wait": "wait_ms",
    "wait_late": "wait_ms",
    "first_response": "first_ms",
    "first_response_late": "first_ms",
    "promised": "wait_ms",
    "promise_broken": "wait_ms",
}
"""The columns with the durations that metrics measure."""


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
        case "promised":
            return [counts, wait.is_not(None), col(row.told_s).is_not(None)]
        case "promise_broken":
            return [counts, col(row.told_s).is_not(None), wait > _promised_ms()]
        case "handle":
            return [counts, col(row.handle_ms).is_not(None)]
        case "rating":
            return [counts, col(row.rating).is_not(None)]
    return []


def _promised_ms() -> ColumnElement[int]:
    """The told wait as customers read it, in ms. As in `reports.promises.is_kept`."""
    minutes = (col(ChatFactRow.told_s) + 30) // 60
    return case((minutes < 1, 1), else_=minutes) * 60_000


def _page(
    tx: Tx, rows: Select[tuple[object, ...]], count: Select[int], value: str | None, behind: Behind
) -> CountedPage:
    connection = tx.session.connection()
    total = int(connection.execute(count).scalar_one())
    found = [_counted(row, value) for row in connection.execute(rows.offset(behind.after).limit(behind.most))]
    upto = behind.after + len(found)
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
