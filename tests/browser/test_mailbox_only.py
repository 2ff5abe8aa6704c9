"""The life of a request whose customer has only a mailbox, as staff see it on the page of the ticket."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from clock import from_rfc3339
from tests.browser.chromium import Window
from tests.browser.desk import PRIYA, OpenDesk
from tests.browser.people import Agent
from tests.mail.sink import Sink
from tests.posting import ANA, DOMAIN, MX, answer, letters, post, written
from tests.running import RunningDesk, SettableClock

DAY_MS = 86_400_000
MATCHED = f"By mail from {ANA}, found by the reply address, sender proven"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


class Life:
    """The ticket, the customer's mailbox, and an agent whose page shows the ticket."""

    def __init__(self, desk: RunningDesk, sink: Sink, clock: SettableClock, token: str) -> None:
        self.desk = desk
        self.sink = sink
        self.clock = clock
        self._token = token

    async def say(self, text: str, **change: str) -> None:
        async with self.desk.http(self._token) as staff:
            (await staff.post("/api/tickets/1/replies", json={"text": text, **change})).raise_for_status()
        await letters(self.desk, self.sink)

    async def answered(self, text: str) -> None:
        """The customer answers the last letter to them. Those to the agent come beside it."""
        await post(self.desk, *answer((await letters(self.desk, self.sink, to=ANA))[-1], text))

    async def moment(self, name: str) -> int:
        async with self.desk.http(self._token) as staff:
            ticket = (await staff.get("/api/tickets/1")).json()
        return from_rfc3339(ticket["reopen_until"] if name == "reopen_until" else ticket["promise"][name])


async def shown(page: Page, text: str, status: str) -> None:
    """The page shows this text among the messages, and the ticket has this status."""
    await expect(page.get_by_role("region", name="Messages")).to_contain_text(text)
    await expect(page.get_by_role("combobox", name="Status", exact=True)).to_have_value(status)


async def test_whole_life_of_a_request_from_a_mailbox_is_on_the_page_of_the_ticket(
    sink: Sink, open_desk: OpenDesk, window: Window
) -> None:
    """Opened, asked, answered, reminded twice, solved by the clock, reopened, solved, and followed up by mail."""
    clock = SettableClock(from_rfc3339("2026-11-23T15:00:00.000Z"))
    listen = "lmtp://127.0.0.1:0"
    desk = await open_desk(clock=clock, smtp_url=sink.url, mail_domain=DOMAIN, mail_listen=listen, mail_authserv_id=MX)
    life = Life(desk, sink, clock, (await desk.staff("Maya")).token)
    await post(desk, written("The dates overlap.", Subject="Dates", Message_ID="<1@x>"), "media@teams.example")

    async def look(number: int = 1) -> Page:
        """Sessions end while weeks go by."""
        page = (await Agent.at_console(await window(), desk.url, PRIYA)).page
        await page.goto(f"{desk.url}/tickets/{number}")
        return page

    page = await look()
    await shown(page, f"By mail from {ANA}, opened this ticket, sender proven", "open")
    await life.say("Which order?", status="awaiting_reply")
    await shown(page, f"Mailed to {ANA}", "awaiting_reply")
    await life.answered("SO-448263")
    await shown(page, "SO-448263", "open")
    await shown(page, MATCHED, "open")

    await life.say("Which line of it?", status="awaiting_reply")
    await page.context.close()
    for step in ("reminder_1", "reminder_2", "auto_solve"):
        clock.at = await life.moment(step)
        await desk.desk.ticket_clock.sweep()
        await letters(desk, sink)
    page = await look()
    await shown(page, "Auto-solved pending user response", "solved")
    await life.answered("I was away: line 3")
    await shown(page, "I was away: line 3", "open")

    await life.say("Done", status="solved", resolution="support_question")
    await shown(page, "Done", "solved")
    await page.context.close()
    clock.at = await life.moment("reopen_until") + DAY_MS
    await desk.desk.ticket_clock.sweep()
    await life.answered("It came back")
    page = await look(2)
    await shown(page, "It came back", "open")
    await expect(page.get_by_role("complementary").get_by_role("link", name="#1", exact=True)).to_be_visible()
