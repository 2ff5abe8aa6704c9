"""Lists of what authors may want to write next: what readers missed, asked for and read, and what agents insert."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import col

from knowledge.adapters.needs import missing, most_read
from knowledge.adapters.tables import ArticleTextRow
from knowledge.article import ORIGINAL
from knowledge.needs import DAYS, Asked, Inserted, Needs
from search.adapters.tables import ArticleInsertionRow, SearchMissRow
from storage.ports import Tx

DAY_MS = 86_400_000
LINES_MAX = 25


def needs_of(tx: Tx, now: int) -> Needs:
    """The lists of the last DAYS days, each with at most LINES_MAX lines."""
    since = now - DAYS * DAY_MS
    return Needs(
        missing(tx, since, LINES_MAX),
        _asked(tx, since),
        _inserted(tx, since),
        most_read(tx, since // DAY_MS, since, LINES_MAX),
    )


def _asked(tx: Tx, since: int) -> list[Asked]:
    query = (
        select(
            col(SearchMissRow.words),
            col(SearchMissRow.locale),
            func.sum(col(SearchMissRow.count)),
            func.max(col(SearchMissRow.last_at)),
        )
        .where(col(SearchMissRow.last_at) > since)
        .group_by(col(SearchMissRow.words), col(SearchMissRow.locale))
        .order_by(func.sum(col(SearchMissRow.count)).desc(), col(SearchMissRow.words))
        .limit(LINES_MAX)
    )
    return [Asked(words, locale, int(count), last_at) for words, locale, count, last_at in tx.session.execute(query)]


def _inserted(tx: Tx, since: int) -> list[Inserted]:
    helped = func.count().filter(col(ArticleInsertionRow.state) == "helped")
    query = (
        select(col(ArticleInsertionRow.article), col(ArticleTextRow.title), func.count(), helped)
        .join(ArticleTextRow, col(ArticleTextRow.article) == col(ArticleInsertionRow.article))
        .where(col(ArticleTextRow.locale) == ORIGINAL, col(ArticleInsertionRow.at) > since)
        .group_by(col(ArticleInsertionRow.article), col(ArticleTextRow.title))
        .order_by(func.count().desc(), col(ArticleInsertionRow.article))
        .limit(LINES_MAX)
    )
    return [Inserted(*row) for row in tx.session.execute(query)]
