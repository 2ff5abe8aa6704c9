"""A ticket that awaits a reply, from the promise to the last letter, on a desk with letters in files."""

from __future__ import annotations

import email
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from clock import from_rfc3339
from tests.running import RunningDesk, SettableClock, enrol, eventually, running
from ticketing.adapters.waits import SqlWaits
from ticketing.ticket import Requester
from ticketing.wanted import Opening, Wanted

ANA = Requester("a1", "Ana Ruiz", "ana@northlake.example", verified=True)
BEGAN = from_rfc3339("2026-11-25T15:12:00.000Z")


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(BEGAN)


@pytest.fixture
async def desk(tmp_path: Path, clock: SettableClock) -> AsyncIterator[RunningDesk]:
    async with running(tmp_path / "data", clock) as started:
        yield started


async def waiting(desk: RunningDesk) -> tuple[int, str]:
    """A ticket of Ana that awaits her reply, and the token of its agent."""
    live = desk.desk
    maya, token = await enrol(live.storage, "maya@desk.example", "Maya Lind")
    actor = await live.storage.read(lambda tx: live.people.staff(tx, maya))
    assert actor is not None
    opening = Opening(
        channel="staff",
        team="media",
        requester=ANA,
        subject="Dates overlap",
        by=actor,
        at=BEGAN,
        created_at=BEGAN,
        wanted=Wanted(status="awaiting_reply"),
    )
    return (await live.storage.write(lambda tx: live.tickets.open(tx, opening))).number, token


async def shown(desk: RunningDesk, token: str, number: int) -> dict[str, object]:
    answer = await desk.http(token).get(f"/api/tickets/{number}")
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


async def swept(desk: RunningDesk) -> list[str]:
    """The kinds of all letters about the ticket, after a sweep. All are delivered."""
    await desk.desk.ticket_clock.sweep()
    await desk.desk.delivery.idle()
    found = await desk.desk.storage.read(lambda tx: desk.desk.letters.of_ticket(tx, 1))
    assert all(letter.state == "accepted" for letter in found)
    return [letter.kind for letter in found]


def texts(desk: RunningDesk) -> list[str]:
    files = sorted((desk.settings.data / "mail").glob("*.eml"))
    mails: list[EmailMessage] = [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]
    parts = [mail.get_body(("plain",)) for mail in mails]
    return [part.get_content().replace("\u00a0", " ") for part in parts if part is not None]


async def test_customer_is_reminded_on_the_dates_that_were_promised(desk: RunningDesk, clock: SettableClock) -> None:
    """The letters say what still comes. After the second one the ticket is solved, and its letter says it."""
    number, token = await waiting(desk)
    promise = (await shown(desk, token, number))["promise"]
    assert isinstance(promise, dict)
    solved = datetime.fromtimestamp(from_rfc3339(promise["auto_solve"]) / 1000, UTC)
    sent: list[str] = []
    for step, kind in (("reminder_1", "reminder_1"), ("reminder_2", "reminder_2"), ("auto_solve", "auto_solved")):
        clock.at = from_rfc3339(promise[step]) - 1
        assert await swept(desk) == sent, "nothing comes early"
        clock.at += 1
        sent.append(kind)
        assert await swept(desk) == sent
    ticket = await shown(desk, token, number)
    assert (ticket["status"], ticket["resolution"]) == ("solved", "auto_solved")
    first, second, last = texts(desk)
    day = f"{solved:%b} {solved.day}"
    assert day in first and day in second and "Reminder" not in last
    assert await desk.desk.storage.read(SqlWaits().steps) != []


async def test_promise_reaches_followers_when_a_reminder_went_out(desk: RunningDesk, clock: SettableClock) -> None:
    number, token = await waiting(desk)
    agent = await desk.staff_again(token)
    await agent.command("ticket.follow", ticket=number, after=0)
    await eventually(lambda: desk.desk.idle, "the follower has what there is")
    promise = (await shown(desk, token, number))["promise"]
    assert isinstance(promise, dict)
    clock.at = from_rfc3339(promise["reminder_1"])
    await swept(desk)
    news = await agent.event("ticket.changed", ticket=number)
    assert news["changed"]["promise"] == promise | {"reminder_1": None}
