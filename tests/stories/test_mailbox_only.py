"""The life of a ticket for a customer who only has a mailbox, with a real mail server for letters and LMTP for mail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest

from clock import from_rfc3339
from identity.actor import SYSTEM
from tests.mail.sink import Sink
from tests.posting import ANA, answer, letters, post, posted_desk, text_of, written
from tests.running import Frame, RunningDesk, SettableClock, enrol

BEGAN = from_rfc3339("2026-11-25T15:12:00.000Z")
DAY_MS = 86_400_000
Posted = tuple[RunningDesk, Sink]


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(BEGAN)


@pytest.fixture
async def posted(tmp_path: Path, clock: SettableClock, database_url: str | None) -> AsyncIterator[Posted]:
    async with posted_desk(tmp_path / "data", clock, database_url) as started:
        yield started


class Desk:
    """The desk as its agent Maya sees it."""

    def __init__(self, posted: Posted, clock: SettableClock, token: str) -> None:
        self.running, self.sink = posted
        self.clock = clock
        self.token = token

    async def ticket(self, number: int) -> Frame:
        """The ticket as the desk has it. The token of the agent ends before the ticket does."""
        live = self.running.desk
        found = await live.storage.read(lambda tx: live.tickets.get(tx, SYSTEM, number, self.clock()))
        ticket: Frame = msgspec.json.decode(msgspec.json.encode(found))
        return ticket

    async def texts(self, number: int) -> list[str]:
        return [event["text"] for event in (await self.ticket(number))["transcript"] if event["type"] == "reply"]

    async def say(self, number: int, text: str, **change: str) -> None:
        body = {"text": text, **change}
        said = await self.running.http(self.token).post(f"/api/tickets/{number}/replies", json=body)
        assert said.status_code == 200, said.text

    async def last_letter(self) -> EmailMessage:
        """The newest one to Ana. Those to Maya come beside it."""
        return (await letters(self.running, self.sink, to=ANA))[-1]

    async def answered(self, text: str) -> None:
        """Ana answers the last letter."""
        await post(self.running, *answer(await self.last_letter(), text))

    async def step(self, number: int, name: str) -> None:
        """Let the waiting clock do what it promised, at the promised moment."""
        await letters(self.running, self.sink)
        self.clock.at = from_rfc3339((await self.ticket(number))["promise"][name])
        await self.running.desk.ticket_clock.sweep()
        await letters(self.running, self.sink)


async def test_customer_with_only_a_mailbox_goes_through_the_life_of_a_ticket(
    posted: Posted, clock: SettableClock
) -> None:
    live = posted[0].desk
    _, token = await enrol(live.storage, "maya@desk.example", "Maya Lind")
    desk = Desk(posted, clock, token)

    mail = written("The dates overlap.\n-- \nAna Ruiz", Subject="Dates", Message_ID="<1@northlake.example>")
    await post(posted[0], mail, "media@teams.example")
    (found,) = (await posted[0].http(token).get("/api/tickets")).json()["tickets"]
    number = found["number"]
    assert (found["channel"], found["subject"], found["team"]) == ("email", "Dates", "media")
    assert found["requester"]["email"] == ANA and await desk.texts(number) == ["The dates overlap."]
    assert f"#{number}" in text_of(await desk.last_letter())

    await desk.say(number, "Which flight dates?", status="awaiting_reply")
    assert "Which flight dates?" in text_of(await desk.last_letter())
    await desk.answered("From Monday.")
    assert (await desk.texts(number))[-1] == "From Monday."
    assert (await desk.ticket(number))["status"] == "open"

    await desk.say(number, "And until when?", status="awaiting_reply")
    for name in ("reminder_1", "reminder_2", "auto_solve"):
        await desk.step(number, name)
    ticket = await desk.ticket(number)
    assert (ticket["status"], ticket["resolution"]) == ("solved", "auto_solved")

    await desk.answered("Until Friday.")
    # Later the letter would have nothing to say: the ticket is solved again.
    assert str((await desk.last_letter())["Subject"]) == f"Open again: Dates [#{number}]"
    assert (await desk.ticket(number))["status"] == "open"
    assert (await desk.texts(number))[-1] == "Until Friday."

    await desk.say(number, "Fixed.", status="solved", resolution="set_up")
    last = await desk.last_letter()
    clock.at = from_rfc3339((await desk.ticket(number))["reopen_until"]) + DAY_MS
    await live.ticket_clock.sweep()
    assert (await desk.ticket(number))["closed_at"] is not None
    await post(posted[0], *answer(last, "It happens again."))
    assert (await desk.ticket(number))["status"] == "solved"
    follow_up = await desk.ticket(number + 1)
    assert (follow_up["follow_up_of"], follow_up["channel"], follow_up["status"]) == (number, "email", "open")
    assert await desk.texts(number + 1) == ["It happens again."]

    got = [str(letter["Subject"]) for letter in await letters(posted[0], posted[1], to=ANA)]
    asked, reminded = [f"Re: Dates [#{number}]"] * 2, [f"Reminder: Dates [#{number}]"] * 2
    solved = [f"Solved, as we heard nothing: Dates [#{number}]", f"Open again: Dates [#{number}]"]
    last_two = [f"Solved: Dates [#{number}]", f"We have your request: Dates [#{number + 1}]"]
    assert got == [f"We have your request: Dates [#{number}]", *asked, *reminded, *solved, *last_two]
    kinds = [letter["Auto-Submitted"] for letter in await letters(posted[0], posted[1])]
    assert kinds == ["auto-generated"] * len(kinds)
