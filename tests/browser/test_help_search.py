"""Search as people use it: on the customers' pages, before a chat, and while an agent answers."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.chromium import Window
from tests.browser.injections import INJECTIONS
from tests.browser.people import WIDGET, Agent, Customer
from tests.running import RunningDesk
from tests.stories.test_help_center import file, imported

HOSTILE = INJECTIONS[1].replace(":", "&#58;")
FILES = {
    "dates.md": file("Why flight dates overlap", "Two lines of an order share a day. Move one of them."),
    "hostile.md": file(f"'Overlap {HOSTILE}'", "Flight dates."),
}

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_misspelt_words_lead_to_the_article_and_unknown_ones_to_the_form(
    desk: RunningDesk, window: Window
) -> None:
    """Suggestions come as one types. What found nothing is the subject of the form, and the first text of a chat."""
    await imported(desk, FILES)
    page = await (await window()).new_page()
    await page.goto(desk.url)
    field = page.get_by_role("combobox")
    await field.press_sequentially("flihgt da")
    options = page.get_by_role("option")
    await expect(options.first).to_contain_text("flight dates", ignore_case=True)
    assert await page.evaluate("globalThis.ran") is None
    await field.fill("flihgt dates")
    await field.press("Enter")
    await expect(page.locator(".meant")).to_contain_text("Showing results for flight dates")
    await page.get_by_role("link", name="Why flight dates overlap").click()
    await expect(page.get_by_text("Move one of them.")).to_be_visible()

    await page.goto(f"{desk.url}/search?q=zyxwvut")
    await expect(page.get_by_role("status")).to_contain_text("We found nothing for “zyxwvut”.")
    await page.locator(".still").get_by_role("button", name="Chat").click()
    widget = page.frame_locator(WIDGET)
    await expect(widget.get_by_label("What can we help with?")).to_have_value("zyxwvut")
    await widget.get_by_role("button", name="Minimize").click()
    await page.locator(".still").get_by_role("link", name="Submit a request").click()
    await expect(page.get_by_label("Subject")).to_have_value("zyxwvut")


async def test_first_question_gets_articles_and_the_agent_inserts_one(
    desk: RunningDesk, customer: Customer, agent: Agent
) -> None:
    """Whatever their titles contain. The chat starts as ever, and the dialog of the agent needs no mouse."""
    await imported(desk, FILES)
    await customer.open_chat()
    await customer.widget.get_by_label("What can we help with?").fill("My flight dates overlap")
    articles = customer.widget.get_by_role("region", name="Articles that may answer it")
    await expect(articles.get_by_role("link")).to_have_count(2)
    link = articles.get_by_role("link", name="Why flight dates overlap")
    await expect(link).to_have_attribute("href", re.compile("/articles/[0-9]+-why-flight-dates-overlap$"))
    await link.click()
    article = customer.widget.get_by_role("dialog", name="Why flight dates overlap")
    await expect(article).to_contain_text("Move one of them.")
    await article.get_by_role("button", name="Back to the form").click()
    await expect(article).to_be_hidden()
    await expect(link).to_be_focused()
    await customer.start("Media", "My flight dates overlap")
    await agent.sees("My flight dates overlap")

    box = agent.page.get_by_role("textbox", name="Reply to")
    await box.fill("Hello.")
    await box.press("Alt+i")
    dialog = agent.page.get_by_role("dialog", name="Insert an article")
    options = dialog.get_by_role("option")
    await expect(options).to_have_count(2)
    await dialog.get_by_role("combobox").fill("why flight")
    await expect(options.first).to_contain_text("Why flight dates overlap")
    await agent.page.keyboard.press("Control+Enter")
    await expect(dialog).to_be_hidden()
    await expect(box).to_be_focused()
    inserted = "^Hello.\n\nWhy flight dates overlap\nTwo lines of .+\nhttp.+/articles/"
    await expect(box).to_have_value(re.compile(inserted))
    assert await agent.page.evaluate("globalThis.ran") is None
