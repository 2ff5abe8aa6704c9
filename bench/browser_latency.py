"""The latency of a customer's message from browser to browser.

`python -m bench.browser_latency` starts a desk and a Chromium with a customer's page and an agent's console. It
measures the time from the key press that sends a message until the agent's console has painted the message. It prints
the figures as JSON, and exits with 1 if the median is over MUST_MS. It requires what the tests require (`make test`).
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser.chromium import Witness, chromium, person
from tests.browser.desk import PRIYA, HostSite, host_site, serving
from tests.browser.people import Agent, Customer

MESSAGES = 50
WARM_UP = 5
MUST_MS = 100

# Both pages read the machine's clock, in whole milliseconds.
WATCH = """
() => {
  globalThis.shownAt = new Map();
  const painted = (then) => requestAnimationFrame(() => setTimeout(then));
  const note = (text) => painted(() => shownAt.has(text) || shownAt.set(text, Date.now()));
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const added of addedNodes) {
      if (added instanceof Element) for (const bubble of added.querySelectorAll('.bubble')) note(bubble.textContent);
    }
  }).observe(document.getElementById('scroller'), { childList: true, subtree: true });
}
"""
STAMP = """
(box) => {
  globalThis.sentAt = new Map();
  const stamp = ({ key }) => key === 'Enter' && sentAt.set(box.value, Date.now());
  box.addEventListener('keydown', stamp, { capture: true });
}
"""


async def main() -> int:
    """Run the benchmark and return the exit status."""
    with tempfile.TemporaryDirectory() as folder, host_site() as site:
        async with serving(Path(folder), [PRIYA], widget_on=site.origin) as desk, chromium() as browser:
            site.desk = desk.url
            taken = await measure(browser, site, desk.url)
    taken.sort()
    median = statistics.median(taken)
    figures = {
        "messages": len(taken),
        "median_ms": median,
        "p95_ms": taken[int(len(taken) * 0.95)],
        "max_ms": taken[-1],
        "must_ms": MUST_MS,
    }
    print(json.dumps(figures))
    return 1 if median > MUST_MS else 0


async def measure(browser: Browser, site: HostSite, desk: str) -> list[int]:
    """The latencies of MESSAGES messages, in ms."""
    witness = Witness()
    async with person(browser, witness) as of_customer, person(browser, witness) as of_agent:
        agent = await Agent.sign_in(of_agent, desk, PRIYA)
        await agent.become_available()
        customer = await Customer.visit(of_customer, site.origin)
        await customer.open_chat()
        await customer.start("Media", "Hello")
        await agent.sees("Hello")
        await agent.page.evaluate(WATCH)
        box = customer.widget.get_by_label("Message", exact=True)
        await box.evaluate(STAMP)
        taken: list[int] = []
        for number in range(WARM_UP + MESSAGES):
            text = f"Message {number}"
            await customer.write(text)
            shown = await shown_at(agent.page, text)
            sent: int = await box.evaluate("(box, text) => sentAt.get(text)", text)
            taken.append(shown - sent)
        return taken[WARM_UP:]


async def shown_at(page: Page, text: str) -> int:
    """Wait until `text` is on the agent's screen, and return the time at which it appeared."""
    found = await page.wait_for_function("(text) => shownAt.get(text)", arg=text)
    at: int = await found.json_value()
    return at


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
