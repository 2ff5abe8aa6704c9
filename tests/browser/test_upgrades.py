"""The desk is upgraded under open pages: their build is gone, and they reload without losing anything."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.browser.chromium import NO_SERVER, Window, Witness
from tests.browser.desk import PRIYA, HostSite, prepared
from tests.browser.people import Agent, Customer, becomes_online, texts_of
from tests.browser.proxy import between
from tests.faults.server import ServerProcess
from tests.running import DEADLINE_S, eventually
from widgets.shared.assets import ASSETS, WIDGETS

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OLD_BUILD = "0123456789ab"
NOT_THERE = (
    "the server responded with a status of 404",
    "the server responded with a status of 502",
    "Refused to apply style from",
)
[BUILD, *_] = reversed(ASSETS.builds)


class Reloads:
    """How often the documents of a desk are loaded in a page, the first time included."""

    def __init__(self, page: Page, path: str) -> None:
        self.loads = 0
        self._path = path
        page.on("request", lambda request: self._asked(request.url, request.is_navigation_request()))

    def _asked(self, url: str, navigates: bool) -> None:
        self.loads += navigates and self._path in url


class Upgrade:
    """A desk of an older build, and the same desk of this one."""

    def __init__(self, older: ServerProcess, newer: ServerProcess) -> None:
        self.port = newer.port
        self.url = newer.url
        self._older = older
        self._newer = newer

    async def happens(self) -> None:
        """The older one ends, and the newer begins."""
        await self._older.end(signal.SIGTERM)
        await self._newer.start()


@pytest_asyncio.fixture(loop_scope="session")
async def upgrade(witness: Witness, site: HostSite, tmp_path: Path) -> AsyncIterator[Upgrade]:
    """A desk whose pages are of OLD_BUILD, which is this build under another id."""
    witness.expects(NO_SERVER, *NOT_THERE)
    shutil.copytree(WIDGETS, tmp_path / "older" / "widgets")
    manifest = tmp_path / "older" / "widgets" / "packed" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"build": OLD_BUILD}))
    newer = await prepared(tmp_path, [PRIYA], widget_on=site.origin)
    more = {"SWITCHBOARD_WIDGET_ORIGINS": site.origin, "PYTHONPATH": str(tmp_path / "older")}
    older = ServerProcess(tmp_path / "data", newer.port, hours=tmp_path / "hours.yaml", settings=more, forked=False)
    try:
        await older.start()
        yield Upgrade(older, newer)
    finally:
        older.close()
        newer.close()


async def test_form_open_during_an_upgrade_is_sent_once(site: HostSite, upgrade: Upgrade, window: Window) -> None:
    """The first message needs the conversation's chunk, which is gone. The chat reloads with the message in it."""
    site.desk = upgrade.url
    customer = await Customer.visit(await window(), site.origin)
    await customer.open_chat()
    question = customer.widget.get_by_label("What can we help with?")
    await question.fill("one")
    reloads = Reloads(customer.page, "/widget?")
    assert OLD_BUILD in str(await customer.widget.locator("script[type=module]").last.get_attribute("src"))

    await upgrade.happens()
    agent = await Agent.at_console(await window(), upgrade.url, PRIYA)
    await agent.become_available()
    await expect(question).to_have_value("one")
    await customer.start("Media", "one")
    await eventually(lambda: reloads.loads, "the chat has reloaded")
    await expect(customer.log.locator(".bubble")).to_have_count(1)
    await customer.sees("one")
    assert BUILD in str(await customer.widget.locator("script[type=module]").last.get_attribute("src"))
    await customer.write("two")
    await customer.has_stored_all()
    await agent.sees("one", "two")
    assert reloads.loads == 1


async def test_conversation_open_during_an_upgrade_keeps_its_text(
    site: HostSite, upgrade: Upgrade, window: Window
) -> None:
    """With WebSockets blocked, both pages need a chunk of a build that is gone, and reload. Sent messages are stored
    once, and unsent text is still in the box."""
    async with between(upgrade.port) as proxy:
        site.desk = proxy.url
        agent = await Agent.at_console(await window(), proxy.url, PRIYA)
        await agent.become_available()
        customer = await Customer.visit(await window(), site.origin)
        await customer.open_chat()
        await customer.start("Media", "one")
        await agent.sees("one")
        reloads = [Reloads(customer.page, "/widget?"), Reloads(agent.page, "/console")]

        await customer.page.context.clock.install()
        proxy.sockets, proxy.away = "refuse", True
        proxy.cut()
        await customer.write("two")
        await agent.reply("three")
        reply, message = agent.page.locator("#reply"), customer.widget.get_by_label("Message", exact=True)
        await reply.fill("half a reply")
        await message.fill("half a message")
        await upgrade.happens()
        # Before, a page could have loaded the chunk from the build that it is of.
        proxy.away = False

        async with asyncio.timeout(60):
            while not all(it.loads for it in reloads):
                # Nobody waits out a pause between two tries.
                await asyncio.gather(becomes_online(customer.page), becomes_online(agent.page), asyncio.sleep(0.2))
        await customer.has_stored_all()
        await agent.has_stored_all()
        await expect(reply).to_have_value("half a reply")
        await expect(message).to_have_value("half a message")
        for log in (customer.log, agent.log):
            await expect(log.locator(".bubble")).to_have_count(3)
            assert sorted(await texts_of(log)) == ["one", "three", "two"]
        assert [it.loads for it in reloads] == [1, 1]


async def test_missing_chunk_reloads_the_chat_only_once(witness: Witness, customer: Customer) -> None:
    """For example, if a cache in front of the server answers 404. There is no reload loop."""
    witness.expects(*NOT_THERE)
    context = customer.page.context
    tries = 0

    async def missing(route: Route) -> None:
        nonlocal tries
        tries += route.request.method == "GET"
        await route.fulfill(status=404)

    await customer.open_chat()
    await expect(customer.widget.get_by_role("group", name="What is it about?")).to_be_visible()
    reloads = Reloads(customer.page, "/widget?")
    await context.clock.install()
    await context.route("**/widget-later.css", missing)
    await context.route(
        "**/static/packed/**", lambda route: missing(route) if route.request.method == "HEAD" else route.fallback()
    )
    await customer.start("Media", "one")
    async with asyncio.timeout(DEADLINE_S):
        while tries < 3:
            # It tries again every two seconds.
            await context.clock.fast_forward(2_000)
            await asyncio.sleep(0.1)
    assert reloads.loads == 1
