"""A letter that came back: what staff see, what waits, and trying the address again."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from clock import from_rfc3339
from identity.actor import SYSTEM
from mail.adapters.incoming_folder import FolderOfMails, folder_of
from mail.adapters.incoming_store import SqlIncomingMails
from mail.incoming.bounce_report import BounceReport
from tests.mail.incoming.test_bounces import NOT_UNDERSTOOD, dsn, examples
from tests.posting import post, posted_desk
from tests.running import Frame, RunningDesk, SettableClock, eventually, running
from tests.stories.test_waiting_clock import BEGAN, waiting
from ticketing.adapters.store import SqlStore

HOUR_MS = 3_600_000
REASON = "550 5.1.1 No such user"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(BEGAN)


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", clock) as started:
        yield started


async def ticket_of(desk: RunningDesk, token: str, number: int) -> Frame:
    answer = await desk.http(token).get(f"/api/tickets/{number}")
    assert answer.status_code == 200
    found: Frame = answer.json()
    return found


async def letters(desk: RunningDesk, token: str, number: int) -> Frame:
    answer = await desk.http(token).get(f"/api/tickets/{number}/letters")
    assert answer.status_code == 200
    found: Frame = answer.json()
    return found


async def bounce(desk: RunningDesk, number: int) -> None:
    """Send back the last letter about the ticket."""
    live = desk.desk
    last = (await live.storage.read(lambda tx: live.letters.of_ticket(tx, number)))[-1]
    report = BounceReport(("ana@northlake.example",), permanent=True, reason=REASON, message_ids=(last.message_id,))
    assert await live.storage.write(lambda tx: live.bounces.bounced(tx, None, report, desk.clock())) == number


async def remind(desk: RunningDesk, clock: SettableClock, token: str, number: int, step: str) -> None:
    """Run the next step at the moment that was promised."""
    promise = (await ticket_of(desk, token, number))["promise"]
    clock.at = from_rfc3339(promise[step])
    await desk.desk.ticket_clock.sweep()
    await desk.desk.delivery.idle()


async def test_ticket_is_not_solved_when_its_reminder_came_back_until_the_address_is_tried_again(
    desk: RunningDesk, clock: SettableClock
) -> None:
    number, token = await waiting(desk)
    await remind(desk, clock, token, number, "reminder_1")
    await remind(desk, clock, token, number, "reminder_2")
    assert (await letters(desk, token, number))["address"]["health"] == "ok"
    clock.at += HOUR_MS
    await bounce(desk, number)
    ticket, told = await ticket_of(desk, token, number), await letters(desk, token, number)
    assert (ticket["flags"], ticket["promise"]["auto_solve"]) == (["unreachable"], None)
    assert (told["address"]["health"], told["address"]["why"]) == ("bounced", REASON)
    last = told["letters"][-1]
    assert (last["state"], last["error"], last["bounced_at"]) == (
        "failed",
        REASON,
        told["address"]["since"],
    )
    clock.at += 60 * 24 * HOUR_MS
    await desk.desk.ticket_clock.sweep()
    found = await desk.desk.storage.read(lambda tx: desk.desk.tickets.theirs(tx, SYSTEM, number))
    assert found.status == "awaiting_reply"
    # So that the session of the agent still holds.
    clock.at -= 60 * 24 * HOUR_MS

    path = f"/api/tickets/{number}/address/try-again"
    again = (await desk.http(token).post(path)).json()
    assert (again["address"]["health"], again["letters"][-1]["state"]) == ("ok", "waiting")
    ticket = await ticket_of(desk, token, number)
    assert ticket["flags"] == [] and ticket["promise"]["reminder_1"] is not None
    assert (await desk.http(token).post(path)).status_code == 409
    await desk.desk.delivery.idle()
    assert (await letters(desk, token, number))["letters"][-1]["state"] == "accepted"


async def test_other_tickets_of_the_address_follow_and_a_reply_visibly_fails(
    desk: RunningDesk, clock: SettableClock
) -> None:
    number, token = await waiting(desk)
    http = desk.http(token)
    asked = {"email": "ana@northlake.example", "name": "Ana"}
    body = {"team": "media", "subject": "Another", "text": "By phone", "requester": asked}
    other = (await http.post("/api/tickets", json=body)).json()["number"]
    await remind(desk, clock, token, number, "reminder_1")
    await bounce(desk, number)
    assert (await ticket_of(desk, token, other))["flags"] == ["unreachable"]
    await http.post(f"/api/tickets/{other}/replies", json={"text": "We look into it"})
    told = await letters(desk, token, other)
    reply = told["letters"][-1]
    assert (reply["kind"], reply["state"], reply["bounced_at"]) == ("reply", "failed", None)
    found = (await http.get("/api/tickets", params={"flags": "unreachable"})).json()["tickets"]
    assert {ticket["number"] for ticket in found} == {number, other}


async def test_more_tickets_than_one_transaction_takes_are_marked_by_the_sweep(
    desk: RunningDesk, clock: SettableClock
) -> None:
    number, token = await waiting(desk)
    http = desk.http(token)
    asked = {"email": "ana@northlake.example", "name": "Ana"}
    for count in range(25):
        await http.post("/api/tickets", json={"team": "media", "text": f"No. {count}", "requester": asked})
    await remind(desk, clock, token, number, "reminder_1")
    await bounce(desk, number)
    await desk.desk.bounces.sweep()
    assert (await http.get("/api/tickets/counts")).json()["unreachable"] == 26


async def test_page_that_follows_the_ticket_hears_of_the_bounce(desk: RunningDesk, clock: SettableClock) -> None:
    number, token = await waiting(desk)
    await remind(desk, clock, token, number, "reminder_1")
    agent = await desk.staff_again(token)
    await agent.command("ticket.follow", ticket=number, after=0)
    await eventually(lambda: desk.desk.idle, "the follower has what there is")
    await bounce(desk, number)
    news = await agent.event("ticket.changed", ticket=number)
    assert news["changed"]["flags"] == ["unreachable"]


async def test_bounces_of_many_mail_servers_open_no_ticket_and_lose_no_byte(desk: RunningDesk) -> None:
    """Even those that are not understood, and though they come to a team's address."""
    live, team = desk.desk, desk.desk.teams.by_key["media"].email
    assert team is not None
    for raw in examples().values():
        await live.reception.store(raw, "", [team])
    await live.reception.idle()
    assert await live.storage.read(lambda tx: SqlStore().find(tx, 1)) is None
    mails = await live.storage.read(lambda tx: [SqlIncomingMails().find(tx, id_) for id_ in range(1, 118)])
    assert Counter((mail.kind, mail.state) for mail in mails if mail) == {
        ("bounce", "suspended"): 117 - len(NOT_UNDERSTOOD),
        ("automatic", "suspended"): len(NOT_UNDERSTOOD),
    }
    folder = FolderOfMails(folder_of(desk.settings.data))
    assert all(folder.read(sha256(raw).hexdigest()) == raw for raw in examples().values())


async def test_letter_that_is_returned_to_its_envelope_address_has_failed(tmp_path: Path, clock: SettableClock) -> None:
    async with posted_desk(tmp_path / "data", clock) as (desk, sink):
        number, token = await waiting(desk)
        await remind(desk, clock, token, number, "reminder_1")
        (sender,) = [envelope.mail_from for envelope in sink.taken]
        await post(desk, dsn().encode(), str(sender), "")
        told = await letters(desk, token, number)
        assert (told["letters"][-1]["state"], told["address"]["health"]) == ("failed", "bounced")
        assert [mail["kind"] for mail in told["mails"]] == ["bounce"]
