"""Chat hours: starting a chat, notices to open pages, closing time, and a changed hours file."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

import pytest

from clock import from_rfc3339
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import available, begun, joined, moved, open_chat, passed
from tests.stories.test_long_stories import ENOUGH, WORST
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
"""Midnight in New York."""


def at(hour: float) -> int:
    """A time of the Monday in New York."""
    return MONDAY + int(hour * 3_600_000)


Place = AbstractAsyncContextManager[DeskInMemory]


@pytest.fixture
def place(database_url: str | None) -> Place:
    """At noon."""
    return desk_in_memory(HOURS, at(12), database_url)


def team_of(event: Frame, key: str) -> Frame:
    found: Frame = next(team for team in event["teams"] if team["team"] == key)
    return found


def told(client: Client, key: str) -> Frame:
    return team_of(client.newest("hours"), key)


async def resumed(client: Client, chat: str) -> Frame:
    return await client.command("chat.resume", chat=chat, after=2)


async def test_closed_team_refuses_a_start_with_its_opening_time(place: Place) -> None:
    """The closing minute already counts as closed. A repeated start gets its stored answer, and an open chat
    continues."""
    async with place as desk:
        desk.clock.at = at(17) - 1
        agent = await available(desk, "Priya")
        customer = await desk.customer()
        started = await customer.command("chat.start", id="first", team="media", text="Hello")
        await moved(desk, at(17))
        other = await desk.customer()
        media = team_of(other.greeting, "media")
        assert (media["open"], media["closes_at"]) == (False, None)
        error = await other.refused("team_closed", "chat.start", team="media", text="Hello")
        assert error["opens_at"] == "2026-11-24T14:00:00.000Z"
        assert error["message"] == "Media is closed. It opens on Tuesday, November 24, at 09:00 (America/New_York)."
        again = await customer.command("chat.start", id="first", team="media", text="Hello")
        assert (again["dup"], again["chat"]) == (True, started["chat"])
        desk.clock.at = at(19)
        await customer.command("message.send", chat=started["chat"], text="Still here")
        await desk.quiet()
        assert agent.last("message", text="Still here") is not None


async def test_open_pages_are_notified_of_opening_and_closing(place: Place) -> None:
    """Customers and staff are notified without asking. Staff also see what waiting customers were promised."""
    async with place as desk:
        customer, agent = await desk.customer(), await joined(desk, "Priya")
        assert team_of(customer.greeting, "media")["closes_at"] == "2026-11-23T22:00:00.000Z"
        await moved(desk, at(17))
        closed = told(customer, "media")
        assert (closed["open"], closed["opens_at"]) == (False, "2026-11-24T14:00:00.000Z")
        closed = told(agent, "media")
        assert (closed["open"], closed["wait_target_s"]) == (False, 120)
        await moved(desk, at(24 + 9))
        finance = told(customer, "finance")
        assert (finance["open"], finance["staffed"], finance["opens_at"]) == (True, False, None)


async def test_waiting_customers_learn_that_nobody_is_there(place: Place) -> None:
    """At once if nobody has been available today, and three minutes after the last agent left."""
    async with place as desk:
        customer = await desk.customer()
        assert team_of(customer.greeting, "media")["staffed"] is False
        await customer.command("chat.start", team="media", text="Hello")
        agent = await available(desk, "Priya")
        await passed(desk, 10)
        assert told(customer, "media")["staffed"] is True
        other, _ = await begun(desk)
        await agent.command("presence.set", status="away")
        await passed(desk, 179)
        assert other.last("hours") is None
        await passed(desk, 1)
        assert told(other, "media")["staffed"] is False
        assert team_of((await desk.customer()).greeting, "media")["staffed"] is False


async def test_queued_chat_without_a_choice_by_closing_becomes_a_ticket(place: Place) -> None:
    """The customer is asked fifteen minutes before, with the default. At closing the chat is missed, and the ticket
    waits since they joined."""
    async with place as desk:
        boss = await joined(desk, "Sofia", role="supervisor")
        desk.clock.at = at(16)
        customer, chat = await begun(desk, email="danielle@northlake.example")
        await moved(desk, at(16.74))
        assert "closing" not in await resumed(customer, chat)
        await moved(desk, at(16.75))
        asked = {"decide_by": "2026-11-23T22:00:00.000Z", "default": "ticket"}
        assert asked.items() <= customer.newest("chat.closing", chat=chat).items()
        assert (await resumed(customer, chat))["closing"] == asked
        assert boss.newest("alarm", kind="closing")["team"] == "media"
        await moved(desk, at(17))
        closed = customer.newest("chat.closed", chat=chat)
        assert (closed["reason"], closed["status"], closed["resolution"]) == ("missed", "open", None)
        assert closed["from"]["kind"] == "system"
        await passed(desk, 0)
        assert boss.newest("alarm", kind="closing", team="media")["over"] is True
        ticket = await desk.desk.storage.read(lambda tx: SqlStore().find(tx, closed["ticket"]))
        assert ticket is not None and ticket.waiting_since == at(16)


async def test_customer_who_chose_to_stay_is_answered_after_closing(place: Place) -> None:
    """`chat.wait` is stored and shown to staff. An agent who comes then gets the chat, and it is not closed."""
    async with place as desk:
        customer, chat = await begun(desk)
        await customer.refused("conflict", "chat.wait", chat=chat)
        await moved(desk, at(16.8))
        stays = await customer.command("chat.wait", id="stay", chat=chat)
        assert (stays["chat"], stays["seq"]) == (chat, 3)
        again = await customer.command("chat.wait", id="stay", chat=chat)
        assert (again["seq"], again["dup"]) == (3, True)
        assert "closing" not in await resumed(customer, chat)
        await moved(desk, at(17.1))
        agent = await available(desk, "Priya")
        assert agent.newest("chat.waiting", chat=chat)["until"] == "2026-11-23T22:15:00.000Z"
        await moved(desk, at(17.5))
        assert "active" in (await customer.refused("conflict", "chat.wait", chat=chat))["message"]
        await (await desk.customer()).refused("not_found", "chat.wait", chat=chat)
        await agent.command("chat.close", chat=chat, status="open")
        await customer.refused("chat_closed", "chat.wait", chat=chat)
        assert (await customer.command("chat.wait", id="stay", chat=chat))["dup"] is True


async def test_full_chat_refuses_another_chat_wait(place: Place) -> None:
    """Each `chat.wait` is an event of the log and counts toward its size. A repeated id gets its stored answer."""
    async with place as desk:
        customer, chat = await begun(desk)
        await moved(desk, at(16.8))
        await customer.command("chat.wait", id="stay", chat=chat)
        await customer.command("chat.wait", chat=chat)
        sent = [customer.send("message.send", chat=chat, text=WORST) for _ in range(ENOUGH)]
        for id_ in sent:
            await customer.answer(id_)
        assert (await customer.refused("too_large", "chat.wait", chat=chat))["chat"] == chat
        assert (await customer.command("chat.wait", id="stay", chat=chat))["dup"] is True


async def test_extended_hours_withdraw_the_closing_question(place: Place) -> None:
    """The hours change while customers have to choose or chose to stay. They are told that the question is withdrawn,
    wait on, and are asked again at the new closing."""
    async with place as desk:
        customer, chat = await begun(desk)
        patient, kept = await begun(desk)
        await moved(desk, at(16.9))
        assert customer.newest("chat.closing")["decide_by"] == "2026-11-23T22:00:00.000Z"
        await patient.command("chat.wait", chat=kept)
        assert (await resumed(patient, kept))["waits_until"] == "2026-11-23T22:15:00.000Z"
        await desk.rewrite_hours(HOURS.replace('mon: ["09:00-17:00"]', 'mon: ["09:00-20:00"]'))
        await passed(desk, 0)
        assert told(customer, "media")["closes_at"] == "2026-11-24T01:00:00.000Z"
        for one, theirs in ((customer, chat), (patient, kept)):
            withdrawn = one.newest("chat.closing", chat=theirs)
            assert (withdrawn["decide_by"], withdrawn["waits_until"]) == (None, None)
        assert "waits_until" not in await resumed(patient, kept)
        await moved(desk, at(17.5))
        assert open_chat(desk, chat) == ("queued", "media", None)
        await moved(desk, at(19.9))
        assert customer.newest("chat.closing")["decide_by"] == "2026-11-24T01:00:00.000Z"


async def test_closing_missed_during_downtime_gives_the_full_notice(place: Place) -> None:
    """After the start, waiting customers have the full notice again, and those who chose to stay the full extra
    time."""
    async with place as desk:
        first, chat = await begun(desk)
        second, other = await begun(desk)
        await moved(desk, at(16.8))
        await second.command("chat.wait", chat=other)
        desk.clock.at = at(18)
        await desk.restart()
        first, second = await desk.customer(first.token), await desk.customer(second.token)
        assert (await resumed(first, chat))["closing"]["decide_by"] == "2026-11-23T23:15:00.000Z"
        await first.command("chat.wait", chat=chat)
        await moved(desk, at(18.25) - 1)
        assert open_chat(desk, other) == ("queued", "media", None)
        await moved(desk, at(18.25))
        assert (open_chat(desk, other), open_chat(desk, chat)) == (None, ("queued", "media", None))
        await moved(desk, at(18.5))
        assert open_chat(desk, chat) is None


async def test_downtime_until_the_next_opening_keeps_the_queue(place: Place) -> None:
    """If the team is open when the server is back, customers keep their place and are asked nothing."""
    async with place as desk:
        customer, chat = await begun(desk)
        await moved(desk, at(16.9))
        desk.clock.at = at(24 + 10)
        await desk.restart()
        customer = await desk.customer(customer.token)
        await passed(desk, 0)
        again = await resumed(customer, chat)
        assert ("closing" in again, again["state"], again["position"]) == (False, "queued", 1)


@pytest.mark.parametrize("agents", [0, 1])
async def test_holiday_that_closes_a_team_makes_tickets_of_its_queue(place: Place, agents: int) -> None:
    """Unless an agent is there who may still take them. Nobody new can join."""
    async with place as desk:
        for _ in range(agents):
            await available(desk, "Priya", capacity=1)
            await begun(desk)
        customer, chat = await begun(desk, email="danielle@northlake.example")
        closed = "except: [{from: 2026-11-23, to: 2026-11-23, closed: true, name: Inventory}]"
        await desk.rewrite_hours(HOURS.replace("standard: {mon", f"standard: {{{closed}, mon"))
        await passed(desk, 0)
        await (await desk.customer()).refused("team_closed", "chat.start", team="media", text="Hello")
        if agents:
            assert open_chat(desk, chat) == ("queued", "media", None)
        else:
            ended = customer.newest("chat.closed", chat=chat)
            assert (ended["reason"], ended["status"]) == ("missed", "open") and ended["ticket"]


async def test_changed_hours_file_applies_completely(place: Place) -> None:
    """Open pages learn of a new team, chats may start there, and agents of all teams get them."""
    async with place as desk:
        customer = await desk.customer()
        _, token = await desk.enrol("Sofia", role="supervisor", teams=())
        boss = await desk.staff(token)
        await desk.rewrite_hours(HOURS + "  tech: {name: Tech, schedule: standard, offer_s: 5}\n")
        await boss.command("presence.set", status="available")
        assert told(customer, "tech")["open"] is True
        assert told(boss, "tech")["assign"] == "auto"
        chat = (await customer.command("chat.start", team="tech", text="Hello"))["chat"]
        await desk.quiet()
        assert boss.last("chat.assigned", chat=chat) is not None


async def test_broken_hours_file_keeps_the_last_good_one(place: Place) -> None:
    """Whether it cannot be read, is missing, or lacks a team in use. The fault is known and logged. Once repaired, the
    file applies again."""
    async with place as desk:
        await joined(desk, "Deshawn", "finance")
        customer = await desk.customer()
        for text, fault in (
            (HOURS.replace("17:00", "25:00"), ":3: 09:00-25:00: expected times"),
            (HOURS.replace("  finance: {name: Finance, schedule: standard}\n", ""), ":4: finance: missing, but used"),
            (None, ": no such file"),
        ):
            if text is None:
                desk.hours.unlink()
            else:
                desk.hours.write_text(text, encoding="utf-8")
            for _ in range(2):
                await desk.desk.hours_file.sweep()
            assert any(one.startswith(str(desk.hours) + fault) for one in desk.desk.hours_file.faults)
            assert [team.team for team in desk.desk.routing.hours_view(desk.clock())] == ["media", "finance"]
            assert "hours_file_bad" in desk.faults.pop()
        await desk.rewrite_hours(HOURS.replace("name: Media", "name: Other"))
        await desk.quiet()
        assert told(customer, "media")["name"] == "Other"
