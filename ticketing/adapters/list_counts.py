"""Counts lists of unsolved tickets. Each count reads only its own part of an index, and stops at a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import get_args

from sqlalchemy import CTE, ColumnElement, ScalarSelect, func, true
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from storage.ports import Tx
from ticketing.adapters.list_queries import as_written, held_by
from ticketing.adapters.tables import COUNTED, FLAGGED, SNOOZED, TARGETED, TicketRow
from ticketing.codes import Status
from ticketing.listing import LISTED_MAX, NOBODY, Counts, Filters, Scope
from ticketing.ticket import FLAGS

_OPEN = as_written(COUNTED)
_UNSOLVED = tuple(status for status in get_args(Status) if status != "solved")


def _values(name: Mapped[str], *kept: ColumnElement[bool]) -> CTE:
    """The values of a column, each found by its own look at an index that begins with the column."""
    first = select(func.min(name).label("value")).where(*kept).cte("known", recursive=True)
    following = select(func.min(name)).where(*kept, name > first.c.value).scalar_subquery()
    return first.union_all(select(following).where(first.c.value.is_not(None)))


def counts(tx: Tx, scope: Scope, teams: Collection[str], assignee: str, now: int) -> Counts:
    """See `ticketing.ports.Store.counts`."""
    theirs = _teams(tx, scope, teams)
    if not theirs:
        return Counts()
    found = _by_kind(tx, theirs, assignee, now)
    for flags, count in _by_flags(tx, theirs):
        # A next version may have more flags.
        for flag in set(FLAGS).intersection(flags.split(",")):
            found[flag] += count
    more = tuple(sorted(kind for kind, count in found.items() if count > LISTED_MAX))
    return Counts(**{kind: min(count, LISTED_MAX) for kind, count in found.items()}, more=more)


def is_of_assignees(filters: Filters) -> bool:
    """True if the tickets are the unsolved ones of some people, or of nobody, and nothing else has to look at each."""
    one_kind = len(filters.assignee) == 1 or NOBODY not in filters.assignee
    others = replace(filters, assignee=(), team=(), status=(), snoozed=None)
    unsolved = bool(filters.status) and "solved" not in filters.status
    return bool(filters.assignee) and one_kind and unsolved and others == Filters()


def held(tx: Tx, scope: Scope, filters: Filters, most: int) -> int:
    """The number of tickets for which `is_of_assignees` is true of the filters, at most `most`."""
    kept = [col(TicketRow.status).in_(filters.status), held_by(filters.assignee)]
    if filters.snoozed is not None:
        snoozed = col(TicketRow.snoozed_until)
        kept.append(snoozed.is_not(None) if filters.snoozed else snoozed.is_(None))
    return tx.session.exec(select(_some(_teams(tx, scope, filters.team), _OPEN, *kept, most=most))).one()


def _teams(tx: Tx, scope: Scope, wanted: Collection[str]) -> list[str]:
    """The teams that count. An index finds the tickets of named teams, so for a scope of all teams they are read."""
    if scope.teams is not None:
        return sorted(scope.teams.intersection(wanted) if wanted else scope.teams)
    if wanted:
        return sorted(wanted)
    known = _values(col(TicketRow.team), _OPEN).c.value
    return list(tx.session.exec(select(known).where(known.is_not(None))))


def _by_kind(tx: Tx, teams: Sequence[str], assignee: str, now: int) -> dict[str, int]:
    """The counts that do not depend on flags, each at most LISTED_MAX + 1."""
    status, holder, snoozed = col(TicketRow.status), col(TicketRow.assignee), col(TicketRow.snoozed_until)
    awake = (_OPEN, snoozed.is_(None))
    kinds: dict[str, tuple[ColumnElement[bool], ...]] = {
        **{one: (*awake, status == one) for one in _UNSOLVED},
        "unassigned": (*awake, status.in_(_UNSOLVED), holder.is_(None)),
        "mine": (*awake, status.in_(_UNSOLVED), holder == assignee),
        "due_soon": (*awake, as_written(TARGETED), col(TicketRow.sla_warn) <= now),
        # A solved ticket can't be snoozed.
        "snoozed": (as_written(SNOOZED),),
    }
    row = tx.session.connection().execute(select(*(_some(teams, *kept).label(one) for one, kept in kinds.items())))
    return defaultdict(int, row.mappings().one())


def _by_flags(tx: Tx, teams: Sequence[str]) -> list[tuple[str, int]]:
    """The combinations of flags that tickets have, each with a count of at most LISTED_MAX + 1."""
    flagged, flags = as_written(FLAGGED), col(TicketRow.flags)
    known = _values(flags, _OPEN, flagged)
    having = _some(teams, _OPEN, flagged, flags == known.c.value, within=known)
    return list(tx.session.exec(select(known.c.value, having).where(known.c.value.is_not(None))))


def _some(
    teams: Sequence[str], *kept: ColumnElement[bool], most: int | None = None, within: CTE | None = None
) -> ScalarSelect[int]:
    """The number of tickets of these teams, at most `most`, by default LISTED_MAX + 1. `within`: the query that gives
    `kept` its values."""
    found = select(true()).select_from(TicketRow).where(col(TicketRow.team).in_(teams), *kept)
    if within is not None:
        found = found.correlate(within)
    limited = found.limit(LISTED_MAX + 1 if most is None else most)
    return select(func.count()).select_from(limited.subquery()).scalar_subquery()
