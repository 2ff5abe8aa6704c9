"""The desk is upgraded under open pages: their build is gone, and they reload without losing anything."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.chromium import Witness, person
from tests.browser.desk import PRIYA, HostSite, serving
from tests.browser.people import Agent, Customer, texts_of
from tests.browser.proxy import between
from tests.faults.server import ServerProcess
from tests.running import eventually
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
        self._older = older
        self._newer = newer

    async def happens(self) -> None:
        """The older one ends, and the newer begins."""
        await self._older.end(signal.SIGTERM)
        await self._newer.start()


@asynccontextmanager
async def older(folder: Path, site: HostSite) -> AsyncIterator[tuple[Upgrade, ServerProcess]]:
    """A desk whose pages are of OLD_BUILD, which is this build under another id."""
    async with serving(folder, [PRIYA], widget_on=site.origin) as newer:
        await newer.end(signal.SIGTERM)
        shutil.copytree(WIDGETS, folder / "older" / "widgets")
        manifest = folder / "older" / "widgets" / "packed" / "manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"build": OLD_BUILD}))
        more = {"SWITCHBOARD_WIDGET_ORIGINS": site.origin, "PYTHONPATH": str(folder / "older")}
        it = ServerProcess(folder / "data", newer.port, hours=folder / "hours.yaml", settings=more, forked=False)
        try:
            await it.start()
            yield Upgrade(it, newer), newer
        finally:
            it.close()


async def test_form_open_during_an_upgrade_is_sent_once(
    browser: Browser, witness: Witness, site: HostSite, tmp_path: Path
) -> None:
    """The first message needs the conversation's chunk, which is gone. The chat reloads with the message in it."""
    async with (
        older(tmp_path, site) as (upgrade, desk),
        person(browser, witness) as of_customer,
        person(browser, witness) as of_agent,
    ):
        site.desk = desk.url
        customer = await Customer.visit(of_customer, site.origin)
        await customer.open_chat()
        question = customer.widget.get_by_label("What can we help with?")
        await question.fill("one")
        reloads = Reloads(customer.page, "/widget?")
        assert OLD_BUILD in str(await customer.widget.locator("script[type=module]").last.get_attribute("src"))

        await upgrade.happens()
        agent = await Agent.sign_in(of_agent, desk.url, PRIYA)
        await agent.become_available()
        await expect(question).to_have_value("one")
        await customer.start("Media", "one")
        await eventually(lambda: reloads.loads, "the chat has reloaded", 30)
        await expect(customer.log.locator(".bubble")).to_have_count(1)
        await customer.sees("one")
        assert BUILD in str(await customer.widget.locator("script[type=module]").last.get_attribute("src"))
        await customer.write("two")
        await customer.has_stored_all()
        await agent.sees("one", "two")
        assert reloads.loads == 1
        assert witness.faults(server_was_gone=True, expected=NOT_THERE) == []


async def test_conversation_open_during_an_upgrade_keeps_its_text(
    browser: Browser, witness: Witness, site: HostSite, tmp_path: Path
) -> None:
    """With WebSockets blocked, both pages need a chunk of a build that is gone, and reload. Sent messages are stored
    once, and unsent text is still in the box."""
    async with (
        older(tmp_path, site) as (upgrade, desk),
        between(desk.port) as proxy,
        person(browser, witness) as of_customer,
        person(browser, witness) as of_agent,
    ):
        site.desk = proxy.url
        agent = await Agent.sign_in(of_agent, proxy.url, PRIYA)
        await agent.become_available()
        customer = await Customer.visit(of_customer, site.origin)
        await customer.open_chat()
        await customer.start("Media", "one")
        await agent.sees("one")
        reloads = [Reloads(customer.page, "/widget?"), Reloads(agent.page, "/console")]

        await customer.page.context.clock.install()
        proxy.sockets = "refuse"
        proxy.cut()
        await customer.write("two")
        await agent.reply("three")
        reply, message = agent.page.locator("#reply"), customer.widget.get_by_label("Message", exact=True)
        await reply.fill("half a reply")
        await message.fill("half a message")
        await upgrade.happens()

        await eventually(lambda: all(it.loads for it in reloads), "both have reloaded", 60)
        await customer.has_stored_all()
        await agent.has_stored_all()
        await expect(reply).to_have_value("half a reply")
        await expect(message).to_have_value("half a message")
        for log in (customer.log, agent.log):
            await expect(log.locator(".bubble")).to_have_count(3)
            assert sorted(await texts_of(log)) == ["one", "three", "two"]
        assert [it.loads for it in reloads] == [1, 1]
        assert witness.faults(server_was_gone=True, expected=NOT_THERE) == []


async def test_missing_chunk_reloads_the_chat_only_once(
    browser: Browser, witness: Witness, site: HostSite, tmp_path: Path
) -> None:
    """For example, if a cache in front of the server answers 404. There is no reload loop."""

    tries = 0

    async def missing(route: Route) -> None:
        nonlocal tries
        tries += route.request.method == "GET"
        await route.fulfill(status=404)

    async with (
        serving(tmp_path, [PRIYA], widget_on=site.origin) as desk,
        person(browser, witness) as of_customer,
    ):
        site.desk = desk.url
        customer = await Customer.visit(of_customer, site.origin)
        await customer.open_chat()
        await expect(customer.widget.get_by_label("Team")).to_be_visible()
        reloads = Reloads(customer.page, "/widget?")
        await of_customer.route("**/widget-later.css", missing)
        await of_customer.route(
            "**/static/packed/**", lambda route: missing(route) if route.request.method == "HEAD" else route.fallback()
        )
        await customer.start("Media", "one")
        await eventually(lambda: tries >= 3, "it was tried again, and again", 30)
        assert reloads.loads == 1
        assert witness.faults(expected=NOT_THERE) == []
