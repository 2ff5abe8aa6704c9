from __future__ import annotations

from dataclasses import replace

import pytest

from identity.actor import SYSTEM, Actor
from ticketing.codes import CODES
from ticketing.notices import to_assignee, to_requester
from ticketing.ticket import Requester, Ticket

MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media"}))
RULE = Actor("staff", "rule-1", "Rule: First", role="supervisor")
ANA = Actor("customer", "v1", "Ana")
OPEN = Ticket(
    number=7,
    team="media",
    requester=Requester("v1", "Ana", "ana@northlake.example"),
    channel="form",
    created_at=0,
    updated_at=0,
)
AWAITING = replace(OPEN, status="awaiting_reply")
SOLVED = replace(OPEN, status="solved", resolution="set_up")


@pytest.mark.parametrize(
    ("before", "after", "by", "replied", "letter"),
    [
        (None, OPEN, ANA, True, "received"),
        (None, OPEN, SYSTEM, False, "received"),
        (None, OPEN, MAYA, True, "reply"),
        (None, SOLVED, MAYA, False, "solved"),
        (OPEN, OPEN, MAYA, True, "reply"),
        (OPEN, AWAITING, MAYA, True, "reply"),
        (OPEN, AWAITING, RULE, True, "rule_reply"),
        (OPEN, SOLVED, RULE, True, "rule_solved"),
        (OPEN, SOLVED, RULE, False, "solved"),
        (OPEN, AWAITING, MAYA, False, None),
        (AWAITING, OPEN, ANA, True, None),
        (OPEN, SOLVED, MAYA, False, "solved"),
        (OPEN, SOLVED, MAYA, True, "solved"),
        (SOLVED, replace(SOLVED, resolution="technical"), MAYA, False, None),
        (SOLVED, OPEN, ANA, True, "reopened"),
        (SOLVED, OPEN, MAYA, False, "reopened"),
        (SOLVED, OPEN, MAYA, True, "reply"),
        (SOLVED, SOLVED, MAYA, True, "reply"),
    ],
)
def test_one_letter_at_most_follows_from_a_step(
    before: Ticket | None, after: Ticket, by: Actor, replied: bool, letter: str | None
) -> None:
    assert to_requester(before, after, by, replied=replied) == letter


@pytest.mark.parametrize("code", CODES)
def test_solving_is_mailed_unless_its_code_has_a_letter_of_its_own(code: str) -> None:
    """Void has none. The timer and the hand-over queue theirs themselves."""
    quiet = code in ("void", "auto_solved", "enhancement_required")
    after = replace(SOLVED, resolution=code)
    assert to_requester(OPEN, after, MAYA, replied=False) == (None if quiet else "solved")
    assert to_requester(OPEN, after, MAYA, replied=True) == ("reply" if quiet else "solved")


@pytest.mark.parametrize(
    ("before", "after", "by", "replied", "letter"),
    [
        (OPEN, replace(OPEN, assignee="u2"), MAYA, False, "assigned"),
        (None, replace(OPEN, assignee="u2"), MAYA, True, "assigned"),
        (OPEN, replace(OPEN, assignee="u1"), MAYA, False, None),
        (replace(OPEN, assignee="u2"), replace(OPEN, assignee="u2"), MAYA, True, None),
        (replace(OPEN, assignee="u2"), replace(OPEN, assignee="u2"), ANA, True, "customer_replied"),
        (OPEN, OPEN, ANA, True, None),
        (None, replace(OPEN, assignee="u2", chat="c1"), MAYA, False, None),
        (OPEN, replace(SOLVED, assignee="u2"), MAYA, False, None),
    ],
)
def test_assignee_is_told_of_what_others_do(
    before: Ticket | None, after: Ticket, by: Actor, replied: bool, letter: str | None
) -> None:
    assert to_assignee(before, after, by, replied=replied) == letter
