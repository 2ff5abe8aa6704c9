"""`make bench ARGS=review`: the time until the next chat is on the screen, for a supervisor who reviews by keyboard.

A desk has CHATS chats of yesterday to review, each with LINES messages. In a Chromium without a window, a script gives
each chat a full scorecard and confirms its code. It presses the keys without pauses, as soon as a chat is on the
screen. The benchmark measures the time from the key that saves a judgement until the messages of the next chat are
painted. The server runs on one core, the browser on the other.

Writes `bench/out/review.md`. With `--write`, also writes the table into `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from playwright.async_api import Page, expect

from bench import command, processes
from bench.command import Made
from bench.databases import NAMES, opened
from bench.figures import Void, percentile
from bench.processes import Cores
from storage.ports import Dialect
from tests.browser.chromium import Witness, chromium, person
from tests.browser.desk import HOURS, add
from tests.browser.people import Agent
from tests.browser.reviewing import INES, chats_to_review, yesterday
from tests.running import running

CHATS = 50
LINES = 20
MUST_MS = 100.0
"""Limit of the 95th percentile, in ms."""
# A chat is on the screen once its number and its messages are painted.
WATCH = """
() => {
  globalThis.taken = [];
  const shown = () => document.querySelector('.rv-scroll .bubble')
    ? document.querySelector('.rv-head h2')?.textContent : '';
  addEventListener('keydown', ({ key, timeStamp }) => {
    if (key !== 'Enter') return;
    const before = shown();
    const look = () => {
      const now = shown();
      if (now && now !== before) setTimeout(() => { taken.push(performance.now() - timeStamp); });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { capture: true });
}
"""


def measure(cores: Cores, dialect: Dialect, *, chats: int = CHATS) -> list[float]:
    """The time of each chat but the first, in ms."""
    folder = cores.out / f"review-{dialect}"
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "data"
    data.mkdir(mode=0o700, parents=True)
    try:
        with opened(dialect, data) as database:
            processes.migrate(data, database.url)
            asyncio.run(_seed(data, database.url, chats))
            more = processes.database_settings(database.url)
            with processes.serving(cores, data, HOURS, more=more) as server:
                return asyncio.run(_reviewed(f"http://127.0.0.1:{server.port}", chats))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _seed(data: Path, url: str | None, chats: int) -> None:
    clock, hours = yesterday(), data.with_name("hours.yaml")
    hours.write_text(HOURS)
    async with running(data, clock, url, hours=hours) as desk:
        await desk.desk.storage.write(partial(add, one=INES, known=["media", "finance"], now=clock()))
        await chats_to_review(desk, clock, chats, lines=LINES)


async def _reviewed(url: str, chats: int) -> list[float]:
    witness = Witness()
    async with chromium() as browser, person(browser, witness) as context:
        page = (await Agent.at_console(context, url, INES)).page
        await page.goto(f"{url}/review")
        await expect(page.locator(".rv-scroll .bubble").first).to_be_visible()
        await page.evaluate(WATCH)
        for done in range(1, chats):
            for key in ("a", "y", "Enter"):
                await page.keyboard.press(key)
            await page.wait_for_function("(done) => taken.length >= done", arg=done, polling="raf")
        taken: list[float] = await page.evaluate("taken")
        await _all_saved(page, chats)
    if faults := witness.faults():
        raise Void(f"the page reported faults: {faults}")
    return taken


async def _all_saved(page: Page, chats: int) -> None:
    """Judge the last chat, and wait until the page is done."""
    for key in ("a", "Enter"):
        await page.keyboard.press(key)
    await expect(page.locator("review-foot")).to_contain_text("Saved")
    await expect(page.locator(".rv-story .empty")).to_contain_text(f"{chats} chats in")


def page(found: Mapping[Dialect, Sequence[float]], made: Made) -> str:
    """The figures as Markdown text, to put between the marks of this benchmark in `docs/benchmarks.md`."""
    rows = "\n".join(
        f"| {NAMES[dialect]} | {percentile(taken, 50):.0f} ms | {percentile(taken, 95):.0f} ms | {max(taken):.0f} ms |"
        for dialect, taken in found.items()
    )
    met = all(percentile(taken, 95) <= MUST_MS for taken in found.values())
    count = min(len(taken) for taken in found.values())
    return (
        "| database | the next chat is on the screen after, median | 95th percentile | slowest |\n"
        f"|---|---|---|---|\n{rows}\n\n"
        f"Must: ≤ {MUST_MS:g} ms for 95 % of {count} chats: {'met' if met else 'missed'}. {made.foot()}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    options = command.parser("review", "The review of a day.")
    return command.run_on_each("review", options, arguments, lambda _, cores, dialect: measure(cores, dialect), page)


if __name__ == "__main__":
    sys.exit(main())
