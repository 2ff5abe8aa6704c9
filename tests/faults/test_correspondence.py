from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.correspondence import Mailed, faults_of

ANN = "ann@customer.example"
ANSWERED = {ANN: 7}
GOOD = Mailed(tickets={7: ANN}, queued={ANN: 1}, written={ANN: 1})


def test_tickets_with_one_letter_each_have_no_fault() -> None:
    assert [*faults_of(ANSWERED, GOOD)] == []


@pytest.mark.parametrize(
    ("mailed", "fault"),
    [
        (replace(GOOD, tickets={}), f"the ticket 7 of {ANN} is lost"),
        (replace(GOOD, tickets={7: ANN, 8: ANN}), f"{ANN} has 2 tickets"),
        (replace(GOOD, queued={ANN: 2}), f"2 letters to {ANN} were queued"),
        (replace(GOOD, written={}), f"0 letters to {ANN} were sent"),
        (replace(GOOD, written={ANN: 2}), f"2 letters to {ANN} were sent"),
    ],
)
def test_ticket_or_letter_that_is_missing_or_doubled_is_found(mailed: Mailed, fault: str) -> None:
    assert [*faults_of(ANSWERED, mailed)] == [fault]
