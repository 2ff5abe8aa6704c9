"""The server is killed in the middle of a chat, and comes back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.chromium import NO_SERVER, PHONE, Window, Witness
from tests.browser.desk import PRIYA, HostSite, serving
from tests.browser.people import WIDGET, Agent, Customer, becomes_online, has_stored_all, shows, texts_of
from tests.faults.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BURST = 10
KILLS = 2


@pytest_asyncio.fixture(loop_scope="session")
async def desk(site: HostSite, witness: Witness, tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """A desk that can be killed."""
    witness.expects(NO_SERVER)
    async with serving(tmp_path, [PRIYA], widget_on=site.origin) as it:
        site.desk = it.url
        yield it


async def test_killed_server_keeps_each_message_once_in_order(
    desk: ServerProcess, customer: Customer, agent: Agent
) -> None:
    """The server is killed while both sides write. Both pages show each message once, in order."""
    await customer.open_chat()
    await customer.start("Media", "customer 0")
    await asyncio.gather(agent.sees("customer 0"), customer.sees("customer 0"))
    by_customer, by_agent = ["customer 0"], []

    for kill in range(KILLS):
        # Some are stored, some are under way, some not sent at all when the server dies.
        by_customer += [f"customer {kill}.{number}" for number in range(BURST)]
        by_agent += [f"agent {kill}.{number}" for number in range(BURST)]
        await asyncio.gather(customer.write_at_once(by_customer[-BURST:]), agent.write_at_once(by_agent[-BURST:]))
        assert await desk.end(signal.SIGKILL) == -signal.SIGKILL
        for writer, words in ((customer, by_customer), (agent, by_agent)):
            words.append(f"{words[0].split()[0]} {kill}, while it is down")
            await (writer.write if isinstance(writer, Customer) else writer.reply)(words[-1])
            unsent = writer.log.locator(".pending")
            await expect(unsent.locator(".bubble").last).to_have_text(words[-1])
            await expect(unsent.get_by_text("Sends when you’re back online")).to_be_visible()
        await expect(customer.widget.get_by_text("No connection.", exact=True)).to_be_visible()
        await expect(agent.page.get_by_text("Connection lost.")).to_be_visible()

        await desk.start()
        if kill:
            # After a second loss in so short a time the pauses are long: the network is said to be back instead.
            await asyncio.gather(becomes_online(customer.page), becomes_online(agent.page))
        await asyncio.gather(customer.has_stored_all(), agent.has_stored_all())
        await agent.reply(f"back {kill}")
        by_agent.append(f"back {kill}")
        await expect(customer.log.get_by_text(f"back {kill}", exact=True)).to_be_visible()
        await agent.has_stored_all()

    said = await texts_of(agent.log)
    assert sorted(said) == sorted([*by_customer, *by_agent]), "each once"
    assert [text for text in said if text in by_customer] == by_customer, "the customer's in the order they wrote them"
    assert [text for text in said if text in by_agent] == by_agent, "the agent's in the order they wrote them"
    await customer.sees(*said)

    # What is on the screens is what is stored.
    await asyncio.gather(customer.page.reload(), agent.page.reload())
    await asyncio.gather(customer.sees(*said), agent.sees(*said))
    dialog = await agent.open_close_dialog()
    await dialog.choose_status("Open")
    await dialog.send()
    await agent.open_ticket()
    await shows(agent.page.get_by_role("region", name="Messages"), said)


async def test_text_written_offline_survives_leaving_the_page(
    site: HostSite, desk: ServerProcess, customer: Customer, agent: Agent
) -> None:
    """The pages are left with unsent texts. A new page sends them, once."""
    of_customer, of_agent = customer.page.context, agent.page.context
    await customer.open_chat()
    await customer.start("Media", "one")
    await asyncio.gather(agent.sees("one"), customer.sees("one"))

    await desk.end(signal.SIGKILL)
    for text in ("two", "three"):
        await customer.write(text)
    await agent.reply("four")
    await asyncio.gather(customer.sees("one", "two", "three"), agent.sees("one", "four"))
    address = agent.page.url
    await customer.page.close()
    await agent.page.close()

    await desk.start()
    customer = await Customer.visit(of_customer, site.origin)
    await customer.open_chat()
    await customer.sees("one", "two", "three")
    await has_stored_all(customer.log)
    agent = Agent(await of_agent.new_page(), desk.url)
    await agent.page.goto(address)
    await agent.sees("one", "two", "three", "four")
    await has_stored_all(agent.log)
    await customer.sees("one", "two", "three", "four")


async def test_page_loaded_without_a_server_gets_its_chat_later(
    site: HostSite, desk: ServerProcess, agent: Agent, window: Window
) -> None:
    """The customer sees the button, not the browser's error page, until the chat is available."""
    customer = await Customer.visit(await window(PHONE), site.origin)
    await customer.open_chat()
    await customer.start("Media", "one")
    await asyncio.gather(agent.sees("one"), customer.sees("one"))

    await desk.end(signal.SIGKILL)
    # The script comes from the browser's own store, the frame from nowhere.
    await customer.page.reload()
    await customer.open_chat()
    await expect(customer.page.locator("switchboard-chat").get_by_text("Connecting")).to_be_visible()
    await expect(customer.page.locator(WIDGET)).to_be_hidden()
    await desk.start()
    await expect(customer.page.locator(WIDGET)).to_be_visible()
    await customer.sees("one")
    await expect(customer.widget.get_by_label("Message", exact=True)).to_be_focused()
    await customer.write("two")
    await customer.has_stored_all()
    await customer.widget.get_by_role("button", name="Minimize").click()
    assert await customer.page.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"


async def test_first_message_during_a_crash_starts_one_chat(
    desk: ServerProcess, customer: Customer, agent: Agent
) -> None:
    """The customer starts a chat, the server is killed at that moment, and the page is reloaded."""
    await customer.open_chat()
    await customer.start("Media", "Is anybody there?")
    await desk.end(signal.SIGKILL)
    await customer.page.reload()
    await desk.start()
    await asyncio.gather(becomes_online(agent.page), customer.page.reload())
    await customer.open_chat()
    await customer.sees("Is anybody there?")
    await agent.sees("Is anybody there?")
    await expect(agent.rows).to_have_count(1)
