from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from clock import from_rfc3339
from tests.faults.correspondence import KINDS, Mailed, days_pass, faults_of, request_of
from tests.running import SettableClock, enrol, running

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


async def test_days_that_pass_after_the_clock_was_set_back_bring_each_letter(tmp_path: Path) -> None:
    """Each letter is accepted, none is dropped as older than the wait."""
    clock = SettableClock(from_rfc3339("2026-11-25T15:12:00.000Z"))
    async with running(tmp_path / "data", clock) as desk:
        live = desk.desk
        _, bearer = await enrol(live.storage, "clerk@desk.example", "Clerk")
        opened = await desk.http(bearer).post("/api/tickets", json=request_of(ANN), headers={"Idempotency-Key": ANN})
        await live.delivery.idle()
        clock.jump(-3600)
        await live.clock_jumps.follow()
        for _ in KINDS[1:]:
            await live.storage.write(partial(days_pass, now=clock()))
            await live.ticket_clock.sweep()
            await live.delivery.idle()
        letters = await live.storage.read(lambda tx: live.letters.of_ticket(tx, opened.json()["number"]))
    assert [(letter.kind, letter.state) for letter in letters] == [(kind, "accepted") for kind in KINDS]
