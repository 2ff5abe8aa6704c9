from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.correspondence import KINDS, Mailed, faults_of

ANN = "ann@customer.example"
ANSWERED = {ANN: 7}
ONCE = {(ANN, kind): 1 for kind in KINDS}
GOOD = Mailed(tickets={7: ANN}, queued=ONCE, written=ONCE)
REMINDER = (ANN, "reminder_2")


def test_tickets_with_each_letter_once_have_no_fault() -> None:
    assert [*faults_of(ANSWERED, GOOD)] == []


@pytest.mark.parametrize(
    ("mailed", "fault"),
    [
        (replace(GOOD, tickets={}), f"the ticket 7 of {ANN} is lost"),
        (replace(GOOD, tickets={7: ANN, 8: ANN}), f"{ANN} has 2 tickets"),
        (replace(GOOD, queued=ONCE | {(ANN, "reply"): 2}), f"2 letters reply to {ANN} were queued"),
        (replace(GOOD, queued=ONCE | {REMINDER: 2}), f"2 letters reminder_2 to {ANN} were queued"),
        (replace(GOOD, queued=ONCE | {REMINDER: 0}), f"0 letters reminder_2 to {ANN} were queued"),
        (replace(GOOD, written=ONCE | {REMINDER: 0}), f"0 letters reminder_2 to {ANN} were sent"),
        (replace(GOOD, written=ONCE | {REMINDER: 2}), f"2 letters reminder_2 to {ANN} were sent"),
    ],
)
def test_ticket_or_letter_that_is_missing_or_doubled_is_found(mailed: Mailed, fault: str) -> None:
    assert [*faults_of(ANSWERED, mailed)] == [fault]
