"""Closed hours and closing time, as customers meet them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window
from tests.browser.desk import PRIYA, HostSite, OpenDesk, closed_today, closing_soon, hours_with
from tests.browser.people import Agent, Customer, Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OPENS = re.compile(r"^Finance opens ")


async def test_closed_team_takes_a_message_and_shows_its_ticket(
    site: HostSite, open_desk: OpenDesk, window: Window
) -> None:
    """The form shows the opening time in both time zones and asks for an address. The ticket number survives a
    reload."""
    desk = await open_desk(open_at=hours_with(closed_today()))
    customer = await Customer.visit(await window(timezone="America/Chicago"), site.origin)
    await customer.open_chat()
    await customer.choose("Finance")
    await expect(customer.widget.get_by_text(OPENS)).to_be_visible()
    await expect(customer.widget.get_by_text("Chicago, your time")).to_be_visible()
    assert await faults_by_day_and_night(customer.page) == []
    await customer.widget.get_by_label("Your message").fill("Our invoice is missing its number")
    send = customer.widget.get_by_role("button", name="Send the message")
    await send.click()
    await expect(customer.widget.get_by_role("alert").filter(has_text="Without an address")).to_be_visible()
    await customer.widget.get_by_label("Email").fill("danielle@northlake.example")
    await send.dblclick()
    await customer.has_become(1, "Open")
    await customer.page.reload()
    await customer.open_chat()
    await customer.has_become(1, "Open")

    await customer.sees("Our invoice is missing its number")
    await customer.begin_anew()
    await customer.choose("Finance")
    await customer.widget.get_by_label("Your message").fill("And nobody may answer this one")
    await customer.widget.get_by_label("Email").fill("")
    await send.click()
    await customer.widget.get_by_role("button", name="Send without an address").click()
    await customer.has_become(2, "Open")

    agent = await Agent.at_console(await window(), desk.url, PRIYA)
    await agent.page.goto(f"{desk.url}/tickets?flags=no_address")
    await expect(agent.page.get_by_role("heading", name="No address")).to_be_visible()


async def test_open_page_follows_the_hours_and_keeps_the_draft(
    tmp_path: Path, open_desk: OpenDesk, visit: Visit
) -> None:
    """The message form becomes the chat form when the team opens, and changes back when it closes."""
    await open_desk(open_at=hours_with(closed_today()))
    hours = tmp_path / "hours.yaml"
    customer = await visit()
    await customer.open_chat()
    await customer.choose("Finance")
    await customer.widget.get_by_label("Your message").fill("Half a sen")
    hours.write_text(hours_with(closing_soon()), encoding="utf-8")
    await expect(customer.widget.get_by_role("button", name="Start the chat")).to_be_visible()
    await expect(customer.widget.get_by_label("What can we help with?")).to_have_value("Half a sen")
    hours.write_text(hours_with(closed_today()), encoding="utf-8")
    await expect(customer.widget.get_by_role("button", name="Send the message")).to_be_visible()
    await expect(customer.widget.get_by_label("Your message")).to_have_value("Half a sen")


async def test_waiting_customer_can_keep_the_place_at_closing_time(open_desk: OpenDesk, visit: Visit) -> None:
    """The queue page shows when the team closes and what happens then. The choice to stay survives a reload."""
    await open_desk(open_at=hours_with(closing_soon()))
    customer = await visit()
    await customer.open_chat()
    await customer.start("Finance", "Before you close")
    await expect(customer.widget.get_by_text("We may not reach you before closing", exact=True)).to_be_visible()
    await expect(customer.widget.get_by_text("This happens if you do nothing.")).to_be_visible()
    assert await faults_by_day_and_night(customer.page) == []
    await customer.widget.get_by_role("button", name="Keep my place").click()
    kept = customer.in_line.get_by_text(re.compile(r"^You keep your place until \d\d:\d\d.ET"))
    await expect(kept).to_be_visible()
    await customer.page.reload()
    await customer.open_chat()
    await expect(kept).to_be_visible()
    await customer.widget.get_by_role("button", name="Leave it as a message instead").click()
    leaving = customer.widget.get_by_role("dialog", name="Leave the line?")
    await leaving.get_by_role("button", name="Leave it as a message").click()
    await customer.has_become(1, "Open")
