"""What a log tells of messages below, of a text that is too long, of one that was refused, and of files alone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import FilePayload, Locator, expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.desk import OpenDesk
from tests.browser.people import Agent, Colleague, Customer, Visit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLAN: FilePayload = {"name": "Flight plan.txt", "mimeType": "text/plain", "buffer": b"Nov 30 to Dec 14"}
MANY = [f"line {at}" for at in range(40)]
LONG = [f"message {at}" for at in range(200)]
"""More messages than a log keeps on the page."""
PART = 50
KEPT = 140
TO_THE_TOP = """(text) => {
  const log = document.querySelector('[role=log]');
  log.scrollTop = -log.scrollHeight;
  return [...log.querySelectorAll('.bubble')].some((bubble) => bubble.textContent === text);
}"""
SCROLL_UP = "(log) => { log.scrollTop = -log.scrollHeight; }"
UNEVEN = """(log) => {
  Object.assign(log.style, { flex: 'none', blockSize: '400px' });
  const list = log.firstElementChild;
  list.style.paddingBlockStart = `${1.7 - (list.getBoundingClientRect().height % 1)}px`;
}"""
"""Makes the height of what a log scrolls a number with a fraction, which the browser rounds."""
CLEAR = "rgba(0, 0, 0, 0)"
BACKGROUNDS = """(message) => [...message.children].filter((one) => !one.querySelector('a') && one.matches('div'))
  .map((one) => getComputedStyle(one).backgroundColor)"""


async def scrolled_up(log: Locator) -> None:
    """Read the first messages."""
    await log.evaluate(SCROLL_UP)
    await expect(log.locator(".msg").first).to_be_in_viewport()


async def test_messages_below_are_told_and_unread_until_scrolled_to(customer: Customer, agent: Agent) -> None:
    await customer.open_chat()
    await customer.start("Media", "Hello")
    await agent.sees("Hello")
    await agent.write_at_once(MANY)
    await expect(customer.log.get_by_text(MANY[-1], exact=True)).to_be_in_viewport()
    await expect(agent.log.locator(".state").last).to_have_text("Read")

    await scrolled_up(customer.log)
    await agent.reply("Down here")
    await expect(customer.widget.get_by_role("button", name="New message", exact=True)).to_be_visible()
    await agent.reply("And here")
    below = customer.widget.get_by_role("button", name="2 new messages", exact=True)
    await expect(below).to_be_visible()
    await expect(customer.log.get_by_text("Down here", exact=True)).not_to_be_in_viewport()
    await expect(agent.log.locator(".state").last).to_have_text("Sent")
    assert await faults_by_day_and_night(customer.page) == []
    await customer.widget.get_by_label("Message", exact=True).press("End")
    await expect(customer.log.get_by_text("And here", exact=True)).to_be_in_viewport()
    await expect(below).to_have_count(0)
    await expect(agent.log.locator(".state").last).to_have_text("Read")

    await scrolled_up(customer.log)
    await agent.reply("Once more")
    await customer.widget.get_by_role("button", name="New message", exact=True).click()
    await expect(customer.log.get_by_text("Once more", exact=True)).to_be_in_viewport()

    await customer.log.evaluate(UNEVEN)
    await customer.widget.get_by_label("Message", exact=True).press("End")
    # Anywhere else the browser would keep the place as the end grows.
    assert await customer.log.evaluate("(log) => log.scrollTop") == 0


async def test_agent_who_reads_earlier_messages_is_told_of_those_below(customer: Customer, agent: Agent) -> None:
    await customer.open_chat()
    await customer.start("Media", "Hello")
    await agent.sees("Hello")
    await agent.write_at_once(MANY)
    await agent.has_stored_all()
    await agent.reply("Hello to you")
    await customer.write("Thanks")
    await expect(agent.log.get_by_text("Thanks", exact=True)).to_be_in_viewport()
    await expect(customer.log.locator(".state").last).to_have_text("Read")
    await scrolled_up(agent.log)
    await customer.write("One thing more")
    below = agent.page.get_by_role("button", name="New message", exact=True)
    await expect(below).to_be_visible()
    await expect(customer.log.locator(".state").last).to_have_text("Sent")
    await below.click()
    await expect(agent.log.get_by_text("One thing more", exact=True)).to_be_in_viewport()
    await expect(customer.log.locator(".state").last).to_have_text("Read")


async def test_text_that_is_too_long_stays_in_the_box_and_says_by_how_much(
    customer: Customer, colleague: Colleague
) -> None:
    await customer.open_chat()
    await customer.start("Media", "Hello")
    await colleague.sees("Hello")
    box = customer.widget.get_by_label("Message", exact=True)
    await box.fill("x" * 7_199)
    await expect(customer.widget.get_by_text("of 8,000")).to_have_count(0)
    await box.fill("x" * 7_200)
    await expect(box).to_have_accessible_description("7,200 of 8,000")
    await box.fill("x" * 8_214)
    await expect(box).to_have_accessible_description("Too long by 214 characters 8,214 of 8,000")
    await box.press("Enter")
    await expect(customer.widget.get_by_role("alert")).to_contain_text("Too long by 214 characters")
    await customer.widget.get_by_role("button", name="Send").click(force=True)
    await expect(box).to_have_value("x" * 8_214)
    assert await faults_by_day_and_night(customer.page) == []
    await box.fill("x" * 8_000)
    await expect(customer.widget.get_by_role("alert")).to_have_text("")
    await box.press("Enter")
    await customer.sees("Hello", "x" * 8_000)


async def test_refused_message_keeps_its_place_and_can_be_edited_or_deleted(
    customer: Customer, colleague: Colleague
) -> None:
    await customer.open_chat()
    await customer.start("Media", "Hello")
    await colleague.sees("Hello")
    await customer.write_at_once(["a\0b"])
    refused = customer.log.locator(".failed.msg")
    await expect(refused).to_contain_text("Not sent")
    await colleague.reply("Are you there?")
    await customer.write("Yes")
    await customer.sees("Hello", "a\0b", "Are you there?", "Yes")
    await customer.page.reload()
    await customer.sees("Hello", "a\0b", "Are you there?", "Yes")

    box = customer.widget.get_by_label("Message", exact=True)
    await refused.get_by_role("button", name="Edit").click()
    await expect(box).to_be_focused()
    await expect(box).to_have_value(re.compile("a.?b"))
    await customer.sees("Hello", "Are you there?", "Yes")
    await box.press("Enter")
    await refused.get_by_role("button", name="Delete").click()
    await expect(box).to_be_focused()
    await customer.sees("Hello", "Are you there?", "Yes")


async def test_message_of_files_alone_has_no_empty_bubble(customer: Customer, colleague: Colleague) -> None:
    await customer.open_chat()
    await customer.start("Media", "Hello")
    await colleague.sees("Hello")
    await customer.widget.locator("input[type=file]").set_input_files(PLAN)
    await expect(customer.widget.get_by_text("16 bytes")).to_be_visible()
    await customer.widget.get_by_role("button", name="Send").click()
    message = customer.log.locator(".msg").filter(has_text="Flight plan")
    await expect(message.get_by_role("button", name="Remove this message")).to_have_count(1)
    await customer.sees("Hello")
    assert set(await message.evaluate(BACKGROUNDS)) <= {CLEAR}


async def test_long_conversation_keeps_the_newest_and_reloads_the_first(open_desk: OpenDesk, visit: Visit) -> None:
    """After hundreds of messages the page holds only some of them. Scrolling to the top shows the first one."""
    desk = await open_desk((), rate_limits="off")
    agent = await desk.staff("Sofia")
    await agent.command("presence.set", status="available")
    customer = await visit()
    await customer.open_chat()
    await customer.start("Media", "The first of all")
    await agent.event("chat.assigned")
    for at in range(0, len(LONG), PART):
        await customer.write_at_once(LONG[at : at + PART])
        await customer.has_stored_all()
    await expect(customer.log.get_by_text(LONG[-1], exact=True)).to_be_visible()
    first = customer.log.get_by_text("The first of all", exact=True)
    await expect(first).to_have_count(0)
    assert await customer.log.locator(".msg").count() < KEPT
    await customer.page.frames[-1].wait_for_function(TO_THE_TOP, arg="The first of all")
    await expect(first).to_have_count(1)
    await expect(customer.log.get_by_text(LONG[0], exact=True)).to_have_count(1)
    await customer.write("and one more")
    await expect(customer.log.get_by_text("and one more", exact=True)).to_be_in_viewport()
