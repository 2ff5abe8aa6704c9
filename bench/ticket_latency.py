"""The latency of tickets in the widget: of a staff member's reply, and of opening a conversation again.

`python -m bench.ticket_latency` starts a desk and a Chromium. It measures two times:

- a reply: from the request with which a staff page sends a reply until the widget has painted the reply;
- an opening: from the click on the button of a page that was just loaded until the last reply is painted.

It prints the figures as JSON, and exits with 1 if a median is over its limit.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Frame, Page, expect

from tests.browser.chromium import Witness, chromium, person
from tests.browser.desk import PRIYA, HostSite, host_site, serving
from tests.browser.people import Agent, Customer

REPLIES = 30
OPENINGS = 10
REPLY_MUST_MS = 100
OPENING_MUST_MS = 350

# Both pages read the machine's clock, in whole milliseconds.
SHOWN = """
(text) => new Promise((shown) => {
  const look = () => {
    if ([...document.querySelectorAll('.bubble')].some((one) => one.textContent.trim() === text)) shown(Date.now());
    else requestAnimationFrame(look);
  };
  look();
})
"""
SEND = """
async (text) => {
  const at = Date.now();
  const headers = { 'Content-Type': 'application/json' };
  await fetch('/api/tickets/1/replies', { method: 'POST', headers, body: JSON.stringify({ text }) });
  return at;
}
"""
CLICK = "() => { document.querySelector('switchboard-chat').shadowRoot.querySelector('button').click(); }"


async def main() -> int:
    """Run the benchmark and return the exit status."""
    with tempfile.TemporaryDirectory() as folder, host_site() as site:
        async with serving(Path(folder), [PRIYA], widget_on=site.origin) as desk, chromium() as browser:
            site.desk = desk.url
            replies, openings = await measure(browser, site, desk.url)
    reply, opening = statistics.median(replies), statistics.median(openings)
    print(json.dumps({"reply_ms": reply, "reply_max_ms": max(replies), "opening_ms": opening, "openings": openings}))
    return 1 if reply > REPLY_MUST_MS or opening > OPENING_MUST_MS else 0


async def measure(browser: Browser, site: HostSite, desk: str) -> tuple[list[int], list[int]]:
    """The latencies of replies and of openings, in ms."""
    witness = Witness()
    async with person(browser, witness) as of_customer, person(browser, witness) as of_agent:
        agent = await Agent.sign_in(of_agent, desk, PRIYA)
        await agent.become_available()
        customer = await Customer.visit(of_customer, site.origin)
        await customer.open_chat()
        await customer.start("Media", "Hello")
        await agent.sees("Hello")
        dialog = await agent.open_close_dialog()
        await dialog.choose_status("Open")
        await dialog.send()
        await customer.has_become(1, "Open")
        replies = [await reply(agent.page, frame_of(customer.page), f"Reply {number}") for number in range(REPLIES)]
        openings = [await opening(customer.page, f"Reply {REPLIES - 1}") for _ in range(OPENINGS)]
        return replies, openings


async def reply(staff: Page, widget: Frame, text: str) -> int:
    """Send a reply from a staff page, and wait until the widget shows it."""
    shown = asyncio.create_task(widget.evaluate(SHOWN, text))
    sent: int = await staff.evaluate(SEND, text)
    at: int = await shown
    return at - sent


async def opening(page: Page, last: str) -> int:
    """Load the page anew, click on the button, and wait until the conversation shows its last reply."""
    await page.reload()
    button = page.locator("switchboard-chat").get_by_role("button").first
    await expect(page.frame_locator("switchboard-chat iframe").locator("body")).to_be_attached()
    minimize = page.frame_locator("switchboard-chat iframe").get_by_role("button", name="Minimize")
    if not await button.is_visible():
        await minimize.click()
        await page.reload()
        await expect(button).to_be_visible()
    clicked: int = await page.evaluate("() => Date.now()")
    await page.evaluate(CLICK)
    at: int = await frame_of(page).evaluate(SHOWN, last)
    return max(0, at - clicked)


def frame_of(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/widget" in frame.url)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
