"""Chat hours: who may start when, what open pages are told, closing time, and a file that changes meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from clock import from_rfc3339
from tests.running import DEADLINE_S, SOON, Client, Frame, RunningDesk, SettableClock, eventually, running
from tests.stories.test_long_stories import fill
from ticketing.adapters.store import SqlStore

HOURS = """\
timezone: America/New_York
schedules:
  standard: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"]}
teams:
  media: {name: Media, schedule: standard}
  finance: {name: Finance, schedule: standard}
"""
MONDAY = from_rfc3339("2026-11-23T05:00:00.000Z")
"""Midnight in the east."""


def at(hour: float) -> int:
    """That time of the Monday, in the east."""
    return MONDAY + int(hour * 3_600_000)


class Place:
    """A desk of its own with an hours file that a test may change, and a clock that it moves."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self.clock = SettableClock(at(12))
        self.file = folder / "hours.yaml"
        self.file.write_text(HOURS, encoding="utf-8")
        self._data = folder / "data"
        self._url = database_url

    @asynccontextmanager
    async def open(self) -> AsyncIterator[RunningDesk]:
        async with running(self._data, self.clock, self._url, hours=self.file, intervals=SOON) as desk:
            yield desk


@pytest.fixture
def place(tmp_path: Path, database_url: str | None) -> Place:
    return Place(tmp_path, database_url)


def team_of(event: Frame, key: str) -> Frame:
    found: Frame = next(team for team in event["teams"] if team["team"] == key)
    return found


async def told(client: Client, key: str, **facts: object) -> Frame:
    """The team as the first `hours` event has it that agrees with `facts`."""

    def found() -> Frame | None:
        teams = (team_of(event, key) for event in client.events if event["type"] == "hours")
        return next((team for team in teams if facts.items() <= team.items()), None)

    await eventually(found, f"hours with {facts}")
    team = found()
    assert team is not None
    return team


async def waits(desk: RunningDesk, **hello: str) -> tuple[Client, str]:
    """A customer who waits for Media, with nobody there; the chat's id."""
    customer = await desk.customer(**hello)
    return customer, (await customer.command("chat.start", team="media", text="SO-448210 takes no dates"))["chat"]


async def asked_nothing(client: Client, chat: str) -> None:
    """Wait until the chat waits with nothing to choose."""
    async with asyncio.timeout(DEADLINE_S):
        while "closing" in (resumed := await client.command("chat.resume", chat=chat, after=2)):
            await asyncio.sleep(0.02)
    assert resumed["state"] == "queued"


async def over(client: Client, chat: str) -> Frame:
    return await client.event("chat.closed", chat=chat)


async def test_closed_team_refuses_a_start_with_its_opening_time(place: Place) -> None:
    """The closing minute already counts as closed. A repeated start gets its stored answer, and an open chat
    continues."""
    async with place.open() as desk:
        place.clock.at = at(17) - 1
        agent = await desk.staff("Priya")
        await agent.command("presence.set", status="available")
        customer = await desk.customer()
        started = await customer.command("chat.start", id="first", team="media", text="Hello")
        await customer.event("chat.assigned")
        place.clock.at = at(17)
        other = await desk.customer()
        assert team_of(other.greeting, "media") | {"open": False, "closes_at": None} == team_of(other.greeting, "media")
        error = await other.refused("team_closed", "chat.start", team="media", text="Hello")
        assert error["opens_at"] == "2026-11-24T14:00:00.000Z"
        assert error["message"] == ("Media is closed. It opens on Tuesday, November 24, at 09:00 (America/New_York).")
        again = await customer.again("first", "chat.start", team="media", text="Hello")
        assert (again["type"], again["dup"], again["chat"]) == ("ok", True, started["chat"])
        place.clock.at = at(19)
        await customer.command("message.send", chat=started["chat"], text="Still here")
        await agent.event("message", text="Still here")


async def test_open_pages_are_notified_of_opening_and_closing(place: Place) -> None:
    """Customers and staff are notified without asking. Staff also see what waiting customers were promised."""
    async with place.open() as desk:
        customer, agent = await desk.customer(), await desk.staff("Priya")
        assert team_of(customer.greeting, "media")["closes_at"] == "2026-11-23T22:00:00.000Z"
        place.clock.at = at(17)
        assert (await told(customer, "media", open=False))["opens_at"] == "2026-11-24T14:00:00.000Z"
        assert (await told(agent, "media", open=False))["wait_target_s"] == 120
        place.clock.at = at(24 + 9)
        assert (await told(customer, "finance", open=True, staffed=True))["opens_at"] is None
        place.clock.forward(180)
        await told(customer, "finance", open=True, staffed=False)


async def test_queued_chat_without_a_choice_by_closing_becomes_a_ticket(place: Place) -> None:
    """The customer is asked fifteen minutes before, with the default. At closing the chat is missed, and the ticket
    waits since they joined."""
    async with place.open() as desk:
        boss = await desk.staff("Sofia", role="supervisor", teams=("media",))
        place.clock.at = at(16)
        customer, chat = await waits(desk, email="danielle@northlake.example")
        place.clock.at = at(16.74)
        assert "closing" not in await customer.command("chat.resume", chat=chat, after=2)
        place.clock.at = at(16.75)
        asked = await customer.event("chat.closing", chat=chat)
        assert (asked["decide_by"], asked["default"]) == ("2026-11-23T22:00:00.000Z", "ticket")
        assert (await boss.event("alarm", kind="closing"))["team"] == "media"
        resumed = await customer.command("chat.resume", chat=chat, after=2)
        assert resumed["closing"] == {"decide_by": "2026-11-23T22:00:00.000Z", "default": "ticket"}
        place.clock.at = at(17)
        closed = await over(customer, chat)
        assert (closed["reason"], closed["status"], closed["resolution"]) == ("missed", "open", None)
        await boss.event("alarm", kind="closing", team="media", over=True)
        assert closed["from"]["kind"] == "system"
        ticket = await desk.desk.storage.read(lambda tx: SqlStore().find(tx, closed["ticket"]))
        assert ticket is not None and ticket.waiting_since == at(16)


async def test_customer_who_chose_to_stay_is_answered_after_closing(place: Place) -> None:
    """`chat.wait` is stored and shown to staff. An agent who comes then gets the chat, and it is not closed."""
    async with place.open() as desk:
        customer, chat = await waits(desk)
        await customer.refused("conflict", "chat.wait", chat=chat)
        place.clock.at = at(16.8)
        await customer.event("chat.closing")
        stays = await customer.command("chat.wait", id="stay", chat=chat)
        assert (stays["chat"], stays["seq"]) == (chat, 3)
        again = await customer.again("stay", "chat.wait", chat=chat)
        assert (again["seq"], again["dup"]) == (3, True)
        assert "closing" not in await customer.command("chat.resume", chat=chat, after=3)
        place.clock.at = at(17.1)
        await told(customer, "media", open=False)
        agent = await desk.staff("Priya")
        await agent.command("presence.set", status="available")
        await agent.event("chat.assigned", chat=chat)
        assert [(e["type"], e.get("until")) for e in agent.durable(chat)][2] == (
            "chat.waiting",
            "2026-11-23T22:15:00.000Z",
        )
        place.clock.at = at(17.5)
        error = await customer.refused("conflict", "chat.wait", chat=chat)
        assert "active" in error["message"]
        stranger = await desk.customer()
        await stranger.refused("not_found", "chat.wait", chat=chat)
        await agent.command("chat.close", chat=chat, status="open")
        await customer.refused("chat_closed", "chat.wait", chat=chat)
        assert (await customer.again("stay", "chat.wait", chat=chat))["dup"] is True


async def test_full_chat_refuses_another_chat_wait(place: Place) -> None:
    """Each `chat.wait` is an event of the log and counts toward its size. A repeated id gets its stored answer."""
    async with place.open() as desk:
        customer, chat = await waits(desk)
        place.clock.at = at(16.8)
        await customer.event("chat.closing")
        await customer.command("chat.wait", id="stay", chat=chat)
        await customer.command("chat.wait", chat=chat)
        await fill(customer, chat)
        assert (await customer.refused("too_large", "chat.wait", chat=chat))["chat"] == chat
        assert (await customer.again("stay", "chat.wait", chat=chat))["dup"] is True


async def test_customer_who_stays_unanswered_becomes_a_ticket_later(place: Place) -> None:
    """Fifteen minutes after closing, and not before."""
    async with place.open() as desk:
        customer, chat = await waits(desk)
        place.clock.at = at(16.9)
        await customer.event("chat.closing")
        await customer.command("chat.wait", chat=chat)
        place.clock.at = at(17.25) - 1
        await told(customer, "media", open=False)
        assert (await customer.command("chat.resume", chat=chat, after=3))["state"] == "queued"
        place.clock.forward(0.001)
        assert (await over(customer, chat))["reason"] == "missed"


async def test_extended_hours_withdraw_the_closing_question(place: Place) -> None:
    """The hours change while customers have to choose or chose to stay. They are told that the question is withdrawn,
    wait on, and are asked again at the new closing."""
    async with place.open() as desk:
        customer, chat = await waits(desk)
        patient, kept = await waits(desk)
        place.clock.at = at(16.9)
        await customer.event("chat.closing", decide_by="2026-11-23T22:00:00.000Z")
        await patient.event("chat.closing")
        await patient.command("chat.wait", chat=kept)
        standing = await patient.command("chat.resume", chat=kept, after=3)
        assert standing["waits_until"] == "2026-11-23T22:15:00.000Z"
        place.file.write_text(HOURS.replace('mon: ["09:00-17:00"]', 'mon: ["09:00-20:00"]'), encoding="utf-8")
        await told(customer, "media", closes_at="2026-11-24T01:00:00.000Z")
        for one, theirs in ((customer, chat), (patient, kept)):
            await one.event("chat.closing", chat=theirs, decide_by=None, waits_until=None)
        assert "waits_until" not in await patient.command("chat.resume", chat=kept, after=3)
        place.clock.at = at(17.5)
        await asked_nothing(customer, chat)
        place.clock.at = at(19.9)
        await customer.event("chat.closing", decide_by="2026-11-24T01:00:00.000Z")


async def test_closing_missed_during_downtime_gives_the_full_notice(place: Place) -> None:
    """After the start, waiting customers have the full notice again, and those who chose to stay the full extra
    time."""
    async with place.open() as desk:
        first, chat = await waits(desk)
        place.clock.at = at(16.8)
        await first.event("chat.closing")
        second, other = await waits(desk)
        await second.event("chat.closing")
        await second.command("chat.wait", chat=other)
    place.clock.at = at(18)
    async with place.open() as desk:
        first, second = await desk.customer(first.token), await desk.customer(second.token)
        resumed = await first.command("chat.resume", chat=chat, after=2)
        assert resumed["closing"]["decide_by"] == "2026-11-23T23:15:00.000Z"
        await first.command("chat.wait", chat=chat)
        await second.command("chat.resume", chat=other, after=3)
        place.clock.at = at(18.25)
        assert (await over(second, other))["reason"] == "missed"
        assert (await first.command("chat.resume", chat=chat, after=3))["state"] == "queued"
        place.clock.at = at(18.5)
        assert (await over(first, chat))["reason"] == "missed"


async def test_downtime_until_the_next_opening_keeps_the_queue(place: Place) -> None:
    """If the team is open when the server is back, customers keep their place and are asked nothing."""
    async with place.open() as desk:
        customer, chat = await waits(desk)
        place.clock.at = at(16.9)
        await customer.event("chat.closing")
    place.clock.at = at(24 + 10)
    async with place.open() as desk:
        customer = await desk.customer(customer.token)
        await asked_nothing(customer, chat)


async def test_changed_hours_file_applies_completely(place: Place) -> None:
    """Open pages learn of a new team, chats may start there, and agents of all teams get them."""
    async with place.open() as desk:
        customer = await desk.customer()
        boss = await desk.staff("Sofia", role="supervisor", teams=())
        place.file.write_text(HOURS + "  tech: {name: Tech, schedule: standard, offer_s: 5}\n", encoding="utf-8")
        await told(customer, "tech", open=True)
        assert (await told(boss, "tech"))["assign"] == "auto"
        await boss.command("presence.set", status="available")
        chat = (await customer.command("chat.start", team="tech", text="Hello"))["chat"]
        await boss.event("chat.assigned", chat=chat)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HOURS.replace("17:00", "25:00"), ":3: 09:00-25:00: expected times"),
        (HOURS.replace("  finance: {name: Finance, schedule: standard}\n", ""), ":4: finance: missing, but used"),
        (HOURS.replace("17:00", '17:00", "16:00-18:00'), ":3: 16:00-18:00: overlaps the span"),
        (HOURS.replace("timezone", "timezon"), ":1: timezon: not a key of the file"),
        (HOURS.replace("New_York", "New_Yrok"), ":1: America/New_Yrok: expected a time zone"),
        (HOURS.replace("  media", "\tmedia"), ":5: tab: indent with spaces"),
        ("- media\n", ":1: a list: expected a mapping"),
        ("", ":1: empty: "),
        (None, ": no such file"),
    ],
)
async def test_broken_hours_file_keeps_the_last_good_one(
    place: Place, text: str | None, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every fault is reported. Once repaired, the file applies again."""
    async with place.open() as desk:
        await desk.staff("Deshawn", teams=("finance",))
        customer = await desk.customer()
        if text is None:
            place.file.unlink()
        else:
            place.file.write_text(text, encoding="utf-8")
        await eventually(lambda: desk.desk.hours_file.faults, "the faults are known")
        assert any(one.startswith(str(place.file) + fault) for one in desk.desk.hours_file.faults)
        assert [team.team for team in desk.desk.routing.hours_view(place.clock())] == ["media", "finance"]
        assert "hours_file_bad" in "".join(capfd.readouterr())
        place.file.write_text(HOURS.replace("name: Media", "name: Other"), encoding="utf-8")
        await told(customer, "media", name="Other")
        assert desk.desk.hours_file.faults == ()
