"""Staff correct a customer's address from the chat, and merge two entries of one person."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window
from tests.browser.desk import PRIYA, OpenDesk
from tests.browser.people import Agent

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ADDRESS = "rajesh@northlake.example"


async def test_agent_takes_the_address_from_the_text_and_merges_the_other_browser(
    open_desk: OpenDesk, window: Window
) -> None:
    """The customer wrote the address in a message, and has a ticket under it from another browser."""
    desk = await open_desk([PRIYA])
    earlier = await desk.customer(name="Raj", email=ADDRESS)
    asked = {"team": "media", "text": "Invoice export", "name": "Raj", "email": ADDRESS}
    assert (await desk.http(earlier.token).post("/api/tickets", json=asked)).status_code == 201
    agent = await desk.staff("Omar")
    await agent.command("presence.set", status="available")
    customer = await desk.customer(name="Rajesh", page="https://planner.example/orders/7")
    text = f"Please answer me at {ADDRESS}"
    chat = (await customer.command("chat.start", team="media", text=text))["chat"]
    page = (await Agent.at_console(await window(), desk.url, PRIYA, f"#chat={chat}")).page
    column = page.get_by_role("complementary", name="About the customer")
    await page.get_by_role("button", name="Edit customer").click()
    dialog = page.get_by_role("dialog", name="Edit customer")
    await dialog.get_by_role("button", name=f"Use {ADDRESS}").click()
    await expect(dialog.get_by_label("Email")).to_have_value(ADDRESS)
    assert await faults_by_day_and_night(page) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(column).to_contain_text(ADDRESS)

    await page.get_by_role("button", name="Edit customer").click()
    other = dialog.get_by_role("listitem").filter(has_text="Raj")
    name = await other.get_by_text("Raj", exact=True).bounding_box()
    assert name is not None
    assert name["width"] > name["height"], "the name is written in one line"
    await dialog.get_by_role("button", name="Merge with Raj").click()
    confirm = page.get_by_role("dialog", name="Merge two customers?")
    await expect(confirm.get_by_role("listitem")).to_have_count(2)
    assert await faults_by_day_and_night(page) == []
    await confirm.get_by_role("button", name="Merge", exact=True).click()
    await expect(dialog.get_by_role("button", name="Undo the merge of Raj")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(column.get_by_role("link", name="Invoice export")).to_be_visible()

    await column.get_by_role("button", name="All pages").click()
    pages = page.get_by_role("dialog", name="Pages in this chat")
    await expect(pages.get_by_role("listitem").get_by_role("link")).to_have_count(1)
    assert await faults_by_day_and_night(page) == []
    await page.keyboard.press("Escape")

    await column.get_by_role("button", name="Timeline").click()
    timeline = page.get_by_role("dialog", name="Timeline of Rajesh")
    await expect(timeline.get_by_role("link", name="Tickets: Invoice export")).to_be_in_viewport()
    assert await faults_by_day_and_night(page) == []
    await timeline.get_by_role("button", name="Notes").click()
    await expect(timeline.get_by_text("Nothing of this kind yet.")).to_be_visible()
