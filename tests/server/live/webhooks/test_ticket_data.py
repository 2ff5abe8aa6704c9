from __future__ import annotations

from dataclasses import replace

from server.live.webhooks.ticket_data import changed, milestones, state
from ticketing.ticket import Requester, Ticket

TICKET = Ticket(
    number=7,
    team="media",
    requester=Requester("a1", "Ana", "ana@northlake.example"),
    channel="chat",
    created_at=1,
    updated_at=1,
)
SOLVED = replace(TICKET, status="solved", with_=None, solved_at=2, solvings=1, version=2, updated_at=2)


def test_milestones_of_a_ticket_are_solved_reopened_and_closed() -> None:
    assert milestones(TICKET, SOLVED) == ["ticket.solved"]
    assert milestones(SOLVED, replace(SOLVED, status="open", solved_at=None)) == ["ticket.reopened"]
    assert milestones(SOLVED, replace(SOLVED, closed_at=3)) == ["ticket.closed"]
    assert milestones(TICKET, replace(TICKET, assignee="u1")) == []


def test_ticket_solved_again_is_solved_once_more() -> None:
    """It was reopened and solved in one step."""
    assert milestones(SOLVED, replace(SOLVED, solvings=2, solved_at=5)) == ["ticket.solved"]


def test_changed_names_the_properties_and_not_what_changes_each_time() -> None:
    assert changed(TICKET, SOLVED) == ["status", "with", "solved_at"]
    assert changed(TICKET, replace(TICKET, version=9, updated_at=9)) == []


def test_state_has_no_texts() -> None:
    assert "ana@" not in repr(state(replace(TICKET, subject="Ana's order"), "https://desk.example/tickets/7"))
