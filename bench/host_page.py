"""The cost that the Chat button has for the page that embeds it, on a slow machine.

`python -m bench.host_page` starts a desk, a site of another origin and a Chromium whose processor is slowed by the
factor SLOWED. Chromium loads a page of the site, which contains the script. The chat then opens without a click. The
benchmark measures the layout shifts of the page, its tasks over 50 ms, and the bytes of the script. Tasks that ran
before the script arrived belong to the page itself, and are counted separately. The benchmark prints the figures as
JSON, and exits with 1 if a figure is over its limit. It requires what the tests require (`make test`), and packed
scripts that are up to date (`make vendor`).
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.chromium import Witness, chromium, person
from tests.browser.desk import PRIYA, HostSite, host_site, serving
from tests.browser.people import Customer
from widgets.shared.assets import ASSETS

SLOWED = 4
VISITS = 9
LOADER_BYTES = 4_096
LONG_MS = 50

# The frame is from another site and runs in its own process, so only the cost for the page counts.
WATCH = """
globalThis.shifts = 0;
globalThis.tasks = [];
const watch = (type, seen) => new PerformanceObserver((list) => list.getEntries().forEach(seen))
  .observe({ type, buffered: true });
watch('layout-shift', ({ value }) => { shifts += value; });
watch('longtask', ({ startTime, duration }) => tasks.push([startTime + duration, duration]));
addEventListener('load', () => setTimeout(() => globalThis.Switchboard?.('open'), 1_000));
"""
SEEN = """
(() => {
  const script = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/widget.js'));
  return [shifts, script.responseEnd, tasks];
})()
"""
LASTS_S = 6
"""Seconds that a visit lasts, long enough for the chat to load on the slowed processor."""


@dataclass(frozen=True, slots=True)
class Paid:
    """The cost for a page: the bytes of the script, the sum of the layout shifts in all visits, and the longest task in
    any visit."""

    loader_gzip_bytes: int
    layout_shift: float
    longest_task_ms: float
    """Duration of the longest task over 50 ms; 0 if no task was so long."""
    longest_task_before_the_script_ms: float
    loader_must_bytes: int = LOADER_BYTES
    layout_shift_must: float = 0
    longest_task_must_ms: int = LONG_MS

    @property
    def met(self) -> bool:
        """True if every figure is within its limit."""
        within = self.loader_gzip_bytes <= LOADER_BYTES and self.longest_task_ms <= LONG_MS
        return within and self.layout_shift == 0


@dataclass(frozen=True, slots=True)
class _Visit:
    shift: float
    longest: float
    longest_before: float


async def _visit(browser: Browser, site: HostSite) -> _Visit:
    async with person(browser, Witness()) as context:
        await context.add_init_script(WATCH)
        page = await context.new_page()
        line = await context.new_cdp_session(page)
        await line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        await page.goto(site.origin)
        await asyncio.sleep(LASTS_S)
        shift, arrived, tasks = await page.evaluate(SEEN)
        await expect(Customer(page).widget.get_by_role("button", name="Start the chat")).to_be_visible()
        return _Visit(
            shift,
            max((took for over, took in tasks if over > arrived), default=0.0),
            max((took for over, took in tasks if over <= arrived), default=0.0),
        )


async def measure() -> Paid:
    """Visit the page several times, each time with a new browser profile."""
    loader = gzip.compress(ASSETS.script_file("loader").read_bytes(), 9)
    with tempfile.TemporaryDirectory() as folder, host_site() as site:
        async with (
            serving(Path(folder) / "desk", [PRIYA], widget_on=site.origin) as desk,
            chromium() as browser,
        ):
            site.desk = desk.url
            visits = [await _visit(browser, site) for _ in range(VISITS)]
    return Paid(
        len(loader),
        round(sum(visit.shift for visit in visits), 4),
        max(visit.longest for visit in visits),
        max(visit.longest_before for visit in visits),
    )


def main() -> None:
    if not ASSETS.packed:
        print("The scripts are not packed as they are now: `make vendor` first.", file=sys.stderr)
    paid = asyncio.run(measure())
    print(json.dumps(asdict(paid), indent=2))
    sys.exit(0 if paid.met else 1)


if __name__ == "__main__":
    main()
