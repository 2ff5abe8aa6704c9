"""When a ticket attaches training, and with which codes a request for a training ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ticketing.codes import CODES
from ticketing.combinations import Beside, Combination, refused
from ticketing.ticket import Requester, Ticket
from ticketing.training import Step, step_of

OPEN = Ticket(team="media", requester=Requester(None, None, None), channel="form", created_at=0, updated_at=0)
TRAINED = replace(OPEN, status="solved", resolution="training_suggested", solvings=1)
ANSWERED = replace(TRAINED, resolution="support_question")


@pytest.mark.parametrize(
    ("before", "after", "chosen", "step"),
    [
        (None, TRAINED, False, "attach"),
        (OPEN, TRAINED, False, "attach"),
        (ANSWERED, TRAINED, False, "attach"),
        (TRAINED, replace(TRAINED, resolution="utilized_elearning"), False, "attach"),
        (replace(OPEN, solvings=1), replace(TRAINED, solvings=2), False, "attach"),
        (TRAINED, replace(TRAINED, subject="Another"), False, None),
        (TRAINED, TRAINED, True, "attach"),
        (TRAINED, ANSWERED, False, "take_away"),
        (TRAINED, replace(OPEN, solvings=1), False, None),
        (OPEN, ANSWERED, False, None),
        (None, OPEN, False, None),
    ],
)
def test_training_follows_the_code_of_a_solved_ticket(
    before: Ticket | None, after: Ticket, chosen: bool, step: Step | None
) -> None:
    assert step_of(before, after, chosen=chosen) == step


@pytest.mark.parametrize("code", [key for key, code in CODES.items() if code.set_by == "person"])
def test_people_end_a_request_for_a_training_only_with_a_training_code(code: str) -> None:
    product = CODES[code].product
    beside: frozenset[Beside] = frozenset(["duplicate_of"]) if CODES[code].names_another else frozenset()
    wanted = Combination(status="solved", code=code, product=product, beside=beside, training_request=True)
    expected = {} if CODES[code].group == "Training" else {"resolution": "not_training"}
    assert refused(wanted) == expected


def test_request_for_a_training_that_nobody_answers_is_solved_by_the_timer() -> None:
    wanted = Combination(status="solved", code="auto_solved", was="awaiting_reply", who="timer", training_request=True)
    assert refused(wanted) == {}


def test_request_for_a_training_keeps_its_code_while_other_properties_change() -> None:
    """The rule is about the choice of a code. A ticket that was marked later can still get another subject."""
    wanted = Combination(status="solved", code="set_up", was="solved", chosen=False, training_request=True)
    assert refused(wanted) == {}
