"""What was said can be taken back, and how it was can be said."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.people import Agent, Customer, remove

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CARD = "4111 1111 1111 1112"
"""Not a valid number: valid ones are masked before they are stored."""
KEPT = "() => JSON.stringify({ ...localStorage, ...sessionStorage })"


async def test_redacted_message_is_gone_from_both_sides(customer: Customer, agent: Agent) -> None:
    """Customer and agent each redact their own message. Both see its place but not its text, also after a reload."""
    await customer.open_chat()
    await customer.start("Media", "Which card do you have of us?")
    await agent.reply("The one that ends in 1112")
    await customer.write(f"It is {CARD}")
    await agent.sees("Which card do you have of us?", "The one that ends in 1112", f"It is {CARD}")
    await customer.remove(CARD)
    left = ["Which card do you have of us?", "The one that ends in 1112", "Message removed"]
    await customer.sees(*left)
    await agent.sees(*left)
    await expect(agent.rows).to_contain_text("Message removed")

    await remove(agent.log, "The one that ends in 1112")
    assert await faults_by_day_and_night(agent.page) == []
    await agent.page.get_by_role("button", name="Remove", exact=True).click()
    left[1] = "Message removed"
    await agent.sees(*left)
    await expect(agent.log).to_be_focused()
    await customer.sees(*left)

    for frame in (*customer.page.frames, agent.page.main_frame):
        assert "1111" not in await frame.evaluate(KEPT)
    await customer.page.reload()
    await customer.open_chat()
    await customer.sees(*left)
    await agent.page.reload()
    await agent.sees(*left)


async def test_chat_can_be_rated_again(customer: Customer, agent: Agent) -> None:
    """A star saves the rating at once, and it can be changed. Staff read both in the conversation."""
    await customer.open_chat()
    await customer.start("Media", "One question")
    await agent.reply("One answer")
    await customer.widget.get_by_label("Message", exact=True).fill("One more thing")
    dialog = await agent.open_close_dialog()
    await dialog.choose_status("Solved")
    await dialog.choose_code("Support question")
    await dialog.send()
    await customer.has_become(1, "Solved")
    await expect(customer.widget.get_by_text("Support question.")).to_be_visible()
    await expect(customer.widget.get_by_text("Your unsent text is kept.")).to_be_visible()
    await expect(customer.widget.get_by_label("Message", exact=True)).to_have_value("One more thing")
    assert await faults_by_day_and_night(customer.page) == []
    rating = customer.widget.get_by_role("group", name="How was it?")
    comment = customer.widget.get_by_label("Anything to add?")
    await comment.press("Enter")
    await expect(customer.widget.get_by_role("alert").filter(has_text="Choose one")).to_be_visible()
    await rating.get_by_role("radio", name="2 of 5").click()
    await expect(customer.widget.get_by_text("Choose one to five stars first.")).to_have_count(0)
    await expect(customer.widget.get_by_text("Thanks. 2 of 5")).to_be_visible()
    change = customer.widget.get_by_role("button", name="Change", exact=True)
    await expect(change).to_be_focused()
    await expect(agent.log.get_by_text("Rated 2 of 5")).to_be_visible()
    await expect(customer.widget.get_by_role("status")).to_have_text("It’s now ticket #1")
    await comment.fill("it took long")
    await comment.press("Enter")
    await expect(agent.log.get_by_text("Rated 2 of 5: “it took long”")).to_be_visible()
    await change.click()
    await expect(rating.get_by_role("radio", name="2 of 5")).to_be_checked()
    await rating.get_by_role("radio", name="4 of 5").click()
    await expect(agent.log.get_by_text("Rated 4 of 5")).to_be_visible()
    await customer.page.reload()
    await customer.open_chat()
    await expect(customer.widget.get_by_text("Thanks. 4 of 5")).to_be_visible()

    await agent.open_ticket()
    await expect(agent.page.get_by_text("4 of 5").first).to_be_visible()
