"""How chats change hands, seen from all sides: the customer, who has the chat, who gets it, and the supervisor."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, expect

from server.live.sweeps import Intervals
from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Witness, person
from tests.browser.desk import PRIYA, HostSite, Staff, serving_here
from tests.browser.people import Agent, Customer
from tests.running import DEADLINE_S, Client, RunningDesk, SettableClock

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TOM = Staff("Tom Reyes", ("media",))
INES = Staff("Ines Moreau", ("media",), role="supervisor")
SOFIA = Staff("Sofia Lindgren", ("finance",), role="supervisor")
AFTERNOON = int(datetime(2026, 11, 25, 16, 50, tzinfo=ZoneInfo("America/New_York")).timestamp() * 1000)
HOURS = """\
timezone: America/New_York
schedules:
  always: {{mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"],
           fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}}
  standard: {{wed: ["09:00-17:00"]}}
teams:
  media: {{name: Media, schedule: always{media}}}
  prod: {{name: Prod, schedule: always}}
  finance: {{name: Finance, schedule: standard}}
"""


@dataclass(slots=True)
class Floor:
    """A desk whose clock is everybody's and moves only by `forward`."""

    desk: RunningDesk
    clock: SettableClock
    browser: Browser
    witness: Witness
    site: HostSite
    closing: AsyncExitStack
    windows: list[BrowserContext] = field(default_factory=list)

    async def forward(self, seconds: float) -> None:
        """Let that much time be over: first on the pages, so that what the desk tells them then comes at that time."""
        for window in self.windows:
            await window.clock.set_fixed_time(self.clock.at / 1000 + seconds)
        self.clock.forward(seconds)

    async def window(self) -> BrowserContext:
        """A browser of somebody's own."""
        window = await self.closing.enter_async_context(person(self.browser, self.witness))
        await window.clock.set_fixed_time(self.clock.at / 1000)
        self.windows.append(window)
        return window

    async def customer(self, team: str, text: str, name: str = "Danielle Okonkwo") -> Customer:
        """Somebody who asks a team, by the widget."""
        customer = await Customer.visit(await self.window(), self.site.origin)
        await customer.open_chat()
        await customer.start(team, text, name=name)
        return customer

    async def at_console(self, who: Staff, *, available: bool = True) -> Agent:
        """Somebody of staff at their console."""
        agent = await Agent.at_console(await self.window(), self.desk.url, who)
        await self.connected(agent)
        if available:
            await agent.become_available()
        return agent

    async def connected(self, agent: Agent) -> None:
        """Wait until their page knows how far its clock is from the desk's. Then both can be set forward."""
        await expect(agent.page.get_by_role("button", name="change your status")).to_be_enabled()

    async def leaves(self, agent: Agent) -> None:
        """Their browser is closed."""
        self.windows.remove(agent.page.context)
        await agent.page.context.close()


@asynccontextmanager
async def a_floor(
    browser: Browser, witness: Witness, site: HostSite, folder: Path, people: Sequence[Staff], media: str = ""
) -> AsyncIterator[Floor]:
    """`media`: further keys of the team in the hours file."""
    clock = SettableClock(AFTERNOON)
    hours = HOURS.format(media=media)
    async with (
        serving_here(
            folder,
            people,
            clock,
            widget_origins=site.origin,
            open_at=hours,
            intervals=Intervals(sweep=0.25),
            rate_limits="off",
        ) as desk,
        AsyncExitStack() as closing,
    ):
        site.desk = desk.url
        yield Floor(desk, clock, browser, witness, site, closing)


def partings(agent: Agent) -> Locator:
    """What became of chats that are theirs no longer."""
    return agent.page.locator("parting-list")


def alarms(agent: Agent) -> Locator:
    """What a supervisor is told."""
    return agent.page.get_by_role("region", name="Alarms")


async def whom_it_rings_for(one: Agent, other: Agent) -> tuple[Agent, Agent]:
    """Who of the two is offered a chat, and who is not."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            for rung, silent in ((one, other), (other, one)):
                if await rung.page.get_by_role("button", name=re.compile("^Accept")).count():
                    return rung, silent
            await asyncio.sleep(0.05)


async def test_chat_is_transferred_requeued_picked_and_taken_over(
    browser: Browser, witness: Witness, site: HostSite, tmp_path: Path
) -> None:
    """Priya transfers a chat to Tom with a note. Tom disconnects, and the chat is requeued ahead of all others. Priya
    picks it from the queue. A supervisor, alerted meanwhile, takes it over. Each side reads each step in words."""
    async with a_floor(browser, witness, site, tmp_path, [PRIYA, TOM, INES]) as floor:
        priya = await floor.at_console(PRIYA)
        danielle = await floor.customer("Media", "SO-448210 takes no dates")
        await priya.rows.first.click()
        await priya.reply("Hi Danielle, let me look.")
        await danielle.sees("SO-448210 takes no dates", "Hi Danielle, let me look.")

        tom = await floor.at_console(TOM)
        await priya.page.locator("#reply").blur()
        await priya.page.keyboard.press("t")
        dialog = priya.page.get_by_role("dialog", name="Transfer the chat with Danielle Okonkwo")
        await expect(dialog.get_by_role("radio", name=re.compile("^Tom Reyes"))).to_be_enabled()
        assert await faults_by_day_and_night(priya.page) == []
        await dialog.get_by_role("searchbox").press_sequentially("tom")
        await dialog.get_by_role("searchbox").press("Enter")
        await dialog.get_by_label(re.compile("^Note")).fill("Line 3 overlaps by a day")
        await dialog.get_by_role("button", name="Transfer to Tom Reyes").click()
        await expect(priya.page.locator(".ended")).to_contain_text("You transferred Danielle to Tom Reyes.")
        await expect(priya.rows).to_have_count(0)
        await expect(danielle.log).to_contain_text("Priya transferred you to Tom Reyes, with the whole conversation.")
        await expect(danielle.log).to_contain_text("Tom Reyes joined")
        await tom.rows.first.click()
        await expect(tom.notes).to_have_text("Line 3 overlaps by a day")
        await expect(tom.log).to_contain_text("Priya Raman transferred this to you")

        ines = await floor.at_console(INES, available=False)
        await expect(ines.page.get_by_role("button", name=re.compile("^Media, show its chats"))).to_be_visible()
        await expect(alarms(ines)).to_have_count(0)
        # It would come back to her at once.
        await priya.page.get_by_role("button", name=re.compile("change your status")).click()
        await priya.page.get_by_role("menuitemradio", name="At lunch").click()
        await expect(priya.page.get_by_role("button", name=re.compile("^Away"))).to_be_visible()
        await floor.leaves(tom)
        await expect(danielle.log).to_contain_text("connection dropped")
        await floor.forward(61)
        await expect(danielle.in_line).to_contain_text("You’re next")
        await expect(alarms(ines)).to_contain_text("Tom Reyes disconnected")
        await expect(alarms(ines).get_by_role("button", name="Take the chat with Danielle Okonkwo")).to_be_visible()
        await expect(
            ines.page.get_by_role("status").filter(
                has_text="Tom Reyes disconnected, and Danielle Okonkwo is waiting again for Media"
            )
        ).to_be_attached()
        assert await faults_by_day_and_night(ines.page) == []
        await floor.forward(9)
        await expect(alarms(ines)).to_contain_text("Danielle Okonkwo is waiting again, Media, 0:09")
        await expect(alarms(priya)).to_have_count(0)
        await alarms(ines).get_by_role("button", name="Take the chat with Danielle Okonkwo").focus()
        await priya.page.get_by_role("button", name="Take the next one for Media").click()
        await expect(danielle.log).to_contain_text("Tom’s connection dropped. A colleague takes over")
        await expect(danielle.log).to_contain_text("Priya Raman joined")
        await expect(priya.log).to_contain_text("Tom Reyes disconnected: back in the queue for Media")
        await expect(priya.log).to_contain_text("You took this from the queue")
        await expect(alarms(ines)).to_have_count(0)
        # What the focus was on is gone: it is not lost.
        await expect(ines.page.locator("#talk")).to_be_focused()
        await priya.reply("I have you again.")
        await expect(danielle.log).to_contain_text("I have you again.")

        await ines.page.get_by_role("button", name=re.compile("^Media, show its chats")).click()
        await ines.page.get_by_role("button", name="View the chat with Danielle Okonkwo").click()
        await expect(ines.log).to_contain_text("I have you again.")
        await expect(ines.page.locator(".watching")).to_contain_text("Danielle can’t see you, but Priya can")
        watched = priya.page.locator(".talk-head").get_by_role("status")
        await expect(watched).to_have_text("Ines is watching")
        assert await faults_by_day_and_night(ines.page) == []
        await ines.page.get_by_role("textbox", name="Whisper to Priya").fill("Confirm the dates.")
        await ines.page.keyboard.press("Enter")
        await expect(priya.log).to_contain_text("Confirm the dates.")
        await expect(priya.log).to_contain_text("supervisor, staff only")
        await ines.page.get_by_role("button", name="Stop viewing").click()
        await expect(watched).to_be_empty()
        await expect(ines.page.locator("#talk")).to_be_focused()
        await expect(ines.page.locator(".watching")).to_be_hidden()
        await ines.page.go_back()
        await ines.page.get_by_role("button", name="Take over").click()
        await ines.reply("Ines here, I take this over.")
        await expect(danielle.log).to_contain_text("Ines Moreau joined")
        await expect(danielle.log).not_to_contain_text("Confirm the dates.")
        await expect(priya.page.locator(".ended")).to_contain_text("Ines Moreau took over the chat with Danielle.")
        await expect(priya.log).to_contain_text("Ines Moreau took over from you")


async def test_offers_and_alarms_are_shown_on_pages_without_chats(
    browser: Browser, witness: Witness, site: HostSite, tmp_path: Path
) -> None:
    """An offer is a card in a corner, counted in the bar and the title, and answered by a key, unless somebody types.
    Accepted, it can be answered at once, and other pages lead back to it. A supervisor has the alarms in the bar."""
    async with a_floor(browser, witness, site, tmp_path, [PRIYA, INES], ", assign: offer, offer_s: 30") as floor:
        priya = await floor.at_console(PRIYA)
        page = priya.page
        await page.goto(f"{floor.desk.url}/tickets")
        await floor.customer("Media", "SO-448210 takes no dates")
        card = page.get_by_role("region", name="Offered chat")
        await expect(card).to_contain_text("SO-448210 takes no dates")
        await expect(card).to_contain_text("30 s, then the queue")
        await expect(page.get_by_role("link", name="Chats 1 offered to you")).to_be_visible()
        await expect(page).to_have_title(re.compile(r"^\(1\) "))
        assert await faults_by_day_and_night(page) == []
        search = page.get_by_role("searchbox")
        await search.press("a")
        await expect(search).to_have_value("a")
        await search.press("Tab")
        await page.keyboard.press("a")
        await expect(page).to_have_url(re.compile("/console#chat="))
        await expect(priya.log).to_contain_text("SO-448210 takes no dates")
        await expect(page.locator("#reply")).to_be_focused()
        await page.get_by_role("link", name="Tickets").click()
        await page.get_by_role("link", name="Chats").click()
        await expect(priya.log).to_contain_text("SO-448210 takes no dates")

        ines = await floor.at_console(INES, available=False)
        await ines.page.goto(f"{floor.desk.url}/tickets")
        await floor.connected(ines)
        await floor.forward(400)
        for path in ("/tickets", "/reports", "/admin/hours"):
            await ines.page.goto(f"{floor.desk.url}{path}")
            await expect(ines.page.get_by_role("button", name="1 alarm")).to_be_visible()
        await ines.page.get_by_role("button", name="1 alarm").click()
        assert await faults_by_day_and_night(ines.page) == []
        await alarms(ines).get_by_role("button", name="View the chat with Danielle Okonkwo").click()
        await expect(ines.log).to_contain_text("SO-448210 takes no dates")


async def test_transfer_says_who_is_not_there_and_keeps_the_note(
    browser: Browser, witness: Witness, site: HostSite, tmp_path: Path
) -> None:
    """For a colleague who is away, the team is proposed. A team without anybody is asked about once. A note that was
    not sent is still there. A colleague who comes meanwhile can be chosen."""
    async with a_floor(browser, witness, site, tmp_path, [PRIYA, TOM]) as floor:
        priya, tom = await floor.at_console(PRIYA), await floor.at_console(TOM, available=False)
        danielle = await floor.desk.customer(name="Danielle Okonkwo")
        await danielle.command("chat.start", team="media", text="SO-448210 takes no dates")
        await expect(priya.log).to_contain_text("SO-448210")
        dialog = priya.page.get_by_role("dialog", name="Transfer the chat with Danielle Okonkwo")
        search, note = dialog.get_by_role("searchbox"), dialog.get_by_label(re.compile("^Note"))
        for _ in range(2):
            await priya.page.get_by_role("button", name=re.compile("^Transfer")).first.click()
            await search.press_sequentially("tom")
            hint = "Tom Reyes isn’t available (away). Enter sends it to Media instead."
            await expect(dialog.get_by_role("status").filter(has_text=hint)).to_be_visible()
            if not await note.input_value():
                await note.fill("Line 3 overlaps by a day")
                # Words in the search do not take the key: it leaves the dialog.
                await search.press("Escape")
        await expect(note).to_have_value("Line 3 overlaps by a day")
        await search.press("ArrowDown")
        await expect(search).to_have_value("tom")
        await expect(search).to_be_focused()
        await search.press("Enter")
        await expect(dialog.get_by_role("radio", name=re.compile("^Media"))).to_be_focused()
        await priya.page.keyboard.press("Enter")
        await expect(dialog.get_by_role("alert").filter(has_text="Nobody is available for Media.")).to_be_visible()
        await expect(dialog.get_by_role("button", name="Transfer to Media anyway")).to_be_visible()
        assert await faults_by_day_and_night(priya.page) == []
        await tom.become_available()
        await dialog.get_by_role("radio", name=re.compile("^Tom Reyes")).check()
        await dialog.get_by_role("button", name="Transfer to Tom Reyes").click()
        await expect(tom.notes).to_have_text("Line 3 overlaps by a day")


async def test_agent_who_leaves_is_asked_about_their_chats(
    browser: Browser, witness: Witness, site: HostSite, tmp_path: Path
) -> None:
    """Going offline hands the chat to the queue, whose next agent has it at once. Signing out on another page can wait
    until the chat is over: the agent is away until then, and offline afterwards."""
    async with a_floor(browser, witness, site, tmp_path, [PRIYA, TOM]) as floor:
        priya = await floor.at_console(PRIYA)
        danielle = await floor.desk.customer(name="Danielle Okonkwo")
        chat = (await danielle.command("chat.start", team="media", text="SO-448210 takes no dates"))["chat"]
        await expect(priya.log).to_contain_text("SO-448210")
        tom = await floor.at_console(TOM)
        leaving = priya.page.get_by_role("dialog", name="You hold 1 chat")
        await priya.page.locator("#presence").click()
        await priya.page.get_by_role("menuitemradio", name="Offline").click()
        await expect(leaving).to_contain_text("Danielle Okonkwo has waited")
        await expect(leaving.get_by_role("radio", checked=True)).to_be_focused()
        await expect(leaving).to_contain_text("1 available")
        await leaving.get_by_role("radio", name="Back to the queue").check()
        assert await faults_by_day_and_night(priya.page) == []
        await priya.page.keyboard.press("Enter")
        await expect(priya.page.get_by_role("button", name=re.compile("^Offline"))).to_be_visible()
        await expect(tom.log).to_contain_text("SO-448210")

        await tom.page.goto(f"{floor.desk.url}/tickets")
        await expect(tom.page.get_by_role("button", name=re.compile("^Available"))).to_be_visible()
        await tom.page.get_by_role("button", name="Account of Tom Reyes").click()
        await tom.page.get_by_role("menuitem", name="Sign out").click()
        dialog = tom.page.get_by_role("dialog", name="You hold 1 chat")
        await expect(dialog.get_by_role("radio", name="Stay away until it’s done")).to_be_checked()
        await dialog.get_by_role("button", name="Stay away until done").click()
        await expect(
            tom.page.get_by_role("button", name=re.compile("^Away, until your chats are done"))
        ).to_be_visible()
        await danielle.command("chat.end", chat=chat)
        await floor.forward(1)
        await expect(tom.page.get_by_role("button", name=re.compile("^Offline"))).to_be_visible()


async def test_offer_is_declined_missed_and_accepted(
    browser: Browser, witness: Witness, site: HostSite, tmp_path: Path
) -> None:
    """In a team with offers, the chat rings at one console after another: declined by key, then not answered in time.
    The customer keeps the first place. Another chat is accepted by key. The first is picked from the queue, after the
    supervisor is alerted to its long wait, and a colleague accepts its transfer."""
    async with a_floor(browser, witness, site, tmp_path, [PRIYA, TOM, INES], ", assign: offer, offer_s: 30") as floor:
        priya = await floor.at_console(PRIYA)
        danielle = await floor.customer("Media", "SO-448210 takes no dates")
        offers = priya.page.get_by_role("list", name="Offered to you").get_by_role("listitem")
        await expect(offers).to_contain_text("Danielle Okonkwo")
        await expect(offers.get_by_role("progressbar", name="30 seconds left")).to_be_visible()
        assert await faults_by_day_and_night(priya.page) == []
        await priya.page.keyboard.press("p")
        await expect(offers).to_have_count(0)
        await expect(danielle.in_line).to_be_visible()

        tom = await floor.at_console(TOM)
        rung = tom.page.get_by_role("list", name="Offered to you").get_by_role("listitem")
        await expect(rung).to_contain_text("Danielle Okonkwo")
        await floor.forward(31)
        await expect(rung).to_contain_text("Back in the queue: you didn’t answer in time.")
        await floor.forward(9)
        await expect(rung).to_have_count(0)

        await floor.customer("Media", "And the invoice?", name="Omar El-Sayed")
        holder, other = await whom_it_rings_for(priya, tom)
        await holder.page.keyboard.press("a")
        await expect(holder.log).to_contain_text("And the invoice?")
        await expect(holder.rows).to_have_count(1)
        await expect(other.rows).to_have_count(0)

        # Nobody is left to ask for Danielle: whoever wants her takes her from the queue, once.
        ines = await floor.at_console(INES, available=False)
        await floor.forward(90)
        await expect(alarms(ines)).to_contain_text("Media: longest wait 2:10")
        await alarms(ines).get_by_role("button", name="See who is waiting for Media").click()
        await expect(ines.page.get_by_role("dialog", name="Media now")).to_contain_text("Danielle Okonkwo")
        await other.page.get_by_role("button", name="Take the next one for Media").click()
        await expect(danielle.log).to_contain_text("joined")
        await expect(other.log).to_contain_text("SO-448210 takes no dates")
        await expect(alarms(ines)).to_have_count(0)

        name = "Priya Raman" if holder is priya else "Tom Reyes"
        await other.page.get_by_role("button", name=re.compile("^Transfer")).click()
        dialog = other.page.get_by_role("dialog", name=re.compile("^Transfer the chat"))
        await dialog.get_by_role("radio", name=re.compile(f"^{name}")).check()
        await dialog.get_by_role("button", name=f"Transfer to {name}").click()
        said = other.page.locator(".ended")
        await expect(said).to_contain_text(
            f"You asked {name} to take the chat with Danielle. They have 30 s to accept."
        )
        await holder.page.get_by_role("button", name="Accept Danielle Okonkwo").click()
        await expect(said).to_contain_text(f"{name} took the chat with Danielle.")


async def test_closing_time_asks_customers_and_creates_tickets(
    browser: Browser, witness: Witness, site: HostSite, tmp_path: Path
) -> None:
    """Ten minutes before closing, waiting customers are asked and the supervisor is told. One stays and is answered
    after closing, and the other's chat becomes a ticket. A chat transferred to a closed team becomes a ticket."""
    deshawn = Staff("Deshawn Whitfield", ("finance",))
    async with a_floor(browser, witness, site, tmp_path, [PRIYA, deshawn, SOFIA]) as floor:
        sofia = await floor.at_console(SOFIA, available=False)
        stays = await floor.customer("Finance", "Before you close", name="Danielle Okonkwo")
        leaves = await floor.customer("Finance", "Not so urgent", name="Omar El-Sayed")
        for one in (stays, leaves):
            await expect(one.widget.get_by_role("heading", name="We may not reach you before closing")).to_be_visible()
        warns = alarms(sofia).get_by_role("listitem").filter(has_text="Finance closes in 10 min")
        await expect(warns).to_contain_text("2 in the queue")
        await stays.widget.get_by_role("button", name="Keep my place").click()
        await expect(stays.widget.get_by_text(re.compile("^You keep your place until 17:15"))).to_be_visible()
        await floor.forward(601)
        await leaves.has_become(1, "Open")
        closed = alarms(sofia).get_by_role("listitem").filter(has_text="Finance has closed")
        await expect(closed).to_contain_text("1 in the queue")

        answers = await floor.at_console(deshawn)
        await expect(answers.rows).to_have_count(1)
        await expect(stays.log).to_contain_text("Deshawn Whitfield joined")
        await expect(alarms(sofia)).to_have_count(0)

        priya = await floor.at_console(PRIYA)
        asks: Client = await floor.desk.customer(name="Sofía Castañeda")
        chat = (await asks.command("chat.start", team="media", text="My invoice has no tax"))["chat"]
        await priya.rows.first.click()
        await priya.page.get_by_role("button", name=re.compile("^Transfer")).click()
        dialog = priya.page.get_by_role("dialog", name=re.compile("^Transfer the chat"))
        await dialog.get_by_role("radio", name=re.compile("^Finance")).check()
        await expect(dialog).to_contain_text("Finance isn’t taking chats right now.")
        await dialog.get_by_role("button", name="Close as a ticket for Finance").click()
        await expect(priya.ticket_link).to_have_text("Ticket #2, Open")
        assert (await asks.event("chat.closed", chat=chat))["ticket"] == 2
