"""The customer's story goes on after the chat: its ticket is a conversation in the widget."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults_by_day_and_night
from tests.browser.chromium import Window
from tests.browser.desk import PRIYA, HostSite, OpenDesk
from tests.browser.people import Agent, Colleague, Customer, shows
from tests.running import SettableClock

DANIELLE = "danielle@northlake.example"
NIGHT_S = 20 * 3_600

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize(
    ("email", "status"),
    [
        pytest.param(DANIELLE, "Awaiting your reply", id="address"),
        pytest.param("", "Open", id="none", marks=pytest.mark.soak),
    ],
)
async def test_ticket_goes_on_in_the_widget_until_it_is_solved(
    customer: Customer, agent: Agent, email: str, status: str
) -> None:
    """The browser is closed between chat and answer. The answer is there as new, and the customer's comes to the
    agent live. It is solved, opened again by a reply, and solved for good. Whoever comes back to it later sees what
    is new since then, and can still rate the chat."""
    await customer.open_chat()
    await customer.start("Media", "The button is grey", email=email)
    await agent.reply("Which one?")
    await customer.sees("The button is grey", "Which one?")
    dialog = await agent.open_close_dialog()
    await dialog.choose_status("Awaiting customer" if email else status)
    await dialog.send()
    await customer.has_become(1, status)
    assert await faults_by_day_and_night(customer.page) == []
    await agent.open_ticket()

    context, address = customer.page.context, customer.page.url
    await customer.page.close()
    await says(agent, text="Sign in again, please")
    customer = await Customer.visit(context, address)
    await expect(customer.badge).to_have_text("1 unread")
    await customer.open_chat()
    await customer.widget.get_by_role("listitem").get_by_role("button", name=re.compile("The button is grey")).click()
    await customer.sees("Sign in again, please")
    await expect(customer.log.get_by_text("New", exact=True)).to_be_visible()
    await customer.log.get_by_role("button", name="Chat with Priya").click()
    await customer.sees("The button is grey", "Which one?", "Sign in again, please")
    assert await faults_by_day_and_night(customer.page) == []
    await customer.page.reload()
    await customer.sees("Sign in again, please")
    await customer.log.get_by_role("button", name="Chat with Priya").click()
    await customer.widget.get_by_role("button", name="It isn’t fixed").click()
    await customer.write("Still grey")
    told = ["The button is grey", "Which one?", "Sign in again, please", "Still grey"]
    await shows(agent.page.get_by_role("region", name="Messages"), told)
    await customer.sees(*told)

    await says(agent, text="Repaired", status="solved", resolution="data_fix")
    await customer.has_become(1, "Solved")
    await expect(customer.outcome(1)).to_contain_text("We had to repair the data.")
    await customer.write("Grey again")
    await customer.has_become(1, "Open")
    await says(agent, text="Now for good", status="solved", resolution="data_fix")
    await customer.has_become(1, "Solved")
    await customer.sees(*told, "Repaired", "Grey again", "Now for good")
    await customer.widget.get_by_role("button", name="Your conversations").click()
    await says(agent, text="A last word")
    await customer.widget.get_by_role("listitem").get_by_role("button", name=re.compile("A last word")).click()
    await customer.sees(*told, "Repaired", "Grey again", "Now for good", "A last word")
    await expect(customer.log.locator(".newline + .msg")).to_contain_text("A last word")
    await customer.outcome(1).get_by_role("radio", name="4 of 5").check(force=True)
    await expect(customer.outcome(1)).to_contain_text("Thanks. 4 of 5")
    await customer.page.reload()
    await expect(customer.outcome(1)).to_contain_text("Thanks. 4 of 5")


@pytest.mark.parametrize(
    "email", [pytest.param(DANIELLE, id="address", marks=pytest.mark.soak), pytest.param("", id="none")]
)
async def test_ticket_goes_on_the_next_day_on_a_page_that_stayed_open(
    site: HostSite, open_desk: OpenDesk, window: Window, email: str
) -> None:
    """The agent signs in the next day, and answers."""
    clock = SettableClock()
    desk = await open_desk(clock=clock)
    customer = await Customer.visit(await window(), site.origin)
    colleague = await Colleague.available(desk, PRIYA)
    await customer.open_chat()
    await customer.start("Media", "The button is grey", email=email)
    await colleague.reply("Which one?")
    await customer.sees("The button is grey", "Which one?")
    await colleague.close("awaiting_reply" if email else "open")
    await customer.has_become(1, "Awaiting your reply" if email else "Open")
    clock.forward(NIGHT_S)

    agent = await Agent.at_console(await window(), desk.url, PRIYA)
    await agent.page.goto(f"{desk.url}/tickets/1")
    await says(agent, text="Sign in again, please")
    await customer.sees("The button is grey", "Which one?", "Sign in again, please")
    await customer.widget.get_by_role("button", name="It isn’t fixed").click()
    await customer.write("Still grey")
    told = ["The button is grey", "Which one?", "Sign in again, please", "Still grey"]
    await shows(agent.page.get_by_role("region", name="Messages"), told)
    await says(agent, text="Repaired", status="solved", resolution="data_fix")
    await customer.has_become(1, "Solved")
    await customer.write("Grey again")
    await customer.has_become(1, "Open")
    await says(agent, text="Now for good", status="solved", resolution="data_fix")
    await customer.has_become(1, "Solved")
    await customer.sees(*told, "Repaired", "Grey again", "Now for good")


async def says(agent: Agent, **reply: str) -> None:
    """A reply of staff to ticket 1."""
    answer = await agent.page.context.request.post(
        f"{agent.desk}/api/tickets/1/replies", data=reply, headers={"Origin": agent.desk}
    )
    assert answer.ok, await answer.text()
