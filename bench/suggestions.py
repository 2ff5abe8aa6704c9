"""The time from a letter that somebody types into the search of the Help Center until its suggestions are painted.

`python -m bench.suggestions` starts a desk whose search has ARTICLES articles (`bench.manuals`), or as many as
`--articles` says, and a Chromium with the page of the search. It types words of the articles' titles, letter by letter,
each letter after the suggestions for the one before it are painted. It prints the figures of ROUNDS rounds as JSON, and
exits with 1 if the median of their medians is over MUST_MS. It requires what the tests require (`make test`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page
from playwright.async_api import TimeoutError as NotShown

from bench.databases import FILE
from bench.manuals import SEED, articles
from bench.search import fill
from storage.opening import open_storage
from tests.browser.chromium import Witness, chromium, person
from tests.browser.desk import PRIYA, prepared

ARTICLES = 10_000
ROUNDS = 5
WORDS = 8
"""Words of a round."""
LETTERS = 7
MUST_MS = 60
WAIT_MS = 2_000

WATCH = """
() => {
  const field = document.querySelector('form[data-suggest] input[type=search]');
  globalThis.typedAt = 0;
  globalThis.shown = [];
  field.addEventListener('input', () => { typedAt = performance.now(); }, { capture: true });
  const painted = (then) => requestAnimationFrame(() => setTimeout(then));
  new MutationObserver((changes) => {
    if (!changes.some(({ addedNodes }) => addedNodes.length)) return;
    const value = field.value, began = typedAt;
    painted(() => shown.push([value, performance.now() - began]));
  }).observe(document.querySelector('[role=listbox]'), { childList: true });
}
"""


async def main(count: int) -> int:
    """Run the benchmark with this many articles. Returns the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        desk = await prepared(Path(folder), [PRIYA], limits="off")
        storage = await open_storage(f"sqlite:///{Path(folder, 'data', FILE)}")
        try:
            await fill(storage, articles(count))
        finally:
            await storage.close()
        await desk.start()
        try:
            async with chromium() as browser:
                rounds = [sorted(await measure(browser, desk.url, count, number)) for number in range(ROUNDS)]
        finally:
            desk.close()
    medians = [statistics.median(taken) for taken in rounds]
    median = statistics.median(medians)
    slow = [taken[int(len(taken) * 0.95)] for taken in rounds]
    figures = {
        "articles": count,
        "letters": sum(map(len, rounds)),
        "median_ms": round(median, 1),
        "medians_ms": [round(one, 1) for one in sorted(medians)],
        "p95_ms": round(statistics.median(slow), 1),
        "p95s_ms": [round(one, 1) for one in sorted(slow)],
        "must_ms": MUST_MS,
    }
    print(json.dumps(figures))
    return 1 if median > MUST_MS else 0


async def measure(browser: Browser, desk: str, count: int, number: int) -> list[float]:
    """The times of one round, in ms, in a new browser."""
    titles = [word for article in articles(count) for word in article.title.split() if len(word) >= LETTERS]
    words = random.Random(SEED + number).sample([word for word in titles if word.isalpha()], WORDS + 1)
    async with person(browser, Witness()) as own:
        page = await own.new_page()
        await page.goto(f"{desk}/search")
        await page.wait_for_selector("[role=listbox]", state="attached")
        await page.evaluate(WATCH)
        await typed(page, words[0])
        return [time for word in words[1:] for time in await typed(page, word)]


async def typed(page: Page, word: str) -> list[float]:
    """Type a word. Returns the time of each letter that has suggestions."""
    field = page.locator("form[data-suggest] input[type=search]").first
    await field.fill("")
    taken = []
    for at in range(1, LETTERS + 1):
        await field.press_sequentially(word[at - 1])
        if at < 2:
            continue
        try:
            found = await page.wait_for_function(
                "(value) => shown.find(([of]) => of === value)?.[1]", arg=word[:at], timeout=WAIT_MS
            )
        except NotShown:
            continue
        taken.append(float(await found.json_value()))
        await page.evaluate("() => { shown.length = 0; }")
    return taken


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.suggestions")
    options.add_argument("--articles", type=int, default=ARTICLES)
    sys.exit(asyncio.run(main(options.parse_args().articles)))
