"""A proxy between browser and desk lets no WebSocket through."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, Request, WebSocket

from tests.browser.chromium import NO_SERVER, Window, Witness
from tests.browser.desk import PRIYA, HostSite, serving
from tests.browser.people import Agent, Customer
from tests.browser.proxy import between
from tests.running import eventually

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LONGER_THAN_A_LOOK = "11:00"
SECOND = 1_000
OF_THE_PROXY = ("the server responded with a status of 502", "the server responded with a status of 404")


class Traffic:
    """By which way a page talks with the desk."""

    def __init__(self, page: Page) -> None:
        self.frames = 0
        """What came by WebSockets."""
        self.requests = 0
        """Those by which frames were sent."""
        page.on("request", self._requested)
        page.on("websocket", self._opened)

    def _requested(self, request: Request) -> None:
        self.requests += request.method == "POST" and request.url.endswith("/api/wire")

    def _opened(self, line: WebSocket) -> None:
        line.on("framereceived", self._heard)

    def _heard(self, _: str | bytes) -> None:
        self.frames += 1


async def later(context: BrowserContext, ticks: int | str) -> None:
    """So much time passes for the pages, at once."""
    await context.clock.fast_forward(ticks)


async def test_chat_falls_back_to_http_and_returns_to_websockets(
    witness: Witness, site: HostSite, tmp_path: Path, window: Window
) -> None:
    """Both sides chat without WebSockets while the server is killed and restarted. They switch to WebSockets once these
    work, and back when a proxy accepts and swallows them. Each message appears once, in order."""
    witness.expects(NO_SERVER, *OF_THE_PROXY)
    async with (
        serving(tmp_path, [PRIYA], widget_on=site.origin) as desk,
        between(desk.port) as proxy,
    ):
        of_customer, of_agent = await window(), await window()
        site.desk = proxy.url
        proxy.sockets = "refuse"
        for context in (of_customer, of_agent):
            await context.clock.install()
        agent = await Agent.at_console(of_agent, proxy.url, PRIYA)
        await agent.become_available()
        customer = await Customer.visit(of_customer, site.origin)
        ways = [Traffic(customer.page), Traffic(agent.page)]

        await customer.open_chat()
        await customer.start("Media", "one")
        await agent.sees("one")
        await agent.reply("two")
        await customer.sees("one", "two")
        assert [way.frames for way in ways] == [0, 0]
        assert all(way.requests for way in ways)

        await customer.write_at_once(["three", "four"])
        await desk.end(signal.SIGKILL)
        await customer.write("five")
        await desk.start()
        await customer.has_stored_all()
        await agent.reply("six")
        said = ["one", "two", "three", "four", "five", "six"]
        await asyncio.gather(customer.sees(*said), agent.sees(*said))
        await agent.has_stored_all()
        assert [way.frames for way in ways] == [0, 0]

        proxy.sockets = "pass"
        for context in (of_customer, of_agent):
            await later(context, LONGER_THAN_A_LOOK)
        await eventually(lambda: all(way.frames for way in ways), "both have moved to WebSockets")
        await asyncio.gather(customer.write("seven"), agent.sees(*said, "seven"))
        by_requests = [way.requests for way in ways]
        await asyncio.gather(agent.reply("eight"), customer.sees(*said, "seven", "eight"))
        said += ["seven", "eight"]
        assert [way.requests for way in ways] == by_requests

        proxy.sockets = "swallow"
        proxy.cut()
        await customer.write("nine")
        async with asyncio.timeout(60):
            # Twice ten seconds, in a tenth of the time.
            while any(way.requests == before for way, before in zip(ways, by_requests, strict=True)):
                await asyncio.gather(later(of_customer, SECOND), later(of_agent, SECOND), asyncio.sleep(0.1))
        await customer.has_stored_all()
        await agent.reply("ten")
        said += ["nine", "ten"]
        await asyncio.gather(customer.sees(*said), agent.sees(*said))
