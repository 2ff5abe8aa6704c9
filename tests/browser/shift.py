"""An agent's shift at the console, with customers who speak the protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from identity.adapters.store import SqlStore
from identity.service import Identity
from tests.browser.chromium import Witness, person
from tests.browser.desk import DESHAWN, HOURS, PRIYA, serving_here
from tests.browser.line import Line
from tests.browser.people import Agent
from tests.running import Client, RunningDesk, SettableClock

# Whether somebody looks at the page, and what it does to call them, as the test says and asks.
CALLS = """
globalThis.looking = true;
globalThis.calls = { sounds: 0, shown: [], open: new Map() };
Document.prototype.hasFocus = () => looking;
globalThis.Notification = class {
  static permission = 'granted';
  static requestPermission = async () => 'granted';
  constructor(title, { body, tag }) {
    calls.shown.push(`${title}: ${body}`);
    calls.open.set(tag, this);
    this.tag = tag;
  }
  close() { calls.open.delete(this.tag); }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) {
  calls.sounds += 0.5; // a call has two tones
  return start.apply(this, at);
};
"""


@dataclass(slots=True)
class Shift:
    """Priya at her console, available, at a desk whose clock is hers too and moves only by `forward`."""

    desk: RunningDesk
    clock: SettableClock
    context: BrowserContext
    agent: Agent
    line: Line

    @property
    def page(self) -> Page:
        return self.agent.page

    async def forward(self, seconds: float) -> None:
        """Let that much time be over, for everybody."""
        self.clock.forward(seconds)
        await self.context.clock.set_fixed_time(self.clock.at / 1000)

    async def asks(self, name: str, text: str, *, subject: str | None = None) -> tuple[Client, str]:
        """Somebody asks Media; Priya has the chat."""
        customer = await self.desk.customer(name=name)
        more = {"subject": subject} if subject else {}
        chat = (await customer.command("chat.start", team="media", text=text, **more))["chat"]
        await expect(self.row(name)).to_be_visible()
        return customer, chat

    async def token(self) -> str:
        """Priya's, for another connection of hers."""
        identity = Identity(SqlStore())
        return await self.desk.desk.storage.write(lambda tx: identity.create_token(tx, PRIYA.email, self.clock.at))

    def row(self, name: str) -> Locator:
        return self.agent.rows.filter(has=self.page.get_by_text(name, exact=True))

    async def order(self, *names: str) -> None:
        """Wait until there are these rows, in this order."""
        await expect(self.agent.rows.locator(".name")).to_have_text(names)

    async def calls(self) -> dict[str, list[str]]:
        """What was done to call Priya so far: sounds, notices, and those that are still there."""
        found: dict[str, list[str]] = await self.page.evaluate(
            "({ sounds: [...'.'.repeat(calls.sounds)], shown: calls.shown, open: [...calls.open.keys()] })"
        )
        return found

    async def sounded(self, times: int) -> None:
        """Wait until she was called so often."""
        await self.page.wait_for_function("(times) => calls.sounds >= times", arg=times)
        assert len((await self.calls())["sounds"]) == times


@asynccontextmanager
async def on_shift(browser: Browser, witness: Witness, folder: Path, *, open_at: str = HOURS) -> AsyncIterator[Shift]:
    clock = SettableClock()
    async with (
        serving_here(folder, [PRIYA, DESHAWN], clock, open_at=open_at, rate_limits="off") as desk,
        person(browser, witness) as context,
    ):
        await context.add_init_script(CALLS)
        await context.clock.set_fixed_time(clock.at / 1000)
        line = Line()
        await line.through(context)
        shift = Shift(desk, clock, context, await Agent.at_console(context, desk.url, PRIYA), line)
        await shift.agent.become_available()
        yield shift
