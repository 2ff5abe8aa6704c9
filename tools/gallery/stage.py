"""The stage of a moment: a desk with sample data, a stopped clock, and people's browser windows.

The server and the browsers share the clock. It shows a Tuesday afternoon in November until a moment moves it. So the
pictures of two runs differ only if the product has changed. Timers still run, although the clock stands still.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from identity.adapters.store import SqlStore
from identity.service import Identity
from routing.adapters.hours_file import load as load_hours
from server import demo
from server.demo.sample import PASSWORD, PEOPLE
from server.settings import Settings, load
from tests.browser.chromium import Witness
from tests.browser.line import Line
from tests.browser.people import Agent, Customer
from tests.running import ROOT, Client, RunningDesk, SettableClock
from tests.signing import Site

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 16, 41, tzinfo=ZONE)
HOURS = ROOT / "hours.yaml"
"""The shipped hours file. Finance and Canadian Spot close at 17:00, the other teams at 19:00."""
TOPICS = {team.name: team.topic for team in load_hours(HOURS).teams.values()}
"""The topic that customers choose to reach a team, by the team's name."""
EMAILS = {person.first_name: person.email for person in PEOPLE}
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 "
    "Edg/131.0.0.0"
)
_SECRET = "a secret of the gallery's host site"  # signs Danielle's identity
_LUCK = "Math.random = () => 0.9;"
"""Replaces random numbers, because the pauses between attempts to connect are random."""


def ms(moment: datetime) -> int:
    """Milliseconds since the epoch."""
    return int(moment.timestamp() * 1000)


def _settings(data: Path, hours: Path) -> Settings:
    found = load(data=data, hours=hours, rate_limits="off", identity_secret=_SECRET)
    found.demo = True
    return found


class Template:
    """The sample data, made once and copied for each stage."""

    def __init__(self, data: Path) -> None:
        self.data = data

    async def make(self) -> None:
        """Create the sample data, as of NOW, in the new folder `data`."""
        self.data.mkdir(parents=True)
        await asyncio.to_thread(demo.prepare, _settings(self.data, HOURS), lambda: ms(NOW))

    def copy(self, data: Path) -> None:
        """Copy the sample data to `data`, the new data folder of a desk."""
        shutil.copytree(self.data, data)


class Stage:
    """A desk, its clock, and the browser windows of all people."""

    def __init__(self, desk: RunningDesk, clock: SettableClock, browser: Browser, viewport: ViewportSize) -> None:
        self.desk = desk
        self.witness = Witness()
        self._clock = clock
        self._browser = browser
        self._viewport = viewport
        self._windows: list[BrowserContext] = []
        self._serving = True
        self._line = Line()
        self._other: sqlite3.Connection | None = None

    @property
    def phone(self) -> bool:
        """True if the windows have the width of a phone."""
        return self._viewport["width"] < 768

    @property
    def pages(self) -> list[Page]:
        """The open pages of all windows."""
        return [page for window in self._windows for page in window.pages]

    # -- time ------------------------------------------------------------------------------

    async def at(self, hour: int, minute: int, second: int = 0) -> None:
        """Set the clock to a time of day, in the desk's zone."""
        await self._move(ms(NOW.replace(hour=hour, minute=minute, second=second)))

    async def forward(self, seconds: float) -> None:
        """Move the clock forward."""
        await self._move(self._clock.at + int(seconds * 1000))

    async def _move(self, at: int) -> None:
        self._clock.at = at
        for window in self._windows:
            await window.clock.set_fixed_time(at / 1000)

    # -- people with a browser -------------------------------------------------------------

    async def window(self, *, zone: str = "America/New_York", locale: str = "en-US") -> BrowserContext:
        """Open a window with its own cookies and storage."""
        window = await self._browser.new_context(
            viewport=self._viewport,
            device_scale_factor=2 if self.phone else 1,
            is_mobile=self.phone,
            has_touch=self.phone,
            reduced_motion="reduce",
            color_scheme="light",
            locale=locale,
            timezone_id=zone,
        )
        self._windows.append(window)
        await self.witness.watch(window)
        await window.add_init_script(_LUCK)
        await window.clock.set_fixed_time(self._clock.at / 1000)
        return window

    async def customer(self, *, zone: str = "America/Chicago", locale: str = "en-US") -> Customer:
        """A customer in a new window with the sample page, which has the Chat button. If `locale` is French or Spanish,
        the button is in this language."""
        customer = await Customer.visit(await self.window(zone=zone, locale=locale), f"{self.desk.url}/demo")
        await customer.page.wait_for_function("Boolean(window.Switchboard)")
        if locale[:2] in ("fr", "es"):
            await customer.page.evaluate("(locale) => { Switchboard('locale', locale); }", locale)
        return customer

    async def staff(self, first_name: str) -> BrowserContext:
        """A new window in which this member of the sample staff is signed in."""
        window = await self.window()
        answer = await window.request.post(
            f"{self.desk.url}/api/session",
            data={"email": EMAILS[first_name], "password": PASSWORD},
            headers={"Origin": self.desk.url},
        )
        assert answer.ok, await answer.text()
        return window

    async def agent(self, first_name: str) -> Agent:
        """A member of staff with the console open in a new window. `Stage.cut` breaks the connection of this window."""
        window = await self.staff(first_name)
        await self._line.through(window)
        agent = Agent(await window.new_page(), self.desk.url)
        await agent.page.goto(f"{self.desk.url}/console")
        return agent

    async def page(self, window: BrowserContext, path: str) -> Page:
        """Open a page of the desk in this window."""
        page = await window.new_page()
        await page.goto(f"{self.desk.url}{path}")
        return page

    def signed(self, user: str, name: str, email: str) -> str:
        """A token of the host site that proves a customer's name and email address."""
        return Site(_SECRET, audience=self.desk.url).sign(user, self._clock.at, name=name, email=email)

    # -- people without a browser: they speak the protocol -----------------------------------

    async def visitor(self, name: str | None = None, email: str | None = None, **hello: str) -> Client:
        """A customer without a browser, who speaks the protocol. `hello` has further fields of the command `hello`."""
        said = {"name": name, "email": email, "locale": "en-US", "timezone": "America/Chicago", **hello}
        client = await self.desk.connect("customer", user_agent_header=BROWSER)
        client.greeting = await client.command("hello", **{key: value for key, value in said.items() if value})
        client.token = client.greeting["token"]
        return client

    async def colleague(self, first_name: str, **presence: object) -> Client:
        """A member of staff without a browser, who speaks the protocol. `presence` has fields of the command
        `presence.set`."""
        identity, now = Identity(SqlStore()), self._clock.at
        token = await self.desk.desk.storage.write(lambda tx: identity.create_token(tx, EMAILS[first_name], now))
        client = await self.desk.staff_again(token)
        if presence:
            await client.command("presence.set", **presence)
        return client

    # -- what may go wrong -------------------------------------------------------------------

    async def stop(self) -> None:
        """Stop the desk. Does nothing if it is stopped already."""
        if self._serving:
            self._serving = False
            await self.desk.stop()

    async def cut(self) -> None:
        """Break the connections of the windows that `agent` opened, and prevent new ones."""
        await self._line.cut()

    async def mend(self) -> None:
        """Allow connections again, and move the clock so that browsers try to connect at once."""
        self._line.mend()
        await self.forward(30)

    def fill_disk(self) -> None:
        """Imitate a full disk: lock the database, so that the desk can store nothing."""
        self._other = sqlite3.connect(self.desk.settings.data / "switchboard.db", isolation_level=None)
        self._other.execute("BEGIN IMMEDIATE")

    def _empty_disk(self) -> None:
        if self._other is not None:
            self._other.close()

    async def close(self) -> None:
        """Close all windows and the desk. Raises AssertionError if the desk sent something that it should not have
        sent."""
        async with AsyncExitStack() as opened:
            opened.push_async_callback(self.stop)
            opened.callback(self._empty_disk)
            for window in reversed(self._windows):
                opened.push_async_callback(window.close)


@asynccontextmanager
async def staged(
    browser: Browser, template: Template, viewport: ViewportSize, folder: Path, hours: Path = HOURS
) -> AsyncIterator[Stage]:
    """A stage whose desk has its data in the new folder `folder`. Closed at the end of the `with` block."""
    template.copy(folder)
    settings = _settings(folder, hours)
    clock = SettableClock(ms(NOW))
    desk = RunningDesk(settings, clock)
    settings.base_url = desk.url
    stage = Stage(await desk.start(), clock, browser, viewport)
    try:
        yield stage
    finally:
        await stage.close()
