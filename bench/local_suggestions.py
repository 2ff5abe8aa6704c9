"""`python -m bench.local_suggestions`: how often the desk suggests the right article by itself, and how long it takes.

Questions in customers' words are searched in the English articles of the demo, as for a suggested reply. The rules for
texts were chosen on QUESTIONS. OTHERS were written before the rules, and are a check of them. All are invented and few,
so the figures say that the suggestions work, not how well they would do on another desk.

The same questions are timed among ten thousand articles of foreign manuals. `--as-query` searches them as a query of
words. Prints a table.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.databases import DIALECTS, NAMES, migrated
from bench.manuals import articles
from bench.search import ARTICLES, fill
from knowledge.adapters.front_matter import read
from search.adapters.index import SqlIndex
from search.adapters.words import WordsInMemory
from search.document import Document, Kind
from search.finding import Asked, Finder
from search.reader import Reader
from server.demo.articles import FOLDER
from server.live.assist.assisting import SOURCES
from storage.opening import open_storage
from storage.ports import Dialect, Storage

NOW = 1_764_000_000_000
MUST_MS = 50
"""Maximum 95th percentile of the time of a question among ARTICLES articles."""
ROUNDS = 5
_ARTICLES: tuple[Kind, ...] = ("article",)
QUESTIONS: Mapping[str, str] = {
    "I get an error that two lines run on the same days": "spectra-ox/flight-dates-overlap.md",
    "Someone signed off my order already, can its dates still change?": "spectra-ox/move-a-flight.md",
    "How do I leave out Christmas week in the middle of a flight?": "spectra-ox/split-a-flight.md",
    "The station missed a spot and offers us another one, what do I do?": "spectra-ox/make-goods.md",
    "Our client got the same bill two times": "spectra-ox/invoice-sent-twice.md",
    "I want to reuse what we planned in 2025 for this year": "spectra-ox/copy-last-years-estimate.md",
    "My colleague should be able to see my estimate": "spectra-ox/share-an-estimate.md",
    "Since the update I cannot find my estimate": "spectra-ox/estimate-after-an-upgrade.md",
    "After the login page it sends me back to the login page again and again": "spectra-ox/sign-in-loop.md",
    "Which format should I choose for the download?": "spectra-ox/csv-or-excel.md",
    "The estimate is read only, who can open it?": "spectra-ox/what-locks-an-estimate.md",
    "We are two people on this order, who has to approve it?": "spectra-ox/two-buyers-one-order.md",
    "Is there somebody who can patch our order today?": "spectra-ox/who-can-patch.md",
    "I am new, how do I create an order?": "spectra-ox/first-order.md",
    "The invoice export has columns for taxes that I do not understand": "spectra-ox/tax-columns.md",
    "What are the steps at the end of the month?": "spectra-ox/closing-a-month.md",
    "Are there keyboard shortcuts for the buy sheet?": "spectra-ox/quick-card-keys.md",
    "The invoice and the order do not agree": "spectra-ox/reconciliation.md",
    "I forgot my password for Lumina": "lumina/reset-a-password.md",
    "Please give our new planner access to Lumina": "lumina/add-a-user.md",
    "My dashboard shows nothing today": "lumina/dashboard-is-empty.md",
    "I do not see Tucson when I choose a market": "lumina/new-market.md",
    "Which permissions does a viewer have?": "lumina/quick-card-roles.md",
    "The ratings of last week are not there yet": "spectra-ds/ratings-missing.md",
    "It takes twenty minutes until my export is ready": "spectra-ds/export-is-slow.md",
    "We buy in Toronto and Montreal now, how do I add them?": "spectra-ds/canadian-markets.md",
    "How can I see provincial taxes in the export?": "spectra-ds/gst-qst-hst.md",
    "The same spot appears two times in the list": "spectra-ds/spots-listed-twice.md",
    "Where did the old reports go, and how do I move them?": "spectra-ds/new-report-builder.md",
    "How do I change the dates of an estimate?": "spectra-ds/estimate-flight-dates.md",
}
"""Questions, and the article that answers each."""
OTHERS: Mapping[str, str] = {
    "A person in our team needs a login for Lumina": "lumina/add-a-user.md",
    "The figures in my dashboard are from last month": "lumina/dashboard-is-empty.md",
    "How can I build my own dashboard?": "lumina/dashboards.md",
    "Can I use our company account to sign in to Lumina?": "lumina/sign-in.md",
    "Who is allowed to edit CFILE?": "spectra-ds/cfile.md",
    "What does the code in this CFILE field mean?": "spectra-ds/quick-card-cfile.md",
    "I need a report with costs by station, how do I make one?": "spectra-ds/report-builder.md",
    "Who has to approve an order when there are two buyers?": "spectra-ox/two-buyers-one-order.md",
    "What happens to an order after I send it?": "spectra-ox/what-an-order-goes-through.md",
    "The order shows an error code, what does it mean?": "spectra-ox/quick-card-errors.md",
    "Can you correct the price on an approved order?": "spectra-ox/patching.md",
    "Finance asks what to do at month end": "spectra-ox/quick-card-month-end.md",
    "How do I turn a brief from a client into a plan?": "lumina/from-brief-to-plan.md",
    "What is the difference between Spectra OX and Lumina?": "spectra-ox/about.md",
    "A planner in another office cannot open my estimate": "spectra-ox/share-an-estimate.md",
    "The page stays white after I sign in": "spectra-ox/sign-in-loop.md",
    "My password does not work any more": "lumina/reset-a-password.md",
    "Copy an estimate from the year before": "spectra-ox/copy-last-years-estimate.md",
}


@dataclass(frozen=True, slots=True)
class Suggested:
    """How many questions found their article first, and among SOURCES. Times in ms, in ascending order."""

    questions: int
    first: int
    among: int
    times: Sequence[float]

    def percentile(self, part: int) -> float:
        return self.times[(len(self.times) - 1) * part // 100]


def documents(folder: Path = FOLDER) -> list[Document]:
    """The English articles that everybody may read."""
    found = list[Document]()
    for file in sorted(folder.glob("*/*.md")):
        page = read(file.name, file.read_text(encoding="utf-8"))
        front = page.front
        if front.locale != "en" or front.visibility != "public":
            continue
        found.append(
            Document(
                kind="article",
                source=f"{file.parent.name}/{file.name}",
                locale="en",
                title=front.title,
                headings="\n".join(line.lstrip("# ") for line in page.body.splitlines() if line.startswith("#")),
                body=f"{front.summary}\n{page.body}",
                labels=" ".join((*front.labels, front.topic, front.product or "")),
                product=front.product,
                section=front.section or "articles",
                address=f"/articles/{len(found) + 1}-{file.stem}",
                visibility="public",
                updated_at=NOW,
            )
        )
    return found


async def suggested(
    storage: Storage, questions: Mapping[str, str], *, sentences: bool = True, rounds: int = 1
) -> Suggested:
    finder, times, first, among = Finder(SqlIndex(), WordsInMemory()), list[float](), 0, 0
    await storage.read(partial(finder.find, asked=Asked(q="index", reader=Reader())), "heavy")
    for round_ in range(rounds):
        for question, right in questions.items():
            asked = Asked(q=question, reader=Reader(), kinds=_ARTICLES, limit=SOURCES, sentences=sentences)
            began = time.perf_counter()
            found = await storage.read(partial(finder.find, asked=asked), "heavy")
            times.append((time.perf_counter() - began) * 1000)
            sources = [result.document.source for result in found.results]
            first += round_ == 0 and sources[:1] == [right]
            among += round_ == 0 and right in sources
    return Suggested(len(questions), first, among, sorted(times))


async def _measured(url: str, given: Sequence[Document], *, sentences: bool, rounds: int) -> list[Suggested]:
    storage = await open_storage(url)
    try:
        await fill(storage, given)
        return [
            await suggested(storage, questions, sentences=sentences, rounds=rounds) for questions in (QUESTIONS, OTHERS)
        ]
    finally:
        await storage.close()


def _of_database(dialect: Dialect, given: Sequence[Document], *, sentences: bool, rounds: int) -> list[Suggested]:
    with migrated(dialect) as (_, url):
        return asyncio.run(_measured(url, given, sentences=sentences, rounds=rounds))


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(prog="python -m bench.local_suggestions")
    options.add_argument("--articles", type=int, default=ARTICLES, metavar="N", help="0: do not time")
    options.add_argument("--as-query", action="store_true", help="search the questions as queries of words")
    options.add_argument("--database", action="append", choices=DIALECTS, help="default: both")
    given = options.parse_args(arguments)
    print("| database | articles | questions | first | among three | median ms | p95 ms |")
    print("|---|---|---|---|---|---|---|")
    for dialect in given.database or DIALECTS:
        demo = documents()
        for docs in [demo, [*demo, *articles(given.articles)]] if given.articles else [demo]:
            rows = _of_database(dialect, docs, sentences=not given.as_query, rounds=1 if docs is demo else ROUNDS)
            for name, one in zip(("chosen on", "for a check"), rows, strict=True):
                found = f"{one.first} | {one.among}" if docs is demo else " | "
                times = f"{one.percentile(50):.0f} | {one.percentile(95):.0f}"
                print(f"| {NAMES[dialect]} | {len(docs):,} | {one.questions}, {name} | {found} | {times} |", flush=True)
    print(f"\nMust: a 95th percentile of at most {MUST_MS} ms among {ARTICLES:,} articles.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
