"""The floor of a supervisor: chats as they move, reassigned from there, and right again after a lost connection."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window, Witness
from tests.browser.desk import PRIYA, OpenDesk, Staff
from tests.browser.line import Line
from tests.browser.people import Agent
from tests.running import Client, RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

INES = Staff("Ines Moreau", ("media",), role="supervisor")


async def at_floor(context: BrowserContext, desk: RunningDesk) -> Page:
    """Ines, on the floor by its link, which is live."""
    page = (await Agent.at_console(context, desk.url, INES)).page
    await page.get_by_role("link", name="Floor").click()
    await expect(head(page)).to_contain_text("Live")
    return page


def head(page: Page) -> Locator:
    """Whether the floor is live, and its time."""
    return page.locator("floor-line")


def row(page: Page, name: str) -> Locator:
    """The row of a team or an agent."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


async def asks(desk: RunningDesk, name: str, text: str) -> tuple[Client, str]:
    customer = await desk.customer(name=name)
    return customer, (await customer.command("chat.start", team="media", text=text))["chat"]


async def test_supervisor_sees_chats_live_and_reassigns_one(open_desk: OpenDesk, window: Window) -> None:
    """A waiting chat becomes a square of the agent who gets it. The arrows lead to the next square, and Enter opens its
    chat. Reassigned, it is a square of another agent, and its agent reads by whom. Times are those of the desk's zone.
    """
    desk = await open_desk([PRIYA, INES])
    ines = await at_floor(await window(timezone="Asia/Tokyo"), desk)
    await expect(head(ines)).to_contain_text(re.compile(r"day, \w+ \d+, \d\d:\d\d ET$"))
    await expect(ines.get_by_text("Nobody is signed in.")).to_be_visible()
    await asks(desk, "Zoe", "The dates are refused")
    _, omar = await asks(desk, "Omar", "Invoice 7718-B")
    await expect(row(ines, "Media").locator(".c-line")).to_have_text("2")

    priya = await Agent.at_console(await window(), desk.url, PRIYA)
    await priya.become_available()
    squares = row(ines, "Priya Raman").get_by_role("link")
    await expect(squares).to_have_text([re.compile("^Zoe, first reply"), re.compile("^Omar, first reply")])
    await expect(row(ines, "Media").locator(".c-line")).to_have_text("0")
    assert await faults_by_day_and_night(ines) == []

    await squares.first.focus()
    await ines.keyboard.press("ArrowRight")
    await expect(squares.last).to_be_focused()
    await ines.keyboard.press("Enter")
    await ines.wait_for_url(f"**/console#chat={omar}")
    await expect(ines.get_by_role("log", name="Messages")).to_contain_text("Invoice 7718-B")
    await ines.get_by_role("link", name="Floor").click()

    tom = await desk.staff("Tom", teams=["media"])
    await tom.command("presence.set", status="available")
    await expect(row(ines, "Tom")).to_contain_text("Available")
    await ines.get_by_role("button", name="Manage Priya Raman").click()
    dialog = ines.get_by_role("dialog", name="Priya Raman")
    await dialog.get_by_role("button", name="Reassign the chat with Omar").click()
    assert await faults_by_day_and_night(ines, dialog) == []
    await dialog.get_by_label("Reassign to").select_option(value=f"staff:{tom.greeting['staff']}")
    await dialog.get_by_role("button", name="Reassign", exact=True).click()
    await expect(dialog.get_by_role("status")).to_have_text("The chat with Omar went to Tom.")
    await expect(priya.page.locator("parting-list")).to_contain_text(
        "Ines Moreau reassigned the chat with Omar to Tom."
    )
    await tom.event("chat.assigned", chat=omar)
    await dialog.get_by_role("button", name="Done").click()
    await expect(squares).to_have_text([re.compile("^Zoe")])
    await expect(row(ines, "Tom").get_by_role("link")).to_have_text([re.compile("^Omar")])


async def test_floor_is_right_again_after_a_lost_connection(
    open_desk: OpenDesk, window: Window, witness: Witness
) -> None:
    """While it is lost, the page says that its figures are not current. An agent gets no floor."""
    witness.expects("status of 403", "status of 503")
    desk = await open_desk([PRIYA, INES])
    priya = await Agent.at_console(await window(), desk.url, PRIYA)
    await priya.page.goto(f"{desk.url}/floor")
    await expect(priya.page.get_by_role("heading", name="You can’t open this page")).to_be_visible()

    context, line = await window(), Line()
    await line.through(context)
    ines = await at_floor(context, desk)
    tom = await desk.staff("Tom", teams=["media"])
    await tom.command("presence.set", status="available")
    _, zoe = await asks(desk, "Zoe", "The dates are refused")
    squares = row(ines, "Tom").get_by_role("link")
    await expect(squares).to_have_text([re.compile("^Zoe")])

    await line.cut()
    await expect(head(ines)).to_contain_text("No connection. These figures are not current.")
    await tom.command("message.send", chat=zoe, text="Which dates?")
    await tom.command("chat.close", chat=zoe, status="solved", resolution="support_question")
    await asks(desk, "Omar", "Invoice 7718-B")
    await expect(squares).to_have_text([re.compile("^Zoe")])

    line.mend()
    await ines.evaluate("dispatchEvent(new Event('online'))")
    await expect(head(ines)).to_contain_text("Live")
    await expect(squares).to_have_text([re.compile("^Omar")])
    await expect(row(ines, "Media").locator("td").nth(-2)).to_have_text("1")
