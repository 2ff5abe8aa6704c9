"""Customers who wait: what they add meanwhile, and what they are told while nobody is there."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window
from tests.browser.desk import PRIYA
from tests.browser.people import Agent, Colleague, Visit
from tests.running import RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_what_a_waiting_customer_adds_reaches_who_answers(
    desk: RunningDesk, window: Window, visit: Visit
) -> None:
    """Files of the form and texts of the wait are all there when the agent comes. The address given meanwhile is that
    of the customer."""
    customer = await visit()
    await customer.open_chat()
    plan: FilePayload = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"dates"}
    await customer.widget.locator("[type=file]").set_input_files([plan])
    await expect(customer.widget.get_by_role("button", name="Remove plan.txt")).to_be_visible()
    await customer.start("Media", "SO-448210 takes no dates")
    await expect(customer.in_line).to_contain_text("Nobody is free at Media right now")
    await expect(customer.log).to_contain_text("plan.txt")
    assert await faults_by_day_and_night(customer.page) == []
    await customer.write("It worked until Saturday")
    await customer.sees("SO-448210 takes no dates", "It worked until Saturday")

    card = customer.widget.get_by_role("form", name="Rather leave it as a message?")
    await card.get_by_role("button", name="Leave it as a message").click()
    await expect(card).to_contain_text("Without an address, we can answer you only here")
    await card.get_by_label("Email").fill("danielle@northlake.example")
    await card.get_by_role("button", name="Keep waiting").click()
    await expect(card).to_be_hidden()

    agent = await Agent.at_console(await window(), desk.url, PRIYA)
    await agent.become_available()
    await agent.sees("SO-448210 takes no dates", "It worked until Saturday")
    await expect(agent.page.get_by_text("plan.txt")).to_be_visible()
    await expect(agent.page.get_by_text("danielle@northlake.example").first).to_be_visible()
    await expect(customer.in_line).to_be_hidden()


NOTIFICATIONS = """
globalThis.shown = [];
globalThis.Notification = class extends EventTarget {
  static permission = 'default';
  static requestPermission = async () => (Notification.permission = 'granted');
  constructor(title, { body }) { super(); shown.push(`${title}: ${body}`); globalThis.newest = this; }
  close() {}
};
"""
"""The system's notifications, which nothing else of a test may show."""


async def test_customer_in_line_is_notified_when_someone_joins(desk: RunningDesk, visit: Visit) -> None:
    """The page around asks the browser on that press, and shows who joined. A click on it opens the chat."""
    customer = await visit()
    await customer.page.evaluate(f"() => {{ {NOTIFICATIONS} }}")
    await customer.open_chat()
    await customer.start("Media", "SO-448210 takes no dates")
    await customer.in_line.get_by_role("button", name="Tell me when someone joins").click()
    await expect(customer.in_line).to_contain_text("You get a notification when someone joins.")
    await customer.widget.get_by_role("button", name="Minimize").click()

    await Colleague.available(desk, PRIYA)
    await customer.page.wait_for_function("shown.length > 0")
    assert await customer.page.evaluate("shown") == ["Priya joined: Media support"]
    await customer.page.evaluate("newest.dispatchEvent(new Event('click'))")
    await expect(customer.log).to_be_visible()
