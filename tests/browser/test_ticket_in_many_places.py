"""One ticket that is open in many places: tabs of its customer, pages of colleagues, and teams that it leaves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Locator, Page, Route, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.browser.desk import PRIYA, HostSite, OpenDesk, Staff
from tests.browser.line import Line
from tests.browser.people import Agent, Customer, shows, texts_of
from tests.browser.test_conversations import asks, token_of
from tests.browser.test_embedding import SECRET, identified
from tests.running import Client, RunningDesk, SettableClock
from tests.signing import Site

HANNAH = Staff("Hannah Reyes", ("media", "finance"))
CARD = "4111 1111 1111 1112"
"""Not a valid number: valid ones are masked before they are stored."""
PASSWORD = "The password is 4711"
PLAN: FilePayload = {"name": "Flight plan.txt", "mimeType": "text/plain", "buffer": b"Nov 30 to Dec 14"}
ANSWER: FilePayload = {"name": "Answer.txt", "mimeType": "text/plain", "buffer": b"Dec 1 to Dec 14"}
PROGRAM: FilePayload = {"name": "plan.pdf.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" * 99}
DAY_S = 24 * 3_600

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def chatted(desk: RunningDesk, customer: Customer, said: str, answer: str) -> Client:
    """The supervisor who had the chat that has become ticket 1, which stays open."""
    sofia = await desk.staff("Sofia", role="supervisor")
    await sofia.command("presence.set", status="available")
    await customer.open_chat()
    await customer.start("Media", said, email="olga@northlake.example")
    chat = (await sofia.event("chat.assigned"))["chat"]
    await sofia.command("message.send", chat=chat, text=answer)
    await sofia.command("chat.close", chat=chat, status="open")
    await customer.has_become(1, "Open")
    return sofia


async def on_ticket_1(desk: RunningDesk, window: Window, who: Staff) -> Page:
    page = (await Agent.at_console(await window(), desk.url, who)).page
    await page.goto(f"{desk.url}/tickets/1")
    await expect(page.locator("#reply")).to_be_visible()
    return page


async def downloaded(page: Page, link: Locator) -> bytes:
    async with page.expect_download() as download:
        await link.click()
    return Path(await (await download.value).path()).read_bytes()


class Places:
    """Where ticket 1 is open, and what it says there."""

    def __init__(self, tabs: Sequence[Customer], pages: Sequence[Page], texts: list[str]) -> None:
        self.tabs = tabs
        self.pages = pages
        self.texts = texts

    async def agree(self) -> None:
        for tab in self.tabs:
            await tab.sees(*self.texts)
        for page in self.pages:
            await shows(page.get_by_role("region", name="Messages"), self.texts)

    async def hear(self, text: str) -> None:
        self.texts.append(text)
        await self.agree()


async def files_go_both_ways(places: Places) -> None:
    """A refused file says why, and the reply goes without it."""
    tab, page = places.tabs[0], places.pages[0]
    await tab.widget.locator("input[type=file]").set_input_files([PLAN, PROGRAM])
    tray = tab.widget.get_by_role("list", name="Files for your next message")
    await expect(tray.get_by_text(re.compile("not accepted"))).to_be_visible()
    await expect(tab.widget.get_by_role("alert")).to_contain_text("plan.pdf.exe")
    await tray.get_by_role("button", name="Remove plan.pdf.exe").click()
    await tab.write("Here is the plan")
    await places.hear("Here is the plan")
    story = page.get_by_role("region", name="Messages")
    assert await downloaded(page, story.get_by_role("link", name=re.compile("Flight plan"))) == PLAN["buffer"]
    await page.locator("input[type=file]").set_input_files(ANSWER)
    await page.locator("#reply").fill("This is the right one")
    await expect(page.get_by_role("progressbar")).to_have_count(0)
    await page.locator("#reply").press("Control+Enter")
    await places.hear("This is the right one")
    for one in places.tabs:
        assert await downloaded(one.page, one.log.get_by_role("link", name=re.compile("Answer"))) == ANSWER["buffer"]


async def texts_are_removed_while_they_are_read(desk: RunningDesk, sofia: Client, places: Places) -> None:
    """One of the ticket and one of its chat. Their places stay, and the transcript does not have them either."""
    http = desk.http(sofia.token)
    for text in (PASSWORD, "Change it"):
        (await http.post("/api/tickets/1/replies", json={"text": text})).raise_for_status()
        await places.hear(text)
    transcript = (await http.get("/api/tickets/1")).json()["transcript"]
    of = {one["text"]: one for one in transcript if one.get("text")}
    wanted = {"of": of[PASSWORD]["seq"], "reason": "A password"}
    (await http.post("/api/tickets/1/redactions", json=wanted)).raise_for_status()
    said = of[f"My card is {CARD}"]
    await sofia.command("message.redact", chat=said["chat"], of=said["seq"], reason="A card number")
    for text in (PASSWORD, f"My card is {CARD}"):
        places.texts[places.texts.index(text)] = "Message removed"
    await places.agree()
    await places.tabs[0].write("Thank you")
    await places.hear("Thank you")
    for tab in places.tabs:
        saved = (await downloaded(tab.page, tab.widget.get_by_role("button", name="Save transcript"))).decode()
        assert saved.count("Message removed") == 2 and "Change it" in saved
        assert "4111" not in saved and "4711" not in saved
    await places.tabs[0].widget.get_by_role("button", name="Mail me this conversation").click()
    await expect(places.tabs[0].widget.get_by_text("goes to")).to_be_visible()


async def two_set_the_status_at_once(first: Page, second: Page) -> None:
    """The second, who has not heard of the first, is told, keeps their choice, and saves it."""
    saved = asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.method == "PATCH":
            await saved.wait()
        await route.continue_()

    await second.route("**/api/tickets/1", late)
    await first.get_by_role("combobox", name="Status", exact=True).select_option("awaiting_reply")
    await second.get_by_role("combobox", name="Status", exact=True).select_option("solved")
    await second.locator("select[name=resolution]").select_option("data_fix")
    async with second.expect_request(lambda request: request.method == "PATCH"):
        await second.get_by_role("button", name="Save changes").click()
    await first.get_by_role("button", name="Save changes").click()
    await expect(first.get_by_role("region", name="Messages")).to_contain_text("You set it to Awaiting customer")
    saved.set()
    told = second.get_by_role("alert").filter(has_text="changed this ticket meanwhile")
    await expect(told).to_contain_text("Status: Open → Awaiting customer")
    await second.get_by_role("button", name="Save changes").click()
    await expect(told).to_have_count(0)
    for page in (first, second):
        await expect(page.get_by_role("combobox", name="Status", exact=True)).to_have_value("solved")


async def test_ticket_open_in_many_places_says_the_same_in_all(
    witness: Witness, site: HostSite, open_desk: OpenDesk, window: Window
) -> None:
    """Two tabs reply at once. Files, removed texts and changes arrive everywhere, until the ticket leaves for another
    team: it is gone for who is not on that team, and goes on for its customer."""
    witness.expects("status of 412", "status of 422", "status of 404")
    desk = await open_desk((PRIYA, HANNAH))
    first = await Customer.visit(await window(), site.origin)
    sofia = await chatted(desk, first, f"My card is {CARD}", "I look into it")
    second = await Customer.visit(first.page.context, site.origin)
    await second.open_chat()
    priya, hannah = await on_ticket_1(desk, window, PRIYA), await on_ticket_1(desk, window, HANNAH)
    await second.widget.get_by_role("listitem").get_by_role("button").click()
    await second.log.get_by_role("button", name="Chat with Sofia").click()

    await asyncio.gather(first.write("From one tab"), second.write("From the other"))
    await expect(first.log.locator(".bubble")).to_have_count(4)
    for tab in (first, second):
        await tab.has_stored_all()
    await expect(first.log.locator(".bubble")).to_have_count(4)
    places = Places((first, second), (priya, hannah), await texts_of(first.log))
    assert sorted(places.texts[2:]) == ["From one tab", "From the other"]
    await places.agree()
    await files_go_both_ways(places)
    await texts_are_removed_while_they_are_read(desk, sofia, places)
    await two_set_the_status_at_once(priya, hannah)

    await hannah.get_by_role("combobox", name="Team").select_option("finance")
    await hannah.get_by_role("button", name="Save changes").click()
    await expect(priya.get_by_role("heading", name="You can’t see this ticket any more")).to_be_visible()
    await expect(priya.get_by_text("Thank you")).to_have_count(0)
    places.pages = (hannah,)
    await second.write("Still here?")
    await places.hear("Still here?")
    await hannah.locator("#reply").fill("Finance looks now")
    await hannah.locator("#reply").press("Control+Enter")
    await places.hear("Finance looks now")
    await expect(priya.get_by_text("Finance looks now")).to_have_count(0)


async def test_ticket_that_its_customer_may_not_see_any_more_leads_on(
    witness: Witness, site: HostSite, open_desk: OpenDesk, window: Window
) -> None:
    """Ana is no participant any more. She hears so by a frame, or by the answer to a reply. Nothing stays but what she
    has not sent."""
    witness.expects("status of 404")
    clock = SettableClock()
    desk = await open_desk((), clock=clock, identity_secret=SECRET)
    http = desk.http((await desk.staff("Sofia", role="supervisor")).token)
    for subject in ("Dates", "Invoice"):
        asked = {"requester": {"email": "omar@fluvio.example"}, "participants": ["ana@northlake.example"]}
        made = await http.post("/api/tickets", json=asked | {"team": "media", "subject": subject, "text": "Look here"})
        made.raise_for_status()
    site.head = identified(f"'{Site(SECRET, audience=desk.settings.base_url).sign('ana', clock())}'")
    context, line = await window(), Line()
    await line.through(context)
    ana = await Customer.visit(context, site.origin)
    await ana.open_chat()
    rows = ana.widget.get_by_role("listitem").get_by_role("button")
    gone = ana.widget.get_by_role("alert").filter(has_text="This conversation isn’t available any more.")
    ways = ana.widget.get_by_role("region", name="Conversation").get_by_role("button")

    await rows.filter(has_text="Dates").click()
    await ana.sees("Look here")
    await ana.widget.get_by_label("Message", exact=True).fill("Half a sentence")
    (await http.patch("/api/tickets/1", json={"participants": []})).raise_for_status()
    await expect(gone).to_contain_text("Your unsent text is kept.")
    for text in ("Look here", "Dates", "#1"):
        await expect(ana.widget.get_by_text(text)).to_have_count(0)
    assert await faults_by_day_and_night(ana.page) == []
    await expect(ways.filter(has_text="Your conversations")).to_be_focused()
    await ana.page.keyboard.press("Enter")
    await expect(rows).to_have_count(1)

    await rows.filter(has_text="Invoice").click()
    await ana.sees("Look here")
    await line.cut()
    (await http.patch("/api/tickets/2", json={"participants": []})).raise_for_status()
    await ana.write("And this one?")
    await expect(gone).to_be_visible()
    await expect(ana.widget.get_by_text("Look here")).to_have_count(0)
    await ways.filter(has_text="New conversation").click()
    await expect(ana.widget.get_by_label("What can we help with?")).to_have_value("Half a sentence\n\nAnd this one?")


async def test_reply_to_a_ticket_closed_for_good_opens_another(
    site: HostSite, open_desk: OpenDesk, window: Window
) -> None:
    """It was closed while the customer had it open. The card says what happened."""
    clock = SettableClock()
    desk = await open_desk((), clock=clock)
    http = desk.http((await desk.staff("Sofia", role="supervisor")).token)
    context = await window()
    customer = await Customer.visit(context, site.origin)
    await customer.open_chat()
    await asks(desk, await token_of(customer), "The button is grey")
    (await http.patch("/api/tickets/1", json={"status": "solved", "resolution": "data_fix"})).raise_for_status()
    await customer.page.close()
    customer = await Customer.visit(context, site.origin)
    await customer.open_chat()
    await customer.widget.get_by_role("listitem").get_by_role("button").click()
    await customer.has_become(1, "Solved")
    clock.forward(29 * DAY_S)
    await customer.write("Grey again")
    await customer.has_become(2, "Open")
    await customer.sees("Grey again")
    why = "Ticket #1 was closed for good, so your reply opened this one."
    await expect(customer.outcome(2)).to_contain_text(why)
