"""One Chromium and one host site for all tests of a process, on one loop; everything else is new for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Unpack

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ViewportSize

from clock import system_clock
from server.edge.deadlines import DEADLINES, Deadlines
from tests.browser.chromium import DESKTOP, Window, Witness, chromium, person, photograph
from tests.browser.desk import HOURS, PRIYA, DeskSettings, HostSite, OpenDesk, Staff, host_site, serving_here
from tests.browser.people import Agent, Colleague, Customer, Visit
from tests.browser.shift import Shift, on_shift
from tests.mail.sink import Sink, mail_sink
from tests.running import RunningDesk

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers what failed: its windows are photographed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def headless_shell() -> AsyncIterator[Browser]:
    """A real Chromium, as its headless shell."""
    async with chromium(spares=False, shell=True) as it:
        yield it


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_chromium() -> AsyncIterator[Browser]:
    """The Chromium that people have."""
    async with chromium(spares=False) as it:
        yield it


@pytest.fixture(scope="session")
def browser(headless_shell: Browser) -> Browser:
    """What the tests of a file drive, unless the file has a fixture of this name."""
    return headless_shell


@pytest.fixture(scope="session")
def host() -> Iterator[HostSite]:
    """A site that is not ours."""
    with host_site() as it:
        yield it


@pytest.fixture
def site(host: HostSite) -> HostSite:
    """The same, with nothing special about its page."""
    host.become_plain()
    return host


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Writes down what goes wrong in the pages. Whatever the test did not expect of it fails the test."""
    it = Witness()
    yield it
    assert it.faults() == []


@pytest_asyncio.fixture(loop_scope="session")
async def open_desk(site: HostSite, tmp_path: Path) -> AsyncIterator[OpenDesk]:
    """Opens a desk whose widget is on the site's page: `await open_desk()`, with the arguments of `serving_here`."""
    async with AsyncExitStack() as desks:

        async def opened(
            people: Sequence[Staff] = (PRIYA,),
            *,
            clock: Callable[[], int] = system_clock,
            open_at: str = HOURS,
            deadlines: Deadlines = DEADLINES,
            **settings: Unpack[DeskSettings],
        ) -> RunningDesk:
            settings.setdefault("widget_origins", site.origin)
            it = await desks.enter_async_context(
                serving_here(tmp_path, people, clock, open_at=open_at, deadlines=deadlines, **settings)
            )
            site.desk = it.url
            return it

        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def sink() -> AsyncIterator[Sink]:
    """A mail server for the letters of a desk. A test that asks for a desk too names
    this one first, so that it ends after the desk."""
    async with mail_sink() as it:
        yield it


@pytest_asyncio.fixture(loop_scope="session")
async def desk(open_desk: OpenDesk) -> RunningDesk:
    """A desk with Priya, whose widget is on the site's page."""
    return await open_desk()


@pytest_asyncio.fixture(loop_scope="session")
async def window(browser: Browser, witness: Witness, request: pytest.FixtureRequest) -> AsyncIterator[Window]:
    """Opens a browser of somebody's own: `await window()`, with the arguments of `person`. A test that asks for a desk
    too names the desk first, so that the windows are closed before it."""
    async with AsyncExitStack() as windows:
        contexts: list[BrowserContext] = []

        async def opened(
            viewport: ViewportSize = DESKTOP, timezone: str = "America/New_York", *, touch: bool = False
        ) -> BrowserContext:
            it = person(browser, witness, viewport, timezone, touch=touch)
            contexts.append(await windows.enter_async_context(it))
            return contexts[-1]

        yield opened
        if request.node.stash[FAILED]:
            for context in contexts:
                await photograph(context)


@pytest_asyncio.fixture(loop_scope="session")
async def visit(site: HostSite, open_desk: OpenDesk, window: Window) -> Visit:
    """Opens the site's page, or the one at the address that is given, in a browser of somebody's own. A test that has
    opened no desk gets the usual one."""

    async def visited(address: str = "") -> Customer:
        if not site.desk:
            await open_desk()
        return await Customer.visit(await window(), address or site.origin)

    return visited


@pytest_asyncio.fixture(loop_scope="session")
async def customer(desk: RunningDesk, visit: Visit) -> Customer:
    """Somebody on the site's page, with the Chat button."""
    return await visit()


@pytest_asyncio.fixture(loop_scope="session")
async def agent(desk: RunningDesk, window: Window) -> Agent:
    """Priya at her console, available."""
    it = await Agent.at_console(await window(), desk.url, PRIYA)
    await it.become_available()
    return it


@pytest_asyncio.fixture(loop_scope="session")
async def colleague(desk: RunningDesk) -> Colleague:
    """Priya without a browser, available."""
    return await Colleague.available(desk, PRIYA)


@pytest_asyncio.fixture(loop_scope="session")
async def shift(browser: Browser, witness: Witness, tmp_path: Path) -> AsyncIterator[Shift]:
    """Priya at her console, available, at a desk whose clock is hers too and moves only by `forward`."""
    async with on_shift(browser, witness, tmp_path) as it:
        yield it
