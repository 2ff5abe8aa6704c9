"""The work of the demo's author: drafts, a planned article, a second version. And what readers miss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import col, select

from clock import Clock, zones
from knowledge.adapters.author_store import SqlAuthoring
from knowledge.adapters.needs import add_reads
from knowledge.adapters.store import SqlArticles
from knowledge.article import ORIGINAL, Article
from knowledge.authoring import Authoring
from knowledge.draft import Draft, Plan
from knowledge.rendering import rendered
from search.adapters.index import SqlIndex
from search.adapters.misses import SqlMisses
from search.adapters.tables import ArticleInsertionRow
from search.service import Index
from server.live.following.announcing import following_of
from server.live.knowledge.article_audience import ArticleAudience
from server.live.knowledge.searched_articles import SearchedArticles
from storage.ports import Tx
from ticketing.adapters.tables import TicketRow

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a text: `old` becomes `new`. `changed` is the author's line about it, empty for a draft."""

    source: str
    old: str
    new: str
    changed: str = ""


SECOND_VERSION = Edit(
    "spectra-ox/split-a-flight",
    "A line can have up to six *breaks*",
    "A line can have up to ten *breaks*",
    "a line can have ten breaks instead of six.",
)
CHANGED_DRAFT = Edit(
    "lumina/dashboard-is-empty",
    "If only one tile is empty, open its menu and choose **Check**.",
    "If only one tile is empty, open its menu and choose **Check sources**.",
)
NEW_DRAFT = Draft(
    ORIGINAL,
    "Changing the currency of an estimate",
    "What happens to rates, and what stays as it is.",
    """\
An estimate keeps the currency with which it was begun. To change it, copy the estimate and choose the other currency.

1. Open the estimate and choose **Copy**.
2. Under **Currency**, choose the new one. Rates are converted at the day’s rate of your company.
3. Compare both totals before you delete the old estimate.

## Still to write

- Which rate counts for an order that is already approved
""",
)
PLANNED = Draft(
    ORIGINAL,
    "Order deadlines before the holidays",
    "Stations close early in the last weeks of the year. When to send orders and changes.",
    """\
Stations answer later than usual in the last two weeks of December. Send orders and changes by these times:

| For spots that run | Send the order by | Changes by |
|---|---|---|
| December 21 – 24 | December 14 | December 17 |
| December 25 – 31 | December 16 | December 21 |
| January 1 – 6 | December 21 | December 23 |

An order that comes later is answered from January 4. [Contacts](/contacts) lists our hours on the holidays.
""",
)
ANSWERS: tuple[tuple[str, int, str | None], ...] = (
    ("spectra-ox/who-can-patch", 6, "How do I find out who the order administrator of my company is?"),
    ("spectra-ox/who-can-patch", 3, "It does not say what happens to orders that two stations share."),
    ("spectra-ds/export-is-slow", 2, "My export stops at 99 %. The article does not mention this."),
    ("spectra-ds/export-is-slow", 1, None),
    ("lumina/dashboard-is-empty", 4, "I do not see a menu on the tile."),
)
"""Answers "No": the article, how many days ago, and what was missing."""
NOT_FOUND = (
    ("change currency", "Spectra OX", 9, 1),
    ("archive a campaign", "Lumina", 5, 2),
    ("dark theme", "", 4, 3),
    ("import from mediaocean", "Spectra DS", 2, 6),
)
"""Searches without a result: the words, the product, how often, and how many days ago at last."""
READS = (
    ("spectra-ox/flight-dates-overlap", 64, 11),
    ("spectra-ds/export-is-slow", 41, 4),
    ("spectra-ox/who-can-patch", 37, 3),
    ("lumina/dashboard-is-empty", 23, 5),
    ("spectra-ox/first-order", 18, 7),
)
"""How often an article was opened, and how many readers found it useful."""
INSERTED = (("spectra-ox/flight-dates-overlap", 4), ("spectra-ds/export-is-slow", 2))
"""How often agents inserted an article into an answer."""


def add_authors_work(tx: Tx, author: str, clock: Clock, zone: str) -> None:
    """Articles as `author`, the id of a member of staff, left them, and what readers said about some."""
    now, store = clock(), SqlArticles()
    sources = {answer[0] for answer in ANSWERS} | {read[0] for read in READS} | {one[0] for one in INSERTED}
    sources |= {SECOND_VERSION.source, CHANGED_DRAFT.source}
    ids = {source: article.id for source, article in store.by_source(tx, sources).items()}
    if ids.keys() != sources:
        # Another hours file has other products, so some articles are not there.
        return
    following = following_of(clock)
    audience = ArticleAudience(SearchedArticles(store, Index(SqlIndex())), following)
    authoring = Authoring(SqlAuthoring(), store, audience)
    for id_ in sorted(ids.values()):
        authoring.change(tx, id_, lambda article: replace(article, owner=author), now - 3 * _DAY_MS)
    _publish(tx, authoring, ids[SECOND_VERSION.source], SECOND_VERSION, author, now - _HOUR_MS)
    _save(tx, authoring, ids[CHANGED_DRAFT.source], CHANGED_DRAFT, author, now - 2 * _HOUR_MS)
    guide = Article(source="", product="Spectra OX", section="faqs", topic="Estimates", visibility="public")
    authoring.create(tx, guide, NEW_DRAFT, author, now - _DAY_MS)
    planned = authoring.create(tx, replace(guide, topic="Orders and flights"), PLANNED, author, now - 5 * _HOUR_MS)
    authoring.plan(tx, planned, ORIGINAL, Plan(_morning(now, zone), "", True, author), now)
    _readers(tx, store, ids, now)
    _agents(tx, ids, now)


def _edited(tx: Tx, authoring: Authoring, id_: int, edit: Edit) -> Draft:
    present = authoring.work(tx, id_).present(ORIGINAL)
    assert edit.old in present.body, edit.source
    return replace(present, body=present.body.replace(edit.old, edit.new))


def _save(tx: Tx, authoring: Authoring, id_: int, edit: Edit, author: str, now: int) -> Draft:
    draft = _edited(tx, authoring, id_, edit)
    return authoring.save(tx, id_, draft, None, author, now).present(ORIGINAL)


def _publish(tx: Tx, authoring: Authoring, id_: int, edit: Edit, author: str, now: int) -> None:
    draft = _save(tx, authoring, id_, edit, author, now)
    authoring.publish(tx, id_, draft, rendered(draft.body), edit.changed, False, author, now)


def _morning(now: int, zone: str) -> int:
    """09:00 two days later, in ms since the epoch."""
    day = zones.local(now, zone).date() + timedelta(days=2)
    return zones.moment_of(datetime.combine(day, time(9)), zone)


def _readers(tx: Tx, store: SqlArticles, ids: dict[str, int], now: int) -> None:
    for number, (source, days, comment) in enumerate(ANSWERS):
        store.say_useful(tx, ids[source], _reader(f"no {number}"), False, comment, now - days * _DAY_MS, None)
    for source, count, useful in READS:
        for number in range(useful):
            said_at = now - (1 + number) * _DAY_MS
            store.say_useful(tx, ids[source], _reader(f"yes {number}"), True, None, said_at, None)
        add_reads(tx, {(ids[source], now // _DAY_MS - 1): count})
    for words, product, count, days in NOT_FOUND:
        for _ in range(count):
            SqlMisses().note(tx, words, ORIGINAL, product, now - days * _DAY_MS)


def _agents(tx: Tx, ids: dict[str, int], now: int) -> None:
    """Agents inserted articles into the answers of some solved tickets. The tickets stayed solved, except the first."""
    query = select(col(TicketRow.number)).where(col(TicketRow.status) == "solved").order_by(col(TicketRow.number))
    tickets = list(tx.session.scalars(query.limit(sum(count for _, count in INSERTED))))
    articles = [ids[source] for source, count in INSERTED for _ in range(count)]
    for days, (article, ticket) in enumerate(zip(articles, tickets, strict=False), start=1):
        tx.session.add(
            ArticleInsertionRow(
                article=article,
                place=f"ticket:{ticket}",
                how="link",
                at=now - days * _DAY_MS,
                state="not_helped" if days == 1 else "helped",
                due_at=now - days * _DAY_MS,
            )
        )


def _reader(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"a reader of the demo: {name}"))
