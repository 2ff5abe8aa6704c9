"""An upgrade in the middle of the day: two hosts behind a proxy are replaced one after the other, while a customer and
an agent type."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from clock import system_clock
from routing.adapters.hours_file import load
from storage.opening import open_storage
from tests.browser.chromium import NO_SERVER, Window, Witness
from tests.browser.desk import HOURS, PRIYA, HostSite, add
from tests.browser.people import Agent, Customer, texts_of
from tests.browser.test_upgrades import Reloads
from tests.faults.server import free_port
from tests.faults.test_hosts import share
from tests.faults.test_two_versions import divided
from tests.faults.workers import Workers
from tests.servers import database

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.asyncio(loop_scope="session")]

BETWEEN_KEYS_MS = 40
ALLOWED = re.compile("reconnecting|connecting", re.IGNORECASE)
"""All that a page may say about its connection."""


class Typist:
    """Somebody who types a sentence after the other, and sends each with Enter."""

    def __init__(self, name: str, box: Locator) -> None:
        self.name = name
        self.sent: list[str] = []
        self.lost: list[str] = []
        """What the box held when it was to hold a whole sentence."""
        self._box = box

    async def type_while(self, goes_on: Callable[[], bool]) -> None:
        for number in count(1):
            if not goes_on():
                return
            sentence = f"{self.name} {number}: the van waits at gate {number}"
            await self._box.press_sequentially(sentence, delay=BETWEEN_KEYS_MS)
            held = await self._box.input_value()
            if held != sentence:
                self.lost.append(held)
            await self._box.press("Enter")
            self.sent.append(sentence)


class Hosts:
    """Two hosts of one desk, `url` is the proxy in front of them."""

    def __init__(self, url: str, first: Workers, second: Workers) -> None:
        self.url = url
        self._hosts = (first, second)

    async def are_replaced(self) -> None:
        """Each ends as its service manager ends it, and starts again when it has ended."""
        for host in self._hosts:
            assert await host.end(signal.SIGTERM) == 0
            await host.start()


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with database("postgresql", tmp_path) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def hosts(tmp_path: Path, database_url: str, site: HostSite) -> AsyncIterator[Hosts]:
    hours = tmp_path / "hours.yaml"
    hours.write_text(HOURS, encoding="utf-8")
    storage = await open_storage(database_url)
    await storage.write(lambda tx: add(tx, PRIYA, list(load(hours).teams), system_clock()))
    await storage.close()
    ports = free_port(), free_port()
    with divided(tmp_path, *ports) as port:
        url = f"http://127.0.0.1:{port}"
        more = {"SWITCHBOARD_WIDGET_ORIGINS": site.origin, "SWITCHBOARD_BASE_URL": url}
        places = tmp_path / "first", tmp_path / "second"
        for place in places:
            place.mkdir()
        first, second = (
            Workers(place / "data", port, database_url, settings=more, hours=hours)
            for place, port in zip(places, ports, strict=True)
        )
        try:
            await first.start()
            share(places[1], places[0])
            await second.start()
            yield Hosts(url, first, second)
        finally:
            first.close()
            second.close()


async def seen_alerts(of: Locator) -> list[str]:
    """The texts of the alerts that are on screen now."""
    return [text.strip() for text in await of.get_by_role("alert").all_inner_texts() if text.strip()]


@pytest.mark.timeout(600)
async def test_two_hosts_replaced_while_both_type_lose_no_key_stroke(
    witness: Witness, site: HostSite, hosts: Hosts, window: Window, said: Callable[[object], None]
) -> None:
    witness.expects(NO_SERVER)
    site.desk = hosts.url
    agent = await Agent.at_console(await window(), hosts.url, PRIYA)
    await agent.become_available()
    customer = await Customer.visit(await window(), site.origin)
    await customer.open_chat()
    await customer.start("Media", "one")
    await agent.sees("one")
    reloads = [Reloads(customer.page, "/widget?"), Reloads(agent.page, "/console")]
    typists = (
        Typist("Ana", customer.widget.get_by_label("Message", exact=True)),
        Typist("Priya", agent.page.locator("#reply")),
    )
    connected_before = customer.sockets
    replaced = asyncio.create_task(hosts.are_replaced())
    alerts: set[str] = set()

    async def watch() -> None:
        while not replaced.done():
            alerts.update(await seen_alerts(customer.widget.locator("body")))
            alerts.update(await seen_alerts(agent.page.locator("body")))
            await asyncio.sleep(0.2)

    await asyncio.gather(watch(), *(one.type_while(lambda: not replaced.done()) for one in typists))
    await replaced

    await customer.has_stored_all()
    await agent.has_stored_all()
    sent = sum(len(one.sent) for one in typists)
    assert sent > 20
    assert customer.sockets > connected_before
    said(f"{sent} messages, {customer.sockets - connected_before} reconnections of the customer, alerts: {alerts}")
    for log in (customer.log, agent.log):
        await expect(log.locator(".bubble")).to_have_count(1 + sent)
    texts = await texts_of(customer.log)
    assert texts == await texts_of(agent.log)
    for one in typists:
        assert one.lost == []
        assert [text for text in texts if text.startswith(one.name)] == one.sent
    assert [text for text in alerts if not ALLOWED.search(text)] == []
    assert [it.loads for it in reloads] == [0, 0]
