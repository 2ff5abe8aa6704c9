"""The network goes and comes back; a laptop sleeps, and everything on it stands still."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.async_api import Browser, expect

from chat.adapters import archive
from server.edge.deadlines import Deadlines
from tests.browser.chromium import NO_SERVER, Window, Witness
from tests.browser.desk import HostSite, OpenDesk
from tests.browser.people import Customer, Visit
from tests.browser.proxy import between
from tests.running import Client, RunningDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def available(desk: RunningDesk) -> Client:
    """An agent who speaks the protocol, so that she goes on whatever becomes of the browser."""
    agent = await desk.staff("Mateo", teams=("media",))
    await agent.command("presence.set", status="available")
    return agent


async def test_messages_survive_repeated_network_losses(
    witness: Witness, site: HostSite, desk: RunningDesk, window: Window
) -> None:
    """Two tabs lose the network twice while both sides write, and one of them is closed meanwhile. Every tab shows each
    message once, in order."""
    witness.expects(NO_SERVER)
    async with between(desk.port) as proxy:
        context = await window()
        site.desk = proxy.url
        agent = await available(desk)
        first = await Customer.visit(context, site.origin)
        await first.open_chat()
        await first.start("Media", "0")
        chat = (await agent.event("chat.assigned"))["chat"]
        second = await Customer.visit(context, site.origin)
        await second.open_chat()
        await asyncio.gather(first.sees("0"), second.sees("0"))

        written = ["0"]
        for loss, tab in ((1, second), (2, first)):
            written += [f"{loss}.{number}" for number in range(10)]
            await tab.write_at_once(written[-10:])
            await context.set_offline(True)
            # Sockets that are open are not the browser's to cut.
            proxy.cut()
            written.append(f"{loss}, without a network")
            await tab.write(written[-1])
            await expect(tab.log.get_by_text("Sends when you’re back online").first).to_be_visible()
            await agent.command("message.send", chat=chat, text=f"{loss}, meanwhile")
            await context.set_offline(False)
            await tab.has_stored_all()
            if tab is second:
                await second.page.close()
        await agent.command("message.send", chat=chat, text="the end")

        said = await said_in(desk, chat)
        assert [text for text in said if text in written] == written
        assert sorted(said) == sorted([*written, "1, meanwhile", "2, meanwhile", "the end"])
        third = await Customer.visit(context, site.origin)
        await third.open_chat()
        await asyncio.gather(first.sees(*said), third.sees(*said))


async def said_in(desk: RunningDesk, chat: str) -> list[str]:
    """The messages of a chat as they are stored."""
    logged = await desk.desk.storage.read(lambda tx: archive.after(tx, chat, 0, 1_000))
    events = [json.loads(event.body) for event in logged]
    return [event["text"] for event in events if event["type"] == "message"]


@contextmanager
def asleep(processes: list[int]) -> Iterator[None]:
    """They stand still, as on a laptop that was closed."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


async def processes_of(browser: Browser) -> list[int]:
    """All of this browser, by their ids."""
    session = await browser.new_browser_cdp_session()
    found = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    return [process["id"] for process in found["processInfo"]]


async def test_laptop_that_sleeps_loses_no_message(
    browser: Browser, witness: Witness, open_desk: OpenDesk, visit: Visit
) -> None:
    """It sleeps with messages in flight, for longer than the heartbeat timeout. Afterwards each message appears once,
    in order, and those in flight arrive once."""
    witness.expects(NO_SERVER)
    desk = await open_desk(deadlines=Deadlines(heartbeat_s=3))
    agent = await available(desk)
    customer = await visit()
    await customer.open_chat()
    await customer.start("Media", "0")
    chat = (await agent.event("chat.assigned"))["chat"]
    await customer.sees("0")
    processes = await processes_of(browser)
    written = ["0", *(f"good night {number}" for number in range(20))]
    await customer.write_at_once(written[1:])
    with asleep(processes):
        await agent.event("chat.presence", chat=chat, connected=False)
        await agent.command("message.send", chat=chat, text="Are you there?")
    await customer.write("good morning")
    await customer.has_stored_all()
    await agent.command("message.send", chat=chat, text="Good morning")

    said = await said_in(desk, chat)
    assert [text for text in said if text in {*written, "good morning"}] == [*written, "good morning"]
    assert sorted(said) == sorted([*written, "Are you there?", "good morning", "Good morning"])
    await customer.sees(*said)
