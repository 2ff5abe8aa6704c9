"""Your conversations: the first view of the widget for whoever has any."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from identity import visitors
from identity.actor import SYSTEM
from storage.ports import Tx
from tests.browser.axe import faults_in
from tests.browser.desk import HostSite
from tests.browser.people import Agent, Colleague, Customer
from tests.running import RunningDesk
from ticketing.ticket import Requester
from ticketing.wanted import Opening

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TOKEN = "localStorage.getItem('switchboard.desk.customer.token')"


async def token_of(customer: Customer) -> str:
    """The token of a visitor whose chat shows the form."""
    await expect(customer.widget.get_by_label("What can we help with?")).to_be_visible()
    token: str = await customer.page.frames[-1].evaluate(TOKEN)
    return token


async def asks(desk: RunningDesk, token: str, text: str) -> int:
    answer = await desk.http(token).post(
        "/api/tickets", json={"team": "media", "text": text, "email": "olga@northlake.example"}
    )
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["number"]
    return number


def have_asked(tx: Tx, desk: RunningDesk, token: str, count: int) -> None:
    """So many tickets of this visitor, faster than the desk takes them from one network."""
    now = desk.desk.clock()
    visitor = visitors.open(desk.desk.secret, token, now)
    assert visitor is not None
    opening = Opening(
        channel="form", team="media", by=SYSTEM, requester=Requester(visitor.id, None, None), at=now, created_at=now
    )
    for _ in range(count):
        desk.desk.tickets.open(tx, opening)


async def replies(agent: Agent, number: int, **said: str) -> None:
    answer = await agent.page.context.request.post(
        f"{agent.desk}/api/tickets/{number}/replies", data=said, headers={"Origin": agent.desk}
    )
    assert answer.ok, await answer.text()


def rows(customer: Customer) -> Locator:
    return customer.widget.get_by_role("region", name="Your conversations").get_by_role("listitem")


async def test_browser_with_conversations_begins_with_the_list(
    desk: RunningDesk, site: HostSite, agent: Agent, customer: Customer
) -> None:
    """A row opens its ticket, the arrow and Escape lead back to the row, and Escape then minimizes. Replies arrive in
    the list, and the badge counts them."""
    await customer.open_chat()
    token = await token_of(customer)
    number, other = await asks(desk, token, "The dates are refused"), await asks(desk, token, "Invoice 7718-B")
    await customer.page.close()

    later = await Customer.visit(customer.page.context, site.origin)
    await replies(agent, number, text="Which dates?", status="awaiting_reply")
    await later.open_chat()
    await expect(rows(later)).to_have_count(2)
    await expect(rows(later).first).to_have_text(
        re.compile(r"The dates are refused.*Which dates\?.*1 unread.*Awaiting your reply", re.DOTALL)
    )
    await expect(rows(later).last).to_contain_text("You: Invoice 7718-B")
    assert await faults_in(later.widget.locator("html")) == []

    await replies(agent, other, text="It is on its way")
    await expect(rows(later).first).to_have_text(re.compile("Invoice 7718-B.*It is on its way", re.DOTALL))
    await rows(later).last.get_by_role("button").click()
    heading = later.widget.get_by_role("heading", level=1)
    await expect(heading).to_have_text("The dates are refused")
    await expect(later.log).to_contain_text("Which dates?")
    await later.widget.get_by_role("button", name="Your conversations").click()
    await expect(rows(later).last.get_by_role("button")).to_be_focused()
    await expect(rows(later).last).not_to_contain_text("unread")
    await later.page.keyboard.press("Enter")
    await expect(heading).to_have_text("The dates are refused")
    await later.page.keyboard.press("Escape")
    await expect(heading).to_have_text("Your conversations")
    await later.page.keyboard.press("Escape")
    await expect(later.badge).to_contain_text("1")


async def test_chat_under_way_stands_on_top_of_the_list(
    desk: RunningDesk, colleague: Colleague, customer: Customer
) -> None:
    """After it ended, its ticket is one of the others."""
    await customer.open_chat()
    await asks(desk, await token_of(customer), "Invoice 7718-B")
    await customer.start("Media", "The dates are refused")
    await colleague.sees("The dates are refused")
    await colleague.reply("Which dates?")
    await customer.sees("The dates are refused", "Which dates?")
    await customer.widget.get_by_role("button", name="Your conversations").click()
    await expect(rows(customer)).to_have_count(2)
    await expect(rows(customer).first).to_have_text(
        re.compile(r"The dates are refused.*Which dates\?.*Chat with Priya, Media.*Live now", re.DOTALL)
    )
    await rows(customer).first.get_by_role("button").click()
    await customer.sees("The dates are refused", "Which dates?")


async def test_many_conversations_come_page_by_page(desk: RunningDesk, site: HostSite, customer: Customer) -> None:
    """Two hundred in one browser. Each page moves the focus to its first row. The form is one click away."""
    await customer.open_chat()
    token = await token_of(customer)
    await desk.desk.storage.write(lambda tx: have_asked(tx, desk, token, 200))
    await customer.page.close()
    later = await Customer.visit(customer.page.context, site.origin)
    await later.open_chat()
    for count in range(20, 201, 20):
        await expect(rows(later)).to_have_count(count)
        if count < 200:
            await later.widget.get_by_role("button", name="Show more").click()
            await expect(rows(later).nth(count).get_by_role("button")).to_be_focused()
    await expect(later.widget.get_by_role("button", name="Show more")).to_have_count(0)
    await later.widget.get_by_role("button", name="New conversation").click()
    await expect(later.widget.get_by_label("What can we help with?")).to_be_focused()
