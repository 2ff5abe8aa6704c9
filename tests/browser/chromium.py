"""A real Chromium, and what it must never have to say: errors, dialogs, broken policies."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    ViewportSize,
    WebError,
    WebSocket,
    async_playwright,
    expect,
)

from tests.canary import Canary

DEADLINE_MS = 60_000
"""For whatever is waited for. The machine may be busy with other tests."""
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
PICTURES = Path(__file__).parents[2] / "test-results"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # In place of Playwright's own list, which takes from a frame on another site the storage that browsers give it.
    # The popups of the address bar would be two more pages for each window, which nobody sees.
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints,PaintHolding,"
    "Translate,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
)

NO_SERVER = re.compile(r"WebSocket connection to '[^']+' failed|Failed to load resource: net::ERR_")
"""What a browser itself reports while the server is gone."""
_LEFT = "WebSocket is closed before the connection is established"
"""What a browser reports when a page is left, or reloads itself, before its socket is open. A slow machine does that at
any place."""
_REPORT_POLICY = """
addEventListener('securitypolicyviolation', (event) => {
  console.error(`policy broken: ${event.violatedDirective} by ${event.blockedURI} ${event.sample}`);
});
"""


@asynccontextmanager
async def chromium(*, spares: bool = True, shell: bool = False) -> AsyncIterator[Browser]:
    """The Chromium of this machine, without a window and with an empty profile. `spares`: it holds processes ready for
    pages that may come, as it does for people; without them it takes less of a busy machine. `shell`: the headless
    shell, if there is one. It draws pages as Chromium does in a quarter less computing time, but has no viewer of PDF
    files, and leaves the focus where it is when a menu of a frame closes."""
    program = (shutil.which("chromium-headless-shell") if shell else None) or shutil.which("chromium")
    assert program, "there is no chromium on the PATH: see system-packages.txt"
    expect.set_options(timeout=DEADLINE_MS)
    async with async_playwright() as playwright:
        flags = FLAGS if spares else [*FLAGS[:-1], f"{FLAGS[-1]},SpareRendererForSitePerProcess"]
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


class Witness:
    """Writes down what goes wrong in the pages of a context, and tells the canary what went over their sockets."""

    def __init__(self) -> None:
        self._canary = Canary()
        self._said: list[str] = []
        self._dialogs: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def expects(self, *sentences: str | re.Pattern[str]) -> None:
        """From now on, messages that contain one of these are no faults."""
        self._expected += [re.compile(re.escape(one)) if isinstance(one, str) else one for one in sentences]

    async def watch(self, context: BrowserContext) -> None:
        context.set_default_timeout(DEADLINE_MS)
        context.on("console", self._heard)
        context.on("weberror", self._failed)
        context.on("page", lambda page: page.on("dialog", self._asked))
        context.on("page", lambda page: page.on("websocket", self._overhear))
        await context.add_init_script(_REPORT_POLICY)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and _LEFT not in message.text:
            # The address says which of the resources failed to load.
            place = urlsplit(message.location["url"]).path
            self._said.append(f"{message.type}: {message.text} at {place}")

    def _failed(self, error: WebError) -> None:
        self._said.append(f"uncaught: {error.error}")

    async def _asked(self, dialog: Dialog) -> None:
        self._dialogs.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def _overhear(self, line: WebSocket) -> None:
        if line.url.endswith("/ws/staff"):
            line.on("framesent", self._canary.staff_sent)
        elif line.url.endswith("/ws/customer"):
            line.on("framesent", lambda text: self._canary.customer_sent(str(text)))
            line.on("framereceived", lambda text: self._canary.customer_heard(str(text), "a frame to a customer"))

    def faults(self) -> list[str]:
        """What went wrong and was not expected."""
        leaks = [f"told to a customer: {leak}" for leak in self._canary.leaks()]
        said = [one for one in self._said if not any(expected.search(one) for expected in self._expected)]
        return [*leaks, *self._dialogs, *said]


Window = Callable[..., Awaitable[BrowserContext]]
"""Opens a browser of somebody's own; takes the arguments of `person`."""


@asynccontextmanager
async def person(
    browser: Browser,
    witness: Witness,
    viewport: ViewportSize = DESKTOP,
    timezone: str = "America/New_York",
    *,
    touch: bool = False,
) -> AsyncIterator[BrowserContext]:
    """A browser of somebody's own: its cookies and storage are nobody else's. Where a test fails in it, its pages are
    kept as pictures in test-results/."""
    context = await browser.new_context(
        viewport=viewport,
        has_touch=touch,
        is_mobile=touch,
        reduced_motion="reduce",
        locale="en-US",
        timezone_id=timezone,
    )
    await witness.watch(context)
    try:
        yield context
    except BaseException:
        await photograph(context)
        raise
    finally:
        await context.close()


async def photograph(context: BrowserContext) -> None:
    """Keep pictures of the pages in test-results/."""
    for page in context.pages:
        await page.screenshot(path=PICTURES / f"{datetime.now(UTC):%H%M%S.%f}.png")


async def settled(page: Page) -> None:
    """Wait until the fonts are there and what is drawn has been painted."""
    await page.evaluate("document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(done)))")
