"""The whole way, by two customers, two agents and two teams at once."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.chromium import PHONE, Window
from tests.browser.desk import DESHAWN, PRIYA, HostSite, OpenDesk
from tests.browser.people import WIDGET, Agent, Customer, Visit, shows, texts_of
from tests.running import RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_two_customers_and_agents_go_from_button_to_ticket(
    open_desk: OpenDesk, window: Window, visit: Visit
) -> None:
    """Two customers on another company's page reach their team's agent at once, chat, and get one ticket each."""
    desk = await open_desk([PRIYA, DESHAWN])
    danielle, omar, priya, deshawn = await asyncio.gather(
        visit(),
        visit(),
        Agent.sign_in(await window(), desk.url, PRIYA),
        Agent.sign_in(await window(), desk.url, DESHAWN),
    )
    await asyncio.gather(priya.become_available(), deshawn.become_available())

    # Each team's agent has its customer, and not the other's.
    await asyncio.gather(danielle.open_chat(), omar.open_chat())
    await asyncio.gather(
        danielle.start("Media", "The dates are refused", name="Danielle Okonkwo", product="Spectra OX"),
        omar.start("Finance", "An invoice is missing", name="Omar El-Sayed", email="omar@kestrel.example"),
    )
    await asyncio.gather(priya.sees("The dates are refused"), deshawn.sees("An invoice is missing"))
    await expect(priya.rows).to_have_count(1)
    await expect(deshawn.rows).to_have_count(1)
    await expect(priya.page.get_by_role("complementary", name="About the customer")).to_contain_text("Danielle Okonkwo")
    await expect(danielle.widget.get_by_role("heading", name="Priya Raman")).to_be_visible()
    await expect(omar.widget.get_by_role("heading", name="Deshawn Whitfield")).to_be_visible()

    # Both talk live; a note stays with staff.
    await asyncio.gather(priya.reply("Which order?"), deshawn.reply("From which month?"))
    await asyncio.gather(
        danielle.sees("The dates are refused", "Which order?"),
        omar.sees("An invoice is missing", "From which month?"),
    )
    await priya.note("Overlaps by a day, needs patching")
    await expect(priya.notes).to_have_text(["Overlaps by a day, needs patching"])
    await asyncio.gather(danielle.write("SO-448210"), omar.write("October"))
    await priya.sees("The dates are refused", "Which order?", "SO-448210")
    await deshawn.sees("An invoice is missing", "From which month?", "October")
    await asyncio.gather(danielle.has_stored_all(), priya.has_stored_all())

    dialog = await priya.open_close_dialog()
    await dialog.choose_status("Solved")
    await dialog.choose_code("Mediaocean action needed")
    await dialog.send()
    await expect(dialog.box).to_be_hidden()
    dialog = await deshawn.open_close_dialog()
    await dialog.choose_status("Awaiting customer")
    await dialog.send()
    await expect(dialog.box).to_be_hidden()

    # Each customer has the number; the ticket under it has the whole conversation.
    for customer, agent, status in ((danielle, priya, "solved"), (omar, deshawn, "awaiting your reply")):
        link = agent.ticket_link
        number = re.findall(r"#(\d+)", await link.inner_text())[0]
        await customer.has_become(number, status)
        said = await texts_of(agent.log)
        await agent.open_ticket()
        await expect(agent.page.get_by_role("heading", name=f"#{number}")).to_be_visible()
        await shows(agent.page.get_by_role("region", name="Messages"), said)
    story = priya.page.get_by_role("region", name="Messages")
    await expect(story.locator(".noted .text")).to_have_text(["Overlaps by a day, needs patching"])
    await expect(priya.page.locator("select[name=status]")).to_have_value("solved")
    await expect(priya.page.get_by_label("Resolution")).to_have_value("action_needed")
    await expect(priya.page.get_by_label("Product")).to_have_value("Spectra OX")

    # Each agent's list has the ticket of their team, and only that.
    for agent, subject in ((priya, "The dates are refused"), (deshawn, "An invoice is missing")):
        await agent.page.goto(f"{desk.url}/tickets?view=all")
        await expect(agent.page.locator("tbody tr")).to_have_count(1)
        await agent.page.get_by_role("link", name=subject).click()
        await expect(agent.page.get_by_role("heading", name=subject)).to_be_visible()

    assert danielle.received, "the frames of the customers' sockets were seen"
    assert not [frame for frame in danielle.received if "patching" in frame], "no note ever reached a customer"


async def test_chat_and_console_fit_a_phone(site: HostSite, desk: RunningDesk, window: Window) -> None:
    """The chat fills a small screen. The console shows the list, or one conversation with a way back."""
    agent = await Agent.at_console(await window(PHONE), desk.url, PRIYA)
    await agent.page.get_by_role("button", name="Away").click()
    await agent.page.get_by_role("menuitemradio", name="Available").click()
    customer = await Customer.visit(await window(PHONE), site.origin)
    await customer.open_chat()
    await customer.start("Media", "From the train", name="Omar El-Sayed")
    frame = await customer.page.locator(WIDGET).bounding_box()
    assert frame == {"x": 0, "y": 0, "width": 390, "height": 844}

    await agent.rows.click()
    await agent.sees("From the train")
    await agent.reply("Good journey")
    await customer.sees("From the train", "Good journey")
    await agent.page.get_by_role("link", name="Back to your chats").click()
    await expect(agent.log).to_be_hidden()
    await customer.write("Thank you")
    await expect(agent.rows.get_by_text("1 unread")).to_be_attached()
    await agent.rows.click()
    await agent.sees("From the train", "Good journey", "Thank you")
    dialog = await agent.open_close_dialog()
    await dialog.choose_status("Solved")
    await dialog.choose_code("Support question")
    await dialog.send()
    await customer.has_become(1, "Solved")
    await customer.widget.get_by_role("button", name="Minimize").click()
    await expect(customer.button).to_be_visible()
