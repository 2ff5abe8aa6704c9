"""The tags of tickets in tables of their own: to find tickets by tags, and to suggest tags."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import col, select

from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters.labels import Labels
from ticketing.adapters.triage_tables import TagOfTeamRow, TicketTagRow
from ticketing.ticket import Ticket

TAGS = Labels(TicketTagRow, "tag", col(TicketTagRow.tag), col(TicketTagRow.ticket))


def keep(tx: Tx, changed: Sequence[tuple[Ticket | None, Ticket]]) -> None:
    """Store the tags of stored tickets. Each pair is a ticket before and after its change."""
    gone: list[tuple[str, int]] = []
    new: list[tuple[str, int]] = []
    used: set[tuple[str, str]] = set()
    for before, after in changed:
        had = set(before.tags) if before is not None else set()
        gone += [(tag, after.number) for tag in had - set(after.tags)]
        new += [(tag, after.number) for tag in after.tags if tag not in had]
        if before is None or (before.team, before.tags) != (after.team, after.tags):
            used |= {(after.team, tag) for tag in after.tags}
    TAGS.keep(tx, gone, new)
    if used:
        # In order, so that two transactions do not wait for each other.
        rows = [{"team": team, "tag": tag} for team, tag in sorted(used)]
        tx.session.connection().execute(insert_into(tx, TagOfTeamRow).values(rows).on_conflict_do_nothing())


def used(tx: Tx, teams: Collection[str] | None, start: str, limit: int) -> list[str]:
    """At most `limit` tags of these teams that begin with `start`, in alphabetical order. None: of all teams."""
    tag = col(TagOfTeamRow.tag)
    query = select(tag).distinct().where(tag.startswith(start, autoescape=True))
    if teams is not None:
        query = query.where(col(TagOfTeamRow.team).in_(sorted(teams)))
    return list(tx.session.exec(query.order_by(tag).limit(limit)))
