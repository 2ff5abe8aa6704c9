"""The full text index on SQLite: FTS5 with the stemmer of Porter."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from search.adapters.filtering import condition
from search.ports import Filter, Hit, Terms
from search.words import BODY, HEADINGS, LABELS, TITLE, Parts

_PUT = text(
    "INSERT INTO search_index (rowid, title, headings, body, labels) VALUES (:id, :title, :headings, :body, :labels)"
)
_REMOVE = text("DELETE FROM search_index WHERE rowid = :id")
_FIND = (
    "SELECT d.id, d.kind, d.source, d.locale, "
    "-bm25(search_index, {weights}) AS score "
    "FROM search_index JOIN search_documents AS d ON d.id = search_index.rowid "
    "WHERE search_index MATCH :query AND {among} ORDER BY score DESC, d.id LIMIT :most"
)

_COUNT = (
    "SELECT count(*) FROM (SELECT 1 FROM search_index JOIN search_documents AS d ON d.id = search_index.rowid "
    "WHERE search_index MATCH :query AND {among} LIMIT :most)"
)

_WEIGHTS = f"{TITLE}, {HEADINGS}, {BODY}, {LABELS}"


class SqliteFullText:
    def put(self, connection: Connection, id_: int, parts: Parts, locale: str) -> None:
        texts: Mapping[str, str] = {name: " ".join(words) for name, words in parts._asdict().items()}
        connection.execute(_PUT, {"id": id_, **texts})

    def remove(self, connection: Connection, id_: int) -> None:
        connection.execute(_REMOVE, {"id": id_})

    def find(self, connection: Connection, terms: Terms, among: Filter, limit: int, *, every: bool) -> list[Hit]:
        joined = _joined(terms, every=every)
        if every and len(terms) > 1:
            # The words in this order count as one word more, a rare one.
            joined = f'"{" ".join(term[0] for term in terms)}" OR ({joined})'
        where, values = condition(among)
        find = text(_FIND.format(weights=_WEIGHTS, among=where))
        found = connection.execute(find, {"query": joined, "most": limit, **values})
        return [Hit(*row) for row in found]

    def count(self, connection: Connection, terms: Terms, among: Filter, most: int) -> int:
        where, values = condition(among)
        values |= {"query": _joined(terms, every=True), "most": most}
        return int(connection.execute(text(_COUNT.format(among=where)), values).scalar_one())


def _joined(terms: Terms, *, every: bool) -> str:
    # Words consist of letters and digits only, so quotes are enough.
    return (" AND " if every else " OR ").join("(" + " OR ".join(f'"{word}"' for word in term) + ")" for term in terms)
