from __future__ import annotations

import pytest

from identity.actor import SYSTEM, Actor
from refusals import Refused
from ticketing.listing import Place, check_limit, cursor_after, place_of, scope_of
from ticketing.ticket import Requester, Ticket

TICKET = Ticket(number=7, team="media", requester=Requester("v1", None, None), channel="chat", created_at=5,
                updated_at=9)  # fmt: skip


def test_cursor_continues_at_its_place() -> None:
    assert place_of(cursor_after(TICKET, "-updated_at"), "-updated_at") == Place(9, 7)
    assert place_of(cursor_after(TICKET, "created_at"), "created_at") == Place(5, 7)
    assert place_of(cursor_after(TICKET, "number"), "number") == Place(7, 7)


@pytest.mark.parametrize("cursor", ["", "x", "é", "W10", "bnVsbA", "WyJudW1iZXIiLDEsMTAwMDAwMDAwMDAwMDAwMDAwMDAwXQ"])
def test_foreign_cursor_is_invalid(cursor: str) -> None:
    with pytest.raises(Refused, match="isn't from this list"):
        place_of(cursor, "number")


def test_cursor_of_another_sort_is_refused() -> None:
    with pytest.raises(Refused, match="same `sort`"):
        place_of(cursor_after(TICKET, "number"), "-number")


@pytest.mark.parametrize(
    ("actor", "holds"),
    [
        (Actor("staff", "u", role="agent", teams=frozenset({"media"})), True),
        (Actor("staff", "u", role="agent", teams=frozenset({"tech"})), False),
        (Actor("staff", "u", role="agent"), False),
        (Actor("staff", "u", role="supervisor"), True),
        (Actor("staff", "u", role="supervisor", teams=frozenset({"tech"})), False),
        (Actor("staff", "u", role="admin"), False),
        (Actor("staff", "u", role="admin", teams=frozenset({"media"})), False),
        (Actor("customer", "v1"), True),
        (Actor("customer", "v2"), False),
        (SYSTEM, True),
    ],
)
def test_scope_holds_tickets_of_team_supervisor_or_customer(actor: Actor, holds: bool) -> None:
    """Agents of its team, all supervisors and its own customer. An admin role alone never has access."""
    assert scope_of(actor).holds(TICKET) is holds


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_page_size_is_1_to_200_tickets(limit: int) -> None:
    with pytest.raises(Refused):
        check_limit(limit)
