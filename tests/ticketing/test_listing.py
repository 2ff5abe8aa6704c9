"""Cursors and scopes."""

from __future__ import annotations

import pytest

from identity.actor import SYSTEM, Actor
from refusals import Refused
from ticketing.listing import Place, check_limit, cursor_after, place_of, scope_of
from ticketing.ticket import Requester, Ticket

TICKET = Ticket(number=7, team="media", requester=Requester("v1", None, None), channel="chat", created_at=5,
                updated_at=9)  # fmt: skip


def test_a_cursor_leads_back_to_its_place() -> None:
    """What `next` gives is where the next page begins, for each way to sort."""
    assert place_of(cursor_after(TICKET, "-updated_at"), "-updated_at") == Place(9, 7)
    assert place_of(cursor_after(TICKET, "created_at"), "created_at") == Place(5, 7)
    assert place_of(cursor_after(TICKET, "number"), "number") == Place(7, 7)


@pytest.mark.parametrize("cursor", ["", "x", "é", "W10", "bnVsbA", "WyJudW1iZXIiLDEsMTAwMDAwMDAwMDAwMDAwMDAwMDAwXQ"])
def test_a_cursor_from_elsewhere_is_refused(cursor: str) -> None:
    """Text that no list gave, and numbers that no database takes, are invalid."""
    with pytest.raises(Refused, match="isn't from this list"):
        place_of(cursor, "number")


def test_a_cursor_of_another_sort_is_refused() -> None:
    """A cursor goes on only in the order that it came from."""
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
def test_who_knows_of_a_ticket(actor: Actor, holds: bool) -> None:
    """Staff of its team, supervisors of all, and the customer whose it is; an admin never by that."""
    assert scope_of(actor).holds(TICKET) is holds


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_has_1_to_200_tickets(limit: int) -> None:
    """Other sizes are invalid."""
    with pytest.raises(Refused):
        check_limit(limit)
