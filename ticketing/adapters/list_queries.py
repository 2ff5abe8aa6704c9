"""Finds the tickets of a list, and counts those of saved views, from indexes alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal_column, not_, or_, text, true
from sqlmodel import col, select

from storage.ports import Tx
from texts.addresses import normal_email
from ticketing.adapters import field_store, tags
from ticketing.adapters.follower_tables import TicketFollowerRow
from ticketing.adapters.labels import Known
from ticketing.adapters.search import SearchLimits, mentions
from ticketing.adapters.tables import AT_WORK, FLAGGED, SNOOZED, TARGETED, ParticipantRow, TicketRow
from ticketing.listing import NOBODY, WITHOUT_CODE, Due, Facets, Filters, Place, Reader, Scope, Sort, Whose
from ticketing.requester import address_in
from ticketing.ticket import PRIORITIES

FEW = 1_000
"""If a customer has at most this many tickets, a search checks each of them and does not use the full text index."""
SORTED_MAX = 5_000
"""At most this many late tickets are sorted for a page."""

_ASKED = text("SELECT 1 FROM tickets WHERE requester = :id LIMIT 1")
"""Asked at each `hello` of a visitor. Most have no ticket, and a composed query takes much longer."""
_ONE_OF = ("status", "team", "resolution", "product", "channel", "client")
"""The filters that may have several values. Each has the name of its column."""


def numbers(
    tx: Tx, scope: Scope, filters: Filters, sort: Sort, limit: int, after: Place | None, limits: SearchLimits
) -> list[int]:
    """The numbers of the tickets on a page, in order. With the most used filters, reads only narrow indexes, not the
    tickets themselves."""
    if scope.reader is not None and scope.reader.is_a_visitor and not _has_asked(tx, scope.reader):
        return []
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    value, number = col(getattr(TicketRow, name)), col(TicketRow.number)
    order = (value.desc(), number.desc()) if falling else (value, number)
    few = False
    if filters.q is not None and scope.reader is not None:
        own = _some(tx, scope, filters.whose, FEW + 1)
        if not own:
            return []
        few = own <= FEW
    kept = _matching(tx, filters, {})
    if name == "sla_due":
        kept.append(as_written(TARGETED))
    elif filters.due is not None:
        kept += _targeted(tx, filters)
    if filters.q is not None:
        kept.append(mentions(tx, filters.q, for_staff=scope.for_staff, looking=few, limits=limits))
    if after is not None:
        kept.append(_beyond(value, number, after, falling=falling))
    found: set[tuple[int, int]] = set()
    for theirs in _within(scope, filters.whose):
        # One query each: a combined query would collect and sort everything before it returned the first page.
        query = select(value, number).where(theirs, *kept).order_by(*order).limit(limit)
        found.update(tuple(row) for row in tx.session.exec(query))
    return [number for _, number in sorted(found, reverse=falling)[:limit]]


def counted(tx: Tx, scope: Scope, filters: Filters, most: int, since: int | None, known: Known) -> int:
    """How many tickets of a scope of staff match, at most `most`. With `since`, only those that changed since then. The
    filters must not have `q`."""
    (theirs,) = _within(scope)
    matching = select(TicketRow.number).where(theirs, *_matching(tx, filters, known))
    if filters.due is not None:
        matching = matching.where(as_written(TARGETED))
    if since is not None:
        matching = matching.where(col(TicketRow.updated_at) >= since)
    # The order of a list would keep SQLite from an index that finds the tickets at once.
    return tx.session.exec(select(func.count()).select_from(matching.limit(most).subquery())).one()


def few_labelled(tx: Tx, filters: Filters, known: Known) -> bool:
    """True if few tickets have the tags, or the values of one of the custom fields."""
    few = bool(filters.tag) and tags.TAGS.are_few(tx, filters.tag, known)
    return few or field_store.any_few(tx, filters.custom, known)


def changed_since(tx: Tx, most: int) -> int | None:
    """When the last `most` tickets had changed. None if there are not more."""
    updated, number = col(TicketRow.updated_at), col(TicketRow.number)
    query = select(updated).order_by(updated.desc(), number.desc()).offset(most).limit(1)
    return tx.session.exec(query).first()


def _has_asked(tx: Tx, reader: Reader) -> bool:
    connection = tx.session.connection()
    return any(connection.execute(_ASKED, {"id": id_}).first() is not None for id_ in reader.ids)


def _some(tx: Tx, scope: Scope, whose: Whose | None, most: int) -> int:
    """The number of tickets that the reader may see, or `most` if there are more."""
    number = col(TicketRow.number)
    found: set[int | None] = set()
    for theirs in _within(scope, whose):
        found.update(tx.session.exec(select(number).where(theirs).limit(most)))
    return min(len(found), most)


def _within(scope: Scope, whose: Whose | None = None) -> list[ColumnElement[bool]]:
    """The conditions for the tickets of a scope. A ticket must meet at least one of them."""
    if scope.reader is not None:
        return _of(scope.reader, whose)
    if scope.teams is None:
        return [true()]
    return [col(TicketRow.team).in_(sorted(scope.teams))]


def _of(reader: Reader, whose: Whose | None) -> list[ColumnElement[bool]]:
    """The conditions for the tickets for which `Reader.sees` is true, or only for the tickets in the list `whose`. A
    ticket must meet at least one of the conditions."""
    match whose:
        case None:
            return [*_asked_by(reader), *_of_company(reader), *_taking_part(reader)]
        case "mine":
            return _asked_by(reader)
        case "shared":
            asked = func.coalesce(or_(*_asked_by(reader)), false())
            return [and_(one, not_(asked)) for one in _taking_part(reader)]
        case "company":
            return _of_company(reader)


def _asked_by(reader: Reader) -> list[ColumnElement[bool]]:
    theirs: list[ColumnElement[bool]] = [col(TicketRow.requester).in_(sorted(reader.ids))]
    if reader.address is not None:
        theirs.append(and_(col(TicketRow.requester).is_(None), col(TicketRow.requester_email) == reader.address))
    if reader.confirmed:
        theirs.append(col(TicketRow.number).in_(sorted(reader.confirmed)))
    return theirs


def _of_company(reader: Reader) -> list[ColumnElement[bool]]:
    return [] if reader.client is None else [col(TicketRow.client) == reader.client]


def _taking_part(reader: Reader) -> list[ColumnElement[bool]]:
    takes_part: list[ColumnElement[bool]] = []
    if reader.account is not None:
        takes_part.append(col(ParticipantRow.account) == reader.account)
    if reader.address is not None:
        takes_part.append(col(ParticipantRow.email) == reader.address)
    return [col(TicketRow.number).in_(select(ParticipantRow.ticket).where(or_(*takes_part)))] if takes_part else []


def _matching(tx: Tx, filters: Filters, known: Known) -> list[ColumnElement[bool]]:
    """The conditions of all filters but `q` and `whose`."""
    kept = _kept(filters)
    if filters.tag:
        kept.append(tags.TAGS.having_fast(tx, filters.tag, known))
    return kept + field_store.having_all(tx, filters.custom, known)


def _targeted(tx: Tx, filters: Filters) -> list[ColumnElement[bool]]:
    """The condition for the index of targets, if a page should begin with it and sort what it finds.

    Without it, a page reads open work in the order of the list. An index begins with the due time, but none with the
    time from which on a target is due soon: to find these takes as long as to read all open work.
    """
    targeted = [as_written(TARGETED)]
    if not _at_work(filters):
        return targeted
    if filters.due is None or filters.due.kind == "soon":
        return []
    late = select(TicketRow.number).where(*targeted, _due(filters.due)).limit(SORTED_MAX + 1)
    few = tx.session.exec(select(func.count()).select_from(late.subquery())).one() <= SORTED_MAX
    return targeted if few else []


def _kept(filters: Filters) -> list[ColumnElement[bool]]:
    kept = [*_with(filters), *(not_(func.coalesce(has, false())) for has in _with(filters.without))]
    if filters.without.tag:
        kept.append(not_(tags.TAGS.having(filters.without.tag)))
    if filters.without.custom:
        kept.append(not_(field_store.VALUES.having(filters.without.custom)))
    if filters.snoozed is not None:
        kept += [as_written(SNOOZED)] if filters.snoozed else [col(TicketRow.snoozed_until).is_(None)]
    created, updated = col(TicketRow.created_at), col(TicketRow.updated_at)
    if _at_work(filters):
        kept.append(as_written(AT_WORK))
    for flags in (filters.flags, WITHOUT_CODE if filters.needs_code else ()):
        if flags:
            flagged = (col(TicketRow.flags).contains(f",{flag},", autoescape=True) for flag in flags)
            kept += [as_written(FLAGGED), or_(*flagged)]
    if filters.followed_by:
        theirs = select(TicketFollowerRow.ticket).where(col(TicketFollowerRow.person).in_(filters.followed_by))
        kept.append(col(TicketRow.number).in_(theirs))
    if filters.due_before is not None:
        kept += [as_written(TARGETED), col(TicketRow.sla_due) < filters.due_before]
    if filters.due is not None:
        kept.append(_due(filters.due))
    if filters.from_ is not None:
        kept.append(created >= filters.from_)
    if filters.to is not None:
        kept.append(created < filters.to)
    if filters.updated_from is not None:
        kept.append(updated >= filters.updated_from)
    if filters.updated_to is not None:
        kept.append(updated < filters.updated_to)
    if filters.goes_on_at is not None:
        until = col(TicketRow.reopen_until)
        kept.append(col(TicketRow.closed_at).is_(None))
        kept.append(or_(col(TicketRow.status) != "solved", until.is_(None), until >= filters.goes_on_at))
    return kept


def _at_work(filters: Filters) -> bool:
    """True if the filters leave out solved tickets."""
    return bool(filters.status and "solved" not in filters.status) or "solved" in filters.without.status


def _with(facets: Facets) -> list[ColumnElement[bool]]:
    """One condition for each facet that has values.

    For a ticket in which the column is empty, the condition is NULL.
    """
    having: list[ColumnElement[bool]] = [
        col(getattr(TicketRow, name)).in_(values) for name in _ONE_OF if (values := getattr(facets, name))
    ]
    if facets.requester:
        having.append(_asked_by_one_of(facets.requester))
    if facets.assignee:
        having.append(held_by(facets.assignee))
    if facets.priority:
        ranks = [rank for rank, priority in enumerate(PRIORITIES) if priority in facets.priority]
        # The sign keeps SQLite from collecting and sorting all tickets of a priority: it reads them in order.
        having.append(literal_column("+tickets.priority").in_(ranks))
    if facets.email:
        having.append(col(TicketRow.requester_address).in_(sorted({normal_email(email) for email in facets.email})))
    return having


def as_written(condition: str) -> ColumnElement[bool]:
    """The condition of a partial index, so that a query uses the index."""
    # As a Boolean, SQLite would get `(…) = 1`, which matches no index.
    return literal_column(condition)


def _asked_by_one_of(requesters: Sequence[str]) -> ColumnElement[bool]:
    id_, address = col(TicketRow.requester), col(TicketRow.requester_address)
    ids = [one for one in requesters if address_in(one) is None]
    addresses = [found for one in requesters if (found := address_in(one)) is not None]
    if not addresses:
        return id_.in_(ids)
    by_address = and_(id_.is_(None), address.in_(addresses))
    return or_(id_.in_(ids), by_address) if ids else by_address


def held_by(assignees: Sequence[str]) -> ColumnElement[bool]:
    holder, people = col(TicketRow.assignee), [one for one in assignees if one != NOBODY]
    held = [holder.in_(people)] if people else []
    return or_(holder.is_(None), *held) if NOBODY in assignees else or_(*held)


def _beyond(value: Any, number: Any, after: Place, *, falling: bool) -> ColumnElement[bool]:
    if falling:
        return and_(value <= after.value, or_(value < after.value, number < after.number))
    return and_(value >= after.value, or_(value > after.value, number > after.number))


def at_work(tx: Tx, after: Place | None, limit: int) -> list[Place]:
    """The places of unsolved tickets after this place, in the order of their last change."""
    updated, number = col(TicketRow.updated_at), col(TicketRow.number)
    query = select(updated, number).where(as_written(AT_WORK)).order_by(updated, number).limit(limit)
    if after is not None:
        query = query.where(_beyond(updated, number, after, falling=False))
    return [Place(at, found) for at, found in tx.session.exec(query) if found is not None]


def _due(due: Due) -> ColumnElement[bool]:
    return col(TicketRow.sla_warn if due.kind == "soon" else TicketRow.sla_due) <= due.at


def by_status(tx: Tx, scope: Scope, whose: Whose) -> dict[str, int]:
    """The number of a customer's tickets in each status, solved tickets included."""
    theirs = _within(scope, whose)
    if not theirs:
        return {}
    status = col(TicketRow.status)
    return dict(tx.session.exec(select(status, func.count()).where(or_(*theirs)).group_by(status)).all())


def requesters(tx: Tx, scope: Scope, whose: Whose, limit: int) -> list[tuple[str, str]]:
    """The requesters of the tickets in the customer's list `whose`: at most `limit` pairs of id and name, ordered by
    name."""
    theirs = _within(scope, whose)
    if not theirs:
        return []
    id_, name = col(TicketRow.requester), func.max(col(TicketRow.requester_name))
    known = select(id_, name).where(or_(*theirs), id_.is_not(None), col(TicketRow.requester_name).is_not(None))
    return [(str(one), str(called)) for one, called in tx.session.exec(known.group_by(id_).order_by(name).limit(limit))]
