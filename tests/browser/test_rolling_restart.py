"""Workers or hosts of a desk are restarted one after another while people write: nobody loses a key stroke."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from clock import system_clock
from storage.opening import open_storage
from tests.browser.chromium import NO_SERVER, Window, Witness
from tests.browser.desk import HOURS, PRIYA, HostSite, add
from tests.browser.people import Agent, Customer, texts_of
from tests.browser.test_upgrades import Reloads
from tests.faults.server import free_port
from tests.faults.test_hosts import share
from tests.faults.test_two_versions import divided
from tests.faults.test_workers import named
from tests.faults.workers import STARTED_S, Workers
from tests.running import eventually
from tests.servers import database

pytestmark = [pytest.mark.browser, pytest.mark.scaled, pytest.mark.asyncio(loop_scope="session")]

KEY_MS = 60
"""Between two keys: somebody who types fast."""


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    path = tmp_path / "hours.yaml"
    path.write_text(HOURS, encoding="utf-8")
    return path


@pytest_asyncio.fixture(loop_scope="session")
async def database_url(witness: Witness, tmp_path: Path) -> AsyncIterator[str]:
    """With Priya."""
    # A server that ends refuses what it cannot finish.
    witness.expects(NO_SERVER, "a status of 503")
    with database("postgresql", tmp_path) as url:
        storage = await open_storage(url)
        await storage.write(lambda tx: add(tx, PRIYA, ["media", "finance"], system_clock()))
        await storage.close()
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def desk(site: HostSite, database_url: str, hours: Path, tmp_path: Path) -> AsyncIterator[Workers]:
    """Two workers on PostgreSQL."""
    settings = {"SWITCHBOARD_WIDGET_ORIGINS": site.origin}
    server = Workers(tmp_path / "data", free_port(), database_url, settings=settings, hours=hours)
    try:
        await server.start()
        site.desk = server.url
        yield server
    finally:
        server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def hosts(site: HostSite, database_url: str, hours: Path, tmp_path: Path) -> AsyncIterator[Sequence[Workers]]:
    """Two hosts of one desk, each with two workers, behind HAProxy."""
    ports, folders = (free_port(), free_port()), (tmp_path / "first", tmp_path / "second")
    with divided(tmp_path, *ports) as port, ExitStack() as running:
        site.desk = f"http://127.0.0.1:{port}"
        settings = {"SWITCHBOARD_WIDGET_ORIGINS": site.origin, "SWITCHBOARD_BASE_URL": site.desk}
        found: list[Workers] = []
        for own, folder in zip(ports, folders, strict=True):
            folder.mkdir()
            if found:
                share(folder, folders[0])
            found.append(Workers(folder / "data", own, database_url, settings=settings, hours=hours))
            running.callback(found[-1].close)
            await found[-1].start()
        yield found


class Typist:
    """Types words into a box, one key after another, until they are told to stop."""

    def __init__(self, box: Locator, word: str, *, sends: bool = False) -> None:
        """If `sends`, Enter follows each word."""
        self._box = box
        self._word = word
        self._sends = sends
        self.typed = ""
        self.held: list[str] = []
        """What the box held when a word was complete, if it is sent then."""

    async def run(self, over: asyncio.Event) -> None:
        while not over.is_set():
            word = f"{self._word}{len(self.typed)} "
            await self._box.press_sequentially(word, delay=KEY_MS)
            self.typed += word
            if self._sends:
                self.held.append(await self._box.input_value())
                await self._box.press("Enter")


class Watcher:
    """Notes for how long a page says that something is wrong."""

    def __init__(self, **signs: Locator) -> None:
        self._signs = signs
        self.seen_s = dict.fromkeys(signs, 0.0)

    async def run(self, over: asyncio.Event) -> None:
        now = asyncio.get_running_loop().time
        before = now()
        while not over.is_set():
            await asyncio.sleep(0.2)
            for name, sign in self._signs.items():
                if await sign.is_visible():
                    self.seen_s[name] += now() - before
            before = now()


async def restart(server: Workers, over: asyncio.Event) -> None:
    """End each worker with SIGTERM, and go on as soon as the next one in its place answers."""
    try:
        async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:
            for pid in server.pids():
                os.kill(pid, signal.SIGTERM)
                await eventually(partial(server.has_replaced, pid), "another worker runs", STARTED_S)
                async with asyncio.timeout(STARTED_S):
                    while await _answering(http) != ["0", "1"]:
                        await asyncio.sleep(0.2)
    finally:
        over.set()


async def _answering(http: httpx2.AsyncClient) -> list[str]:
    try:
        return await named(http)
    except httpx2.TransportError:
        return []


@pytest.mark.timeout(900)
async def test_restart_of_both_workers_loses_no_key_and_shows_no_more_than_a_reconnect(
    site: HostSite, desk: Workers, window: Window, said: Callable[[object], None]
) -> None:
    agent = await Agent.at_console(await window(), desk.url, PRIYA)
    await agent.become_available()
    customer = await Customer.visit(await window(), site.origin)
    await customer.open_chat()
    await customer.start("Media", "Hello")
    await asyncio.gather(agent.sees("Hello"), customer.sees("Hello"))
    of_customer = Typist(customer.widget.get_by_label("Message", exact=True), "question")
    of_agent = Typist(agent.page.locator("#reply"), "answer")
    watcher = Watcher(
        customer=customer.widget.get_by_text("No connection.", exact=True),
        agent=agent.page.get_by_text("Connection lost."),
        gave_up=customer.widget.get_by_text("Disconnected."),
        agent_gave_up=agent.page.get_by_text("Disconnected."),
    )
    over = asyncio.Event()
    await asyncio.gather(*(one.run(over) for one in (of_customer, of_agent, watcher)), restart(desk, over))

    assert await customer.widget.get_by_label("Message", exact=True).input_value() == of_customer.typed
    assert await agent.page.locator("#reply").input_value() == of_agent.typed
    for box in (customer.widget.get_by_label("Message", exact=True), agent.page.locator("#reply")):
        await box.press("Enter")
    await asyncio.gather(customer.has_stored_all(), agent.has_stored_all())
    written = {"Hello", of_customer.typed.strip(), of_agent.typed.strip()}
    for log in (customer.log, agent.log):
        for text in written:
            await expect(log.get_by_text(text, exact=True)).to_be_visible()
    keys = len(of_customer.typed) + len(of_agent.typed)
    told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in watcher.seen_s.items() if seconds)
    said(f"{keys} keys; reconnecting was shown: {told or 'never'}")
    assert not watcher.seen_s["gave_up"] and not watcher.seen_s["agent_gave_up"]


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_restart_of_both_hosts_behind_a_proxy_loses_no_key_and_no_message(
    site: HostSite, hosts: Sequence[Workers], window: Window, said: Callable[[object], None]
) -> None:
    """Each host gets SIGTERM and is started again, as in an upgrade by day, while both sides type and send."""
    agent = await Agent.at_console(await window(), site.desk, PRIYA)
    await agent.become_available()
    customer = await Customer.visit(await window(), site.origin)
    await customer.open_chat()
    await customer.start("Media", "Hello")
    await agent.sees("Hello")
    reloads = [Reloads(customer.page, "/widget?"), Reloads(agent.page, "/console")]
    of_customer = Typist(customer.widget.get_by_label("Message", exact=True), "question", sends=True)
    of_agent = Typist(agent.page.locator("#reply"), "answer", sends=True)
    watcher = Watcher(
        gave_up=customer.widget.get_by_text("Disconnected."), agent_gave_up=agent.page.get_by_text("Disconnected.")
    )
    over, sockets = asyncio.Event(), customer.sockets

    async def upgrade() -> None:
        try:
            for host in hosts:
                assert await host.end(signal.SIGTERM) == 0
                await host.start()
        finally:
            over.set()

    await asyncio.gather(of_customer.run(over), of_agent.run(over), watcher.run(over), upgrade())
    await asyncio.gather(customer.has_stored_all(), agent.has_stored_all())
    assert customer.sockets > sockets
    for typist in (of_customer, of_agent):
        assert "".join(typist.held) == typist.typed
    sent = [*of_customer.held, *of_agent.held]
    for log in (customer.log, agent.log):
        await expect(log.locator(".bubble")).to_have_count(1 + len(sent))
    texts = await texts_of(customer.log)
    assert texts == await texts_of(agent.log)
    for typist in (of_customer, of_agent):
        assert [text for text in texts if text in typist.held] == typist.held
    assert [it.loads for it in reloads] == [0, 0]
    said(
        f"{len(sent)} messages, {len(''.join(sent))} keys; the customer reconnected {customer.sockets - sockets} times"
    )
