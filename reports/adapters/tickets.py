"""Reads tickets and their histories, and counts and lists tickets that are not solved or are late. The only module of
reports that reads the tables of `ticketing`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, literal_column, select
from sqlmodel import col

from reports.adapters.queries import among
from reports.adapters.tables import CountedTicketRow
from reports.asking import Asked
from reports.backlog import Ageing, BacklogPart, backlog_of, of_teams
from reports.overview import LateTickets
from reports.sources import TargetEnd, TicketLine, TicketNow
from storage.ports import Tx
from ticketing.adapters.tables import AT_WORK, TARGETED, TicketChangeRow, TicketRow
from ticketing.targets import Service

_service = msgspec.json.Decoder(Service)
_COUNTED_AS_IT_IS = and_(
    col(CountedTicketRow.ticket) == col(TicketRow.number), col(CountedTicketRow.version) == col(TicketRow.version)
)
_DUE = (
    select(col(TicketRow.updated_at), col(TicketRow.number))
    .outerjoin(CountedTicketRow, _COUNTED_AS_IT_IS)
    .where(col(TicketRow.updated_at) >= bindparam("since"), col(CountedTicketRow.ticket).is_(None))
    .order_by(col(TicketRow.updated_at), col(TicketRow.number))
    .limit(bindparam("most"))
)
_AFTER = (
    select(col(TicketRow.number))
    .where(col(TicketRow.number) > bindparam("after"))
    .order_by(col(TicketRow.number))
    .limit(bindparam("most"))
)
_TICKETS = select(
    *(
        getattr(TicketRow, name).label(name)
        for name in (
            "number",
            "version",
            "status",
            "with_",
            "team",
            "product",
            "channel",
            "assignee",
            "client",
            "resolution",
            "rating",
            "created_at",
            "service",
        )
    )
).where(col(TicketRow.number).in_(bindparam("numbers", expanding=True)))
_LINES = (
    select(
        col(TicketChangeRow.ticket),
        col(TicketChangeRow.at),
        col(TicketChangeRow.field),
        col(TicketChangeRow.was),
        col(TicketChangeRow.became),
        col(TicketChangeRow.by_kind),
        col(TicketChangeRow.by_id),
    )
    .where(
        col(TicketChangeRow.ticket).in_(bindparam("numbers", expanding=True)),
        col(TicketChangeRow.field).in_(("status", "with", "team", "assignee", "product", "resolution")),
    )
    .order_by(col(TicketChangeRow.ticket), col(TicketChangeRow.id))
)


def due(tx: Tx, since: int, limit: int) -> list[tuple[int, int]]:
    rows = tx.session.connection().execute(_DUE, {"since": since, "most": limit})
    return [(row.updated_at, row.number) for row in rows]


RULE = "rule-"
"""Ids in the history that begin so are of rules."""


def after(tx: Tx, number: int, limit: int) -> list[int]:
    rows = tx.session.connection().execute(_AFTER, {"after": number, "most": limit})
    return [row.number for row in rows]


def tickets(tx: Tx, numbers: Collection[int], void_reviewed: Collection[int]) -> list[TicketNow]:
    connection, asked = tx.session.connection(), {"numbers": sorted(numbers)}
    lines: dict[int, list[TicketLine]] = {}
    for ticket, at, field, was, became, by_kind, by_id in connection.execute(_LINES, asked):
        # A rule is no agent.
        by = by_id or "" if by_kind == "staff" and not (by_id or "").startswith(RULE) else ""
        lines.setdefault(ticket, []).append(TicketLine(at, field, _text(was), _text(became), by))
    return [
        TicketNow(
            number=row.number,
            version=row.version,
            status=row.status,
            with_product=row.with_ == "product",
            team=row.team,
            product=row.product or "",
            channel=row.channel,
            assignee=row.assignee or "",
            client=row.client or "",
            code=row.resolution or "",
            rating=row.rating,
            void_reviewed=row.number in void_reviewed,
            created_at=row.created_at,
            lines=tuple(lines.get(row.number, ())),
            targets=_targets(row.service, row.team, row.assignee or ""),
        )
        for row in connection.execute(_TICKETS, asked)
    ]


def _targets(body: str | None, team: str, agent: str) -> tuple[TargetEnd, ...]:
    """The targets that ended. Those that ended before ends were kept count for the present team and assignee."""
    if body is None:
        return ()
    service = _service.decode(body)
    ends = [TargetEnd(one.at, one.metric, one.late, one.team, one.agent) for one in service.ended]
    known = {(one.metric, one.at) for one in ends}
    older = [
        TargetEnd(one.met, one.metric, one.breached, team, agent)
        for one in service.running
        if one.met is not None and (one.metric, one.met) not in known
    ]
    return (*older, *ends)


def _text(value: str | None) -> str:
    found = msgspec.json.decode(value) if value is not None else ""
    return found if isinstance(found, str) else ""


_STATUS: ColumnElement[str] = case(
    (and_(col(TicketRow.status) == "open", col(TicketRow.with_) == "product"), "with_product"),
    else_=col(TicketRow.status),
)


def unsolved(tx: Tx, asked: Asked, ageings: Sequence[Ageing]) -> list[BacklogPart]:
    """The tickets that are not solved now. The period of `asked` is ignored."""
    chosen = of_teams(ageings, asked.teams)
    if not chosen:
        return backlog_of(())
    status, age = _STATUS.label("state"), _age_of_team(chosen).label("age")
    query = select(status, age, func.count()).where(*_wanted(asked, chosen)).group_by(status, age)
    return backlog_of((row[0], row[1], row[2]) for row in tx.session.connection().execute(query))


def unsolved_listed(
    asked: Asked, ageings: Sequence[Ageing], status: str | None, age: int | None
) -> tuple[Select[tuple[object, ...]], Select[int]]:
    """Two queries: the tickets that are not solved now, oldest first, and their number. `status` and `age` (a class of
    ages) limit both."""
    chosen = of_teams(ageings, asked.teams)
    wanted = _wanted(asked, chosen)
    if status is not None:
        wanted.append(_STATUS.in_([status]))
    if age is not None:
        wanted.append(_age_of_team(chosen) == age if chosen else false())
    columns = (
        ("number", "ticket"),
        ("created_at", "at"),
        ("team", "team"),
        ("assignee", "agent"),
        ("product", "product"),
    )
    rows = select(*(getattr(TicketRow, name).label(shown) for name, shown in columns)).where(*wanted)
    # Sorted by an expression, so that the index of unsolved tickets is used, not the one of all tickets by creation.
    order = (col(TicketRow.created_at) + 0, col(TicketRow.number))
    return rows.order_by(*order), select(func.count()).where(*wanted)


def _age_of_team(ageings: Sequence[Ageing]) -> ColumnElement[int]:
    """The class of the ticket's age, by the rule for its team. `ageings`: at least one rule."""
    return case(*((col(TicketRow.team).in_(one.teams), _age(one)) for one in ageings))


def _age(ageing: Ageing) -> ColumnElement[int]:
    """The class of the ticket's age."""
    created = col(TicketRow.created_at)
    return case(*((created >= edge, place) for place, edge in enumerate(ageing.edges)), else_=len(ageing.edges))


def _wanted(asked: Asked, ageings: Sequence[Ageing]) -> list[ColumnElement[bool]]:
    row, teams = TicketRow, [team for one in ageings for team in one.teams]
    found: list[ColumnElement[bool]] = [literal_column(AT_WORK), col(row.team).in_(teams)]
    if asked.agent is not None:
        # As an expression, so that no index of assignees is used: it has all solved tickets too.
        found.append(func.coalesce(row.assignee, "") == asked.agent)
    if asked.products:
        found.append(col(row.product).in_(asked.products))
    if asked.channels:
        found.append(col(row.channel).in_(asked.channels))
    return found


def late_now(tx: Tx, asked: Asked, now: int) -> list[LateTickets]:
    """The number of late tickets of each team that has some. The period of `asked` is ignored."""
    query = (
        select(col(TicketRow.team), func.count())
        .where(*_late(asked, now))
        .group_by(col(TicketRow.team))
        .order_by(col(TicketRow.team))
    )
    return [LateTickets(team, count) for team, count in tx.session.connection().execute(query)]


def late_listed(asked: Asked, now: int) -> tuple[Select[tuple[object, ...]], Select[int]]:
    """Two queries: the late tickets, by the time since which they are late, and their number."""
    columns = (
        ("number", "ticket"),
        ("sla_due", "at"),
        ("team", "team"),
        ("assignee", "agent"),
        ("product", "product"),
    )
    wanted = _late(asked, now)
    rows = select(*(getattr(TicketRow, name).label(shown) for name, shown in columns)).where(*wanted)
    order = (col(TicketRow.sla_due), col(TicketRow.number))
    return rows.order_by(*order), select(func.count()).select_from(TicketRow).where(*wanted)


def _late(asked: Asked, now: int) -> list[ColumnElement[bool]]:
    row = TicketRow
    # As an expression, so that no index of assignees is used: it has all tickets that are not late too.
    agent = [] if asked.agent is None else [func.coalesce(row.assignee, "") == asked.agent]
    return [
        literal_column(TARGETED),
        col(row.sla_due) <= now,
        *among(col(TicketRow.team), asked.teams),
        *agent,
        *([col(row.product).in_(asked.products)] if asked.products else []),
        *among(col(row.channel), asked.channels or None),
    ]
