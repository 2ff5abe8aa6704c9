"""Articles in the database: `knowledge.ports.Store` on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace

import msgspec
from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlmodel import col

from knowledge.adapters.tables import ArticleFeedbackRow, ArticleRow, ArticleTextRow, ArticleVersionRow
from knowledge.article import Article, Reader, Section, Text
from knowledge.ports import Filter, Line, Order, Stored
from knowledge.rendering import Heading
from storage.ports import Tx
from storage.upsert import insert_into

_TEXT = tuple(field.name for field in fields(Text))
_labels = msgspec.json.Decoder(tuple[str, ...])
_headings = msgspec.json.Decoder(list[Heading])
_ORDERS: Mapping[Order, Sequence[str]] = {
    "position": ("product", "section", "position", "id"),
    "created_at": ("id",),
    "updated_at": ("updated_at", "id"),
}
_LINE = select(
    ArticleRow,
    col(ArticleTextRow.locale),
    col(ArticleTextRow.title),
    col(ArticleTextRow.summary),
    col(ArticleTextRow.minutes),
    col(ArticleTextRow.published_at),
    col(ArticleTextRow.updated_at),
).join(ArticleTextRow, col(ArticleTextRow.article) == col(ArticleRow.id))


class SqlArticles:
    def by_source(self, tx: Tx, sources: Collection[str]) -> dict[str, Article]:
        query = select(ArticleRow).where(col(ArticleRow.source).in_(sorted(sources)))
        return {row.source: article_of(row) for row in tx.session.scalars(query)}

    def put(self, tx: Tx, article: Article, now: int) -> int:
        values = {name: value for name, value in asdict(article).items() if name != "id"}
        values |= {"labels": msgspec.json.encode(article.labels).decode(), "created_at": now, "updated_at": now}
        insert = insert_into(tx, ArticleRow).values(values)
        changed = {name: insert.excluded[name] for name in values if name not in ("source", "created_at")}
        put = insert.on_conflict_do_update(index_elements=["source"], set_=changed)
        id_ = tx.session.connection().execute(put.returning(col(ArticleRow.id))).scalar_one()
        return int(id_ or 0)

    def article(self, tx: Tx, id_: int) -> Article | None:
        row = tx.session.get(ArticleRow, id_)
        return article_of(row) if row is not None else None

    def texts(self, tx: Tx, id_: int) -> dict[str, Text]:
        query = select(ArticleTextRow).where(col(ArticleTextRow.article) == id_)
        return {row.locale: _text(row) for row in tx.session.scalars(query)}

    def stored(self, tx: Tx, id_: int) -> dict[str, Stored]:
        return self.stored_of(tx, [id_]).get(id_, {})

    def stored_of(self, tx: Tx, ids: Collection[int]) -> dict[int, dict[str, Stored]]:
        found = defaultdict[int, dict[str, Stored]](dict)
        for row in tx.session.scalars(select(ArticleTextRow).where(col(ArticleTextRow.article).in_(sorted(ids)))):
            found[row.article][row.locale] = Stored(_text(row), row.html, _headings.decode(row.headings), row.minutes)
        return found

    def put_text(self, tx: Tx, id_: int, stored: Stored, by: str | None) -> None:
        text = stored.text
        headings = msgspec.json.encode(stored.headings).decode()
        row = {"article": id_, "html": stored.html, "headings": headings, "minutes": stored.minutes, **asdict(text)}
        insert = insert_into(tx, ArticleTextRow).values(row)
        changed = {name: insert.excluded[name] for name in row if name not in ("article", "locale", "published_at")}
        connection = tx.session.connection()
        connection.execute(insert.on_conflict_do_update(index_elements=["article", "locale"], set_=changed))
        version = {name: value for name, value in asdict(text).items() if name in ArticleVersionRow.model_fields}
        connection.execute(insert_into(tx, ArticleVersionRow).values(article=id_, at=text.updated_at, by=by, **version))

    def set_of_original(self, tx: Tx, id_: int, locale: str, version: int) -> None:
        one = (col(ArticleTextRow.article) == id_, col(ArticleTextRow.locale) == locale)
        tx.session.execute(update(ArticleTextRow).where(*one).values(of_original=version))

    def lines(self, tx: Tx, reader: Reader, product: str | None) -> list[Line]:
        query = _LINE.where(col(ArticleRow.state) == "published", _may_read(reader))
        if product is not None:
            query = query.where(col(ArticleRow.product) == product)
        ordered = query.order_by(
            col(ArticleRow.product), col(ArticleRow.section), col(ArticleRow.position), col(ArticleRow.id)
        )
        return [Line(article_of(row), *rest) for row, *rest in tx.session.execute(ordered)]

    def page(self, tx: Tx, reader: Reader, wanted: Filter, after: int, limit: int) -> list[Line]:
        has_text = exists().where(col(ArticleTextRow.article) == col(ArticleRow.id))
        shown = (col(ArticleRow.state) == "published", _may_read(reader), *_of_filter(wanted), has_text)
        ids = select(col(ArticleRow.id)).where(col(ArticleRow.id) > after, *shown)
        some = ids.order_by(col(ArticleRow.id)).limit(limit).subquery()
        query = _LINE.where(col(ArticleRow.id).in_(select(some.c.id)))
        ordered = query.order_by(col(ArticleRow.id), col(ArticleTextRow.locale))
        return [Line(article_of(row), *rest) for row, *rest in tx.session.execute(ordered)]

    def some(self, tx: Tx, reader: Reader, ids: Collection[int]) -> list[Line]:
        query = _LINE.where(col(ArticleRow.state) == "published", _may_read(reader), col(ArticleRow.id).in_(ids))
        return [Line(article_of(row), *rest) for row, *rest in tx.session.execute(query)]

    def ids(
        self, tx: Tx, reader: Reader, wanted: Filter, order: Order, limit: int, *, falls: bool = False
    ) -> list[int]:
        has_text = exists().where(col(ArticleTextRow.article) == col(ArticleRow.id))
        shown = (col(ArticleRow.state) == "published", _may_read(reader), *_of_filter(wanted), has_text)
        columns = [getattr(ArticleRow, name) for name in _ORDERS[order]]
        ordered = [column.desc() for column in columns] if falls else columns
        return list(tx.session.scalars(select(col(ArticleRow.id)).where(*shown).order_by(*ordered).limit(limit)))

    def articles(self, tx: Tx, ids: Collection[int]) -> dict[int, Article]:
        rows = tx.session.scalars(select(ArticleRow).where(col(ArticleRow.id).in_(sorted(ids))))
        return {article.id: article for article in map(article_of, rows)}

    def topics(self, tx: Tx, reader: Reader) -> list[tuple[str, Section, str]]:
        columns = (col(ArticleRow.product), col(ArticleRow.section), col(ArticleRow.topic))
        shown = (col(ArticleRow.state) == "published", col(ArticleRow.topic) != "", _may_read(reader))
        rows = tx.session.execute(select(*columns).where(*shown).distinct().order_by(*columns))
        return [(product, section, topic) for product, section, topic in rows]

    def counts(self, tx: Tx, reader: Reader) -> Mapping[str, Mapping[str, int]]:
        query = (
            select(col(ArticleRow.product), col(ArticleRow.section), func.count())
            .where(col(ArticleRow.state) == "published", _may_read(reader))
            .group_by(col(ArticleRow.product), col(ArticleRow.section))
        )
        counted = defaultdict[str, dict[str, int]](dict)
        for product, section, count in tx.session.execute(query):
            counted[product][section] = count
        return counted

    def all_texts(self, tx: Tx, after: int, limit: int) -> list[tuple[Article, list[Text]]]:
        query = select(ArticleRow).where(col(ArticleRow.id) > after).order_by(col(ArticleRow.id)).limit(limit)
        articles = [article_of(row) for row in tx.session.scalars(query)]
        texts = defaultdict[int, list[Text]](list)
        of_these = select(ArticleTextRow).where(col(ArticleTextRow.article).in_([article.id for article in articles]))
        for row in tx.session.scalars(of_these.order_by(col(ArticleTextRow.locale))):
            texts[row.article].append(_text(row))
        return [(article, texts[article.id]) for article in articles]

    def answers_from(self, tx: Tx, network: str, since: int) -> int:
        recent = (col(ArticleFeedbackRow.network) == network, col(ArticleFeedbackRow.at) > since)
        return tx.session.scalar(select(func.count()).select_from(ArticleFeedbackRow).where(*recent)) or 0

    def say_useful(
        self, tx: Tx, id_: int, person: str, helpful: bool, comment: str | None, now: int, network: str | None
    ) -> None:
        insert = insert_into(tx, ArticleFeedbackRow).values(
            article=id_, person=person, helpful=helpful, comment=comment, at=now, network=network
        )
        changed = {name: insert.excluded[name] for name in ("helpful", "comment", "at", "network")}
        put = insert.on_conflict_do_update(index_elements=["article", "person"], set_=changed)
        tx.session.connection().execute(put)


def _may_read(reader: Reader) -> ColumnElement[bool]:
    """The condition of `Reader.may_read`."""
    seen = col(ArticleRow.visibility).in_(sorted(reader.sees))
    if reader.staff or not reader.signed_in or not reader.products:
        return seen
    theirs = col(ArticleRow.product).in_(sorted(reader.products))
    return or_(seen, and_(col(ArticleRow.visibility) == "product", theirs))


def _of_filter(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (col(ArticleRow.product), wanted.product),
        (col(ArticleRow.section), wanted.section),
        (col(ArticleRow.kind), wanted.kind),
        (col(ArticleRow.visibility), wanted.visibility),
        (col(ArticleRow.topic), wanted.topic),
    ):
        if value is not None:
            yield column == value
    if wanted.label is not None:
        yield has_label(wanted.label)
    yield from map(has_label, wanted.labels)


def has_label(label: str) -> ColumnElement[bool]:
    # A JSON list of strings. The quotes keep `price` from matching `prices`.
    return col(ArticleRow.labels).contains(msgspec.json.encode(label).decode(), autoescape=True)


def article_of(row: ArticleRow) -> Article:
    values = {field.name: getattr(row, field.name) for field in fields(Article)}
    return replace(Article(**values), labels=_labels.decode(row.labels))


def _text(row: ArticleTextRow) -> Text:
    return Text(**{name: getattr(row, name) for name in _TEXT})
