"""The tags of tickets in tables of their own: to find tickets by tags, and to suggest tags."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete, exists, insert, tuple_
from sqlmodel import col, select

from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters.tables import TicketRow
from ticketing.adapters.triage_tables import TagOfTeamRow, TicketTagRow
from ticketing.ticket import Ticket

FEW = 1_000
"""If at most this many tickets have a tag, a list begins with them. Otherwise it looks for the tag at each ticket."""


def keep(tx: Tx, changed: Sequence[tuple[Ticket | None, Ticket]]) -> None:
    """Store the tags of stored tickets. Each pair is a ticket before and after its change."""
    gone: list[tuple[str, int]] = []
    new: list[dict[str, object]] = []
    used: set[tuple[str, str]] = set()
    for before, after in changed:
        had = set(before.tags) if before is not None else set()
        gone += [(tag, after.number) for tag in had - set(after.tags)]
        new += [{"tag": tag, "ticket": after.number} for tag in after.tags if tag not in had]
        if before is None or (before.team, before.tags) != (after.team, after.tags):
            used |= {(after.team, tag) for tag in after.tags}
    connection = tx.session.connection()
    if gone:
        connection.execute(delete(TicketTagRow).where(tuple_(TicketTagRow.tag, TicketTagRow.ticket).in_(gone)))
    if new:
        connection.execute(insert(TicketTagRow), new)
    if used:
        # In order, so that two transactions do not wait for each other.
        rows = [{"team": team, "tag": tag} for team, tag in sorted(used)]
        connection.execute(insert_into(tx, TagOfTeamRow).values(rows).on_conflict_do_nothing())


def used(tx: Tx, teams: Collection[str] | None, start: str, limit: int) -> list[str]:
    """At most `limit` tags of these teams that begin with `start`, in alphabetical order. None: of all teams."""
    tag = col(TagOfTeamRow.tag)
    query = select(tag).distinct().where(tag.startswith(start, autoescape=True))
    if teams is not None:
        query = query.where(col(TagOfTeamRow.team).in_(sorted(teams)))
    return list(tx.session.exec(query.order_by(tag).limit(limit)))


def having(tags: Collection[str]) -> ColumnElement[bool]:
    """The tickets that have any of these tags, looked up at each ticket."""
    number = col(TicketRow.number)
    return exists().where(col(TicketTagRow.tag).in_(sorted(tags)), col(TicketTagRow.ticket) == number)


def having_fast(tx: Tx, tags: Collection[str], few: int = FEW) -> ColumnElement[bool]:
    """Like `having`. If few tickets have the tags, their numbers are the condition."""
    ticket = col(TicketTagRow.ticket)
    query = select(ticket).where(col(TicketTagRow.tag).in_(sorted(tags))).limit(few + 1)
    numbers = set(tx.session.exec(query))
    return col(TicketRow.number).in_(sorted(numbers)) if len(numbers) <= few else having(tags)
