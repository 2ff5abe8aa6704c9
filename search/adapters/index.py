"""The documents in the database: `search.ports.Index` on SQLite and PostgreSQL.

The full text index differs by database: `full_text_sqlite`, `full_text_postgres`. Both contain the words into which
`search.words` splits the documents, and rank by BM25 with the same weights.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, and_, delete, func, literal, select, text
from sqlmodel import col

from search.adapters import words
from search.adapters.full_text_postgres import PostgresFullText
from search.adapters.full_text_sqlite import SqliteFullText
from search.adapters.tables import SearchDocumentRow
from search.document import Document, Kind
from search.ports import Filter, Hit, Terms
from search.reader import audience_of
from search.words import Parts, parts_of, vocabulary_of
from storage.ports import Tx
from storage.upsert import insert_into

BODY_MAX = 20_000
"""At most this many characters of the text of a document are returned."""

_NEXT = text(
    "INSERT INTO search_state (id, version, documents, words) VALUES (1, 1, 0, 0) "
    "ON CONFLICT (id) DO UPDATE SET version = search_state.version + 1 RETURNING version"
)
_TOTAL = text("UPDATE search_state SET documents = documents + :documents, words = words + :words")
_DOCUMENTS = text("SELECT documents FROM search_state")
_FIELDS = (
    *("kind", "source", "locale", "title", "headings", "body", "labels"),
    *("product", "section", "address", "visibility", "updated_at"),
)


class FullText(Protocol):
    """The full text index of one database."""

    def put(self, connection: Connection, id_: int, parts: Parts, locale: str) -> None: ...

    def remove(self, connection: Connection, id_: int) -> None: ...

    def find(self, connection: Connection, terms: Terms, among: Filter, limit: int, *, every: bool) -> list[Hit]: ...

    def count(self, connection: Connection, terms: Terms, among: Filter, most: int) -> int: ...


_FULL_TEXT: Mapping[str, FullText] = {"sqlite": SqliteFullText(), "postgresql": PostgresFullText()}


class SqlIndex:
    def put(self, tx: Tx, document: Document) -> bool:
        connection = tx.session.connection()
        # Changes of the index come one after the other. So a copy of the vocabulary misses none.
        version = connection.execute(_NEXT).scalar_one()
        before = self._stored(tx, document.kind, document.source, document.locale)
        if before is not None and before[1] == document:
            return False
        parts, audience = parts_of(document), audience_of(document)
        size = sum(map(len, parts))
        row = {name: getattr(document, name) for name in _FIELDS}
        row |= {"audience": audience, "size": size, "title_words": " ".join(parts.title)}
        insert = insert_into(tx, SearchDocumentRow).values(row)
        changed = {name: insert.excluded[name] for name in row}
        put = insert.on_conflict_do_update(index_elements=["kind", "source", "locale"], set_=changed)
        id_ = int(connection.execute(put.returning(col(SearchDocumentRow.id))).scalar_one() or 0)
        full_text = _FULL_TEXT[tx.dialect]
        known, old_size = frozenset[str](), 0
        if before is not None:
            full_text.remove(connection, id_)
            known, old_size = self._forget(tx, before[1], version, vocabulary_of(parts), audience)
        full_text.put(connection, id_, parts, document.locale)
        words.count(tx, audience, document.locale, vocabulary_of(parts) - known, version)
        connection.execute(_TOTAL, {"documents": 0 if before is not None else 1, "words": size - old_size})
        return True

    def remove(self, tx: Tx, kind: Kind, source: str, locale: str | None = None) -> None:
        connection = tx.session.connection()
        version = connection.execute(_NEXT).scalar_one()
        for each in [locale] if locale is not None else sorted(self.locales(tx, kind, source)):
            stored = self._stored(tx, kind, source, each)
            if stored is None:
                continue
            id_, document = stored
            _FULL_TEXT[tx.dialect].remove(connection, id_)
            _, size = self._forget(tx, document, version, frozenset(), audience_of(document))
            connection.execute(delete(SearchDocumentRow).where(col(SearchDocumentRow.id) == id_))
            connection.execute(_TOTAL, {"documents": -1, "words": -size})

    def locales(self, tx: Tx, kind: Kind, source: str) -> set[str]:
        query = select(col(SearchDocumentRow.locale)).where(
            col(SearchDocumentRow.kind) == kind, col(SearchDocumentRow.source) == source
        )
        return set(tx.session.scalars(query))

    def find(self, tx: Tx, terms: Terms, among: Filter, limit: int, *, every: bool) -> list[Hit]:
        return _FULL_TEXT[tx.dialect].find(tx.session.connection(), terms, among, limit, every=every)

    def count(self, tx: Tx, terms: Terms, among: Filter, most: int) -> int:
        return _FULL_TEXT[tx.dialect].count(tx.session.connection(), terms, among, most)

    def titled(self, tx: Tx, words: Sequence[str], among: Filter, limit: int) -> list[Hit]:
        row, start = SearchDocumentRow, " ".join(words)
        begins = col(row.title_words).startswith(start, autoescape=True)
        if tx.dialect == "sqlite":
            # Unlike LIKE, a range uses the index.
            begins = and_(col(row.title_words) >= start, col(row.title_words) < start + "\U0010ffff")
        query = select(col(row.id), col(row.kind), col(row.source), col(row.locale), literal(0.0)).where(
            begins, *_among(among)
        )
        ordered = query.order_by(col(row.title_words) != start, col(row.title_words), col(row.id)).limit(limit)
        return [Hit(*found) for found in tx.session.execute(ordered)]

    def translations(self, tx: Tx, hits: Collection[Hit], locale: str, among: Filter) -> list[Hit]:
        row, wanted = SearchDocumentRow, {(hit.kind, hit.source) for hit in hits}
        if not wanted:
            return []
        query = select(col(row.id), col(row.kind), col(row.source), col(row.locale), literal(0.0)).where(
            col(row.kind).in_(sorted({kind for kind, _ in wanted})),
            col(row.source).in_(sorted({source for _, source in wanted})),
            col(row.locale) == locale,
            *_among(among),
        )
        found = [Hit(*each) for each in tx.session.execute(query)]
        return [hit for hit in found if (hit.kind, hit.source) in wanted]

    def titles(self, tx: Tx, ids: Collection[int]) -> Mapping[int, Sequence[str]]:
        row = SearchDocumentRow
        query = select(col(row.id), col(row.title_words)).where(col(row.id).in_(sorted(ids)))
        return {id_: words.split() for id_, words in tx.session.execute(query)}

    def total(self, tx: Tx) -> int:
        return int(tx.session.connection().execute(_DOCUMENTS).scalar() or 0)

    def newest(self, tx: Tx, section: str, among: Filter, limit: int) -> list[Hit]:
        row = SearchDocumentRow
        query = select(col(row.id), col(row.kind), col(row.source), col(row.locale), literal(0.0))
        of_section = query.where(col(row.section) == section, *_among(among))
        ordered = of_section.order_by(col(row.updated_at).desc(), col(row.id)).limit(limit)
        return [Hit(*found) for found in tx.session.execute(ordered)]

    def documents(self, tx: Tx, ids: Collection[int]) -> Mapping[int, Document]:
        row = SearchDocumentRow
        # The rest of a text is not shown, and long texts take long to read.
        cut = func.substr(col(row.body), 1, BODY_MAX)
        shown = [cut if name == "body" else col(getattr(row, name)) for name in _FIELDS]
        query = select(col(row.id), *shown).where(col(row.id).in_(sorted(ids)))
        return {id_: Document(**dict(zip(_FIELDS, values, strict=True))) for id_, *values in tx.session.execute(query)}

    def _stored(self, tx: Tx, kind: Kind, source: str, locale: str) -> tuple[int, Document] | None:
        row = SearchDocumentRow
        same = and_(col(row.kind) == kind, col(row.source) == source, col(row.locale) == locale)
        found = tx.session.scalars(select(row).where(same).execution_options(populate_existing=True)).first()
        return (found.id or 0, _document(found)) if found is not None else None

    def _forget(
        self, tx: Tx, document: Document, version: int, kept: frozenset[str], audience: str
    ) -> tuple[frozenset[str], int]:
        """Remove the words of a document from the vocabulary, except those that are `kept` for the same audience.
        Returns these, and the number of words of the document."""
        parts, before = parts_of(document), audience_of(document)
        old = vocabulary_of(parts)
        known = old & kept if audience == before else frozenset[str]()
        words.discount(tx, before, document.locale, old - known, version)
        return known, sum(map(len, parts))


def _document(row: SearchDocumentRow) -> Document:
    return Document(**{name: getattr(row, name) for name in _FIELDS})


def _among(among: Filter) -> list[ColumnElement[bool]]:
    row, conditions = SearchDocumentRow, list[ColumnElement[bool]]()
    if among.audiences is not None:
        conditions.append(col(row.audience).in_(sorted(among.audiences)))
    if among.kinds is not None:
        conditions.append(col(row.kind).in_(sorted(among.kinds)))
    if among.product is not None:
        conditions.append(col(row.product) == among.product)
    return conditions
