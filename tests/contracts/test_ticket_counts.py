"""Counts of the lists of unsolved tickets, on each database."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from storage.ports import Storage, Tx
from ticketing.adapters import list_counts, list_queries
from ticketing.adapters.saved_view_store import SqlSavedViews
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketRow
from ticketing.listing import NOBODY, Counts, Facets, Filters, Scope

NOW = 1_000
WORK = ("open", "awaiting_reply", "fixed_pending_rca")
ALL = Scope(teams=None)


def _ticket(team: str = "media", status: str = "open", assignee: str | None = None, flags: str = "") -> TicketRow:
    return TicketRow(
        status=status, team=team, channel="form", created_at=1, updated_at=1, assignee=assignee, flags=flags
    )


def _due(ticket: TicketRow, due: int, warn: int, snoozed: int | None = None) -> TicketRow:
    ticket.sla_due, ticket.sla_warn, ticket.snoozed_until = due, warn, snoozed
    return ticket


async def _counts(storage: Storage, scope: Scope, *teams: str) -> Counts:
    return await storage.read(lambda tx: SqlStore().counts(tx, scope, teams, "u1", NOW))


async def _held(storage: Storage, scope: Scope, filters: Filters, most: int) -> int:
    return await storage.read(lambda tx: SqlSavedViews().tickets(tx, scope, filters, most, None, {}))


def _like_others(tx: Tx, scope: Scope, filters: Filters) -> int:
    return list_queries.counted(tx, scope, filters, 9, None, {})


async def _add(storage: Storage, *tickets: TicketRow) -> None:
    await storage.write(lambda tx: tx.session.add_all(tickets))


async def test_counts_have_each_kind_of_unsolved_ticket(storage: Storage) -> None:
    await _add(
        storage,
        _due(_ticket(assignee="u1"), 2_000, NOW),
        _due(_ticket("prod", "awaiting_reply"), 3_000, NOW + 1),
        _ticket("prod", "fixed_pending_rca", "u2", ",confirmed,loop,of_a_next_version,"),
        _due(_ticket("finance", assignee="u1", flags=",loop,"), 10, 5, 5_000),
        _ticket(status="solved", assignee="u1", flags=",fields_missing,"),
    )
    work = Counts(open=1, awaiting_reply=1, fixed_pending_rca=1, unassigned=1, mine=1, due_soon=1, snoozed=1)
    assert await _counts(storage, ALL) == replace(work, loop=2, confirmed=1)
    both = Counts(awaiting_reply=1, fixed_pending_rca=1, unassigned=1, snoozed=1, loop=2, confirmed=1)
    assert await _counts(storage, Scope(teams=frozenset({"prod", "finance"}))) == both
    assert await _counts(storage, ALL, "finance", "other") == Counts(snoozed=1, loop=1)
    # Nobody sees more by asking for a team.
    assert await _counts(storage, Scope(teams=frozenset({"prod"})), "media") == Counts()
    assert await _counts(storage, Scope(teams=frozenset())) == Counts()


@pytest.mark.parametrize(
    ("filters", "of_all", "of_prod"),
    [
        (Filters(status=WORK, assignee=(NOBODY,)), 3, 1),
        (Filters(status=WORK, assignee=(NOBODY,), snoozed=False), 2, 1),
        (Filters(status=WORK, assignee=(NOBODY,), snoozed=True), 1, 0),
        (Filters(status=("open",), assignee=("u1", "u2")), 3, 2),
        (Filters(status=WORK, assignee=("u1",), team=("media", "finance")), 1, 0),
    ],
)
async def test_view_of_assignees_has_the_tickets_of_its_teams(
    storage: Storage, filters: Filters, of_all: int, of_prod: int
) -> None:
    """It is counted from another index than other views."""
    await _add(
        storage,
        *(_ticket(assignee=one, status=status) for one in ("u1", None) for status in ("open", "solved")),
        *(_ticket("prod", assignee=one) for one in ("u1", "u2")),
        _ticket("prod", "awaiting_reply"),
        _due(_ticket("finance"), 10, 5, 5_000),
    )
    assert list_counts.is_of_assignees(filters)
    for scope, tickets in ((ALL, of_all), (Scope(teams=frozenset({"prod"})), of_prod)):
        assert await _held(storage, scope, filters, 9) == tickets
        assert await _held(storage, scope, filters, 1) == min(tickets, 1)
        like_others = await storage.read(partial(_like_others, scope=scope, filters=filters))
        assert like_others == tickets


@pytest.mark.parametrize(
    "filters",
    [
        Filters(status=WORK),
        Filters(assignee=("u1",)),
        Filters(status=("open", "solved"), assignee=("u1",)),
        Filters(status=WORK, assignee=(NOBODY, "u1")),
        Filters(status=WORK, assignee=("u1",), product=("Lumina",)),
        Filters(status=WORK, assignee=("u1",), without=Facets(team=("media",))),
    ],
)
def test_view_with_more_filters_is_not_one_of_assignees(filters: Filters) -> None:
    assert not list_counts.is_of_assignees(filters)


async def test_counts_stop_at_their_limit_and_say_so(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly as many tickets as the limit are all of them."""
    monkeypatch.setattr(list_counts, "LISTED_MAX", 2)
    await _add(storage, *(_ticket(team, assignee="u2", flags=",loop,") for team in ("media", "prod")))
    exact = Counts(open=2, loop=2)
    assert await _counts(storage, ALL) == exact
    await _add(storage, _due(_ticket("tech", assignee="u2", flags=",confirmed,loop,"), 3, 2))
    assert await _counts(storage, ALL) == Counts(open=2, loop=2, confirmed=1, due_soon=1, more=("loop", "open"))
    assert await _counts(storage, Scope(teams=frozenset({"media", "prod"}))) == exact
