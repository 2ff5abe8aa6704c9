"""Pages are reloaded and tabs come and go in the middle of a chat."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chromium import Window
from tests.browser.desk import HostSite
from tests.browser.people import Agent, Colleague, Customer
from tests.running import RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SIGNS_OUT = """
window.Switchboard ??= Object.assign((...call) => Switchboard.q.push(call), { q: [] });
Switchboard('signOut');
Switchboard('start', { text: 'About an invoice: ' });
"""

HIDES = """
window.away = false;
Object.defineProperty(document, 'hidden', { get: () => away });
window.hide = (on) => {
  away = on;
  document.dispatchEvent(new Event('visibilitychange'));
};
"""
"""Lets the page be hidden as by another tab in front of it."""


async def test_a_reload_shows_everything_once_and_in_order(
    browser: Browser, desk: RunningDesk, customer: Customer, agent: Agent
) -> None:
    """Customer and agent reload their pages mid-chat and continue where they were, with drafts and notes."""
    await customer.open_chat()
    await customer.start("Media", "one")
    await agent.sees("one")
    await agent.reply("two")
    await customer.sees("one", "two")
    await agent.note("between us")
    await customer.write("three")
    await customer.has_stored_all()
    await customer.widget.get_by_label("Message", exact=True).fill("half a sen")

    await customer.page.reload()
    await customer.sees("one", "two", "three")
    await expect(customer.widget.get_by_label("Message", exact=True)).to_have_value("half a sen")
    await customer.write("four")
    await agent.sees("one", "two", "three", "four")
    await agent.page.locator("#reply").fill("half an ans")

    await agent.page.reload()
    await agent.sees("one", "two", "three", "four")
    await expect(agent.notes).to_have_text(["between us"])
    await expect(agent.rows).to_have_count(1)
    await expect(agent.page.locator("#reply")).to_have_value("half an ans")
    await agent.reply("five")
    await customer.write("six")
    await agent.sees("one", "two", "three", "four", "five", "six")
    await customer.sees("one", "two", "three", "four", "five", "six")

    # Away and back by the browser's own button: the page may come from its memory, with a dead line.
    await customer.page.goto(f"{desk.url}/sign-in")
    await agent.reply("seven")
    await agent.has_stored_all()
    await customer.page.go_back()
    await customer.write("eight")
    await customer.sees("one", "two", "three", "four", "five", "six", "seven", "eight")
    await agent.sees("one", "two", "three", "four", "five", "six", "seven", "eight")


async def test_second_tab_continues_after_the_first_is_closed(
    site: HostSite, desk: RunningDesk, agent: Agent, window: Window
) -> None:
    """Two tabs of a customer show one chat over one socket. When the tab that holds it closes, the other takes over."""
    of_customer = await window()
    first = await Customer.visit(of_customer, site.origin)
    await first.open_chat()
    await first.start("Media", "one")
    await agent.sees("one")

    second = await Customer.visit(of_customer, site.origin)
    await second.open_chat()
    await second.sees("one")
    await second.write("two")
    await first.sees("one", "two")
    await agent.reply("three")
    await first.sees("one", "two", "three")
    await second.sees("one", "two", "three")
    await first.write("four")
    await second.sees("one", "two", "three", "four")
    assert (first.sockets, second.sockets) == (1, 0)

    await first.page.close()
    await agent.reply("five")
    await second.write("six")
    await second.has_stored_all()
    await agent.reply("seven")
    await second.sees("one", "two", "three", "four", "five", "six", "seven")
    await agent.sees("one", "two", "three", "four", "five", "six", "seven")
    assert second.sockets == 1

    # The agent's second tab, likewise: what is written in one is in the other.
    other = Agent(await agent.page.context.new_page(), desk.url)
    await other.page.goto(agent.page.url)
    await other.sees("one", "two", "three", "four", "five", "six", "seven")
    await other.reply("eight")
    await agent.sees("one", "two", "three", "four", "five", "six", "seven", "eight")
    await agent.page.close()
    await second.write("nine")
    await other.reply("ten")
    await other.has_stored_all()
    await second.sees("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    await other.sees("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


async def test_new_tab_shows_unread_messages_without_a_click(
    site: HostSite, colleague: Colleague, customer: Customer, window: Window
) -> None:
    """A link that opens in a new tab is the normal case. Badge and preview are there, over the socket of the first tab.
    Reading in one tab clears both."""
    await customer.open_chat()
    await customer.start("Media", "one")
    await colleague.sees("one")
    await customer.widget.get_by_role("button", name="Minimize").click()
    await colleague.reply("two")
    await expect(customer.badge).to_contain_text("1")

    second = await Customer.visit(customer.page.context, site.origin)
    await expect(second.badge).to_contain_text("1")
    await colleague.reply("three")
    await expect(second.badge).to_contain_text("2")
    await expect(second.widget.get_by_role("button", name="three")).to_be_visible()
    assert (customer.sockets, second.sockets) == (1, 0)
    await second.open_chat()
    await second.sees("one", "two", "three")
    await expect(customer.badge).to_be_hidden()

    # Somebody without a conversation loads nothing but the button.
    stranger = await Customer.visit(await window(), site.origin)
    await expect(stranger.button).to_be_visible()
    await expect(stranger.page.locator("iframe")).to_have_count(0)


async def test_title_of_a_hidden_page_says_who_wrote_and_never_what(customer: Customer, colleague: Colleague) -> None:
    """The page gets its own title back, also one that it has set meanwhile."""
    page = customer.page
    await page.evaluate(HIDES)
    await customer.open_chat()
    await customer.start("Media", "one")
    await colleague.sees("one")
    await customer.widget.get_by_role("button", name="Minimize").click()
    own = await page.title()
    await page.evaluate("hide(true)")
    await colleague.reply("The secret answer")
    await expect(page).to_have_title(re.compile(r"^\(1\) New message from "))
    assert "secret" not in await page.title()
    await page.evaluate("hide(false)")
    await expect(page).to_have_title(own)

    await page.evaluate("document.title = 'Orders'")
    await page.evaluate("hide(true)")
    await expect(page).to_have_title(re.compile(r"^\(1\) New message from "))
    await page.evaluate("document.title = 'Invoices'")
    await page.evaluate("hide(false)")
    await expect(page).to_have_title("Invoices")


async def test_sign_out_on_page_load_signs_out_the_other_tabs(site: HostSite, customer: Customer, agent: Agent) -> None:
    """A second tab signs its user out and prefills the form as it loads. The first tab no longer shows the chat, and
    the second shows the prefilled form."""
    await customer.open_chat()
    await customer.start("Media", "of Ana")
    await agent.sees("of Ana")
    await customer.sees("of Ana")
    page = await customer.page.context.new_page()
    await page.add_init_script(SIGNS_OUT)
    await page.goto(site.origin)
    second = Customer(page)
    asks = customer.widget.get_by_label("What can we help with?")
    await expect(asks).to_be_visible()
    await expect(asks).to_have_value("")
    await expect(customer.log).to_have_count(0)
    await expect(second.widget.get_by_label("What can we help with?")).to_have_value("About an invoice: ")
    await second.start("Media", "of Ben")
    await expect(agent.rows).to_have_count(2)
    await second.sees("of Ben")
