"""Answers and visits of readers in the database."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlmodel import col

from knowledge.adapters.tables import ArticleFeedbackRow, ArticleReadsRow, ArticleRow, ArticleTextRow
from knowledge.article import ORIGINAL, Section
from knowledge.needs import Judged, Missing
from storage.ports import Tx
from storage.upsert import insert_into


def add_reads(tx: Tx, counted: Mapping[tuple[int, int], int]) -> None:
    """Add to the numbers of visits. `counted` has them by article and day."""
    for (article, day), count in sorted(counted.items()):
        insert = insert_into(tx, ArticleReadsRow).values(article=article, day=day, count=count)
        more = col(ArticleReadsRow.count) + insert.excluded.count
        put = insert.on_conflict_do_update(index_elements=["article", "day"], set_={"count": more})
        tx.session.connection().execute(put)


def missing(tx: Tx, since: int, limit: int) -> list[Missing]:
    """At most `limit` comments on articles that were not useful, newest first."""
    query = (
        select(
            col(ArticleFeedbackRow.article),
            col(ArticleTextRow.title),
            col(ArticleFeedbackRow.comment),
            col(ArticleFeedbackRow.at),
        )
        .join(ArticleTextRow, col(ArticleTextRow.article) == col(ArticleFeedbackRow.article))
        .where(
            col(ArticleTextRow.locale) == ORIGINAL,
            col(ArticleFeedbackRow.at) > since,
            ~col(ArticleFeedbackRow.helpful),
            col(ArticleFeedbackRow.comment).is_not(None),
        )
        .order_by(col(ArticleFeedbackRow.at).desc())
        .limit(limit)
    )
    return [Missing(*row) for row in tx.session.execute(query)]


def most_read(tx: Tx, since_day: int, since: int, limit: int) -> list[Judged]:
    """At most `limit` published articles, most visited first, with their answers. `since_day` counts from the epoch."""
    reads = func.sum(col(ArticleReadsRow.count)).label("reads")
    query = (
        select(col(ArticleReadsRow.article), col(ArticleTextRow.title), reads)
        .join(ArticleTextRow, col(ArticleTextRow.article) == col(ArticleReadsRow.article))
        .join(ArticleRow, col(ArticleRow.id) == col(ArticleReadsRow.article))
        .where(col(ArticleTextRow.locale) == ORIGINAL, col(ArticleReadsRow.day) >= since_day)
        .where(col(ArticleRow.state) == "published")
        .group_by(col(ArticleReadsRow.article), col(ArticleTextRow.title))
        .order_by(reads.desc(), col(ArticleReadsRow.article))
        .limit(limit)
    )
    found = list(tx.session.execute(query))
    answers = _answers(tx, [row.article for row in found], since)
    return [Judged(row.article, row.title, *answers.get(row.article, (0, 0)), int(row.reads)) for row in found]


def often_read(tx: Tx, section: Section, since_day: int, limit: int) -> list[int]:
    """The ids of at most `limit` published articles of a section, most visited first."""
    reads = func.sum(col(ArticleReadsRow.count))
    query = (
        select(col(ArticleReadsRow.article))
        .join(ArticleRow, col(ArticleRow.id) == col(ArticleReadsRow.article))
        .where(col(ArticleReadsRow.day) >= since_day)
        .where(col(ArticleRow.state) == "published", col(ArticleRow.section) == section)
        .group_by(col(ArticleReadsRow.article))
        .order_by(reads.desc(), col(ArticleReadsRow.article))
        .limit(limit)
    )
    return list(tx.session.scalars(query))


def _answers(tx: Tx, ids: list[int], since: int) -> dict[int, tuple[int, int]]:
    """How many found each article useful, and how many did not."""
    yes = func.count().filter(col(ArticleFeedbackRow.helpful))
    query = (
        select(col(ArticleFeedbackRow.article), yes, func.count())
        .where(col(ArticleFeedbackRow.article).in_(ids), col(ArticleFeedbackRow.at) > since)
        .group_by(col(ArticleFeedbackRow.article))
    )
    return {article: (int(useful), int(count) - int(useful)) for article, useful, count in tx.session.execute(query)}
