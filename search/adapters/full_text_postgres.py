"""The full text index on PostgreSQL: a table with each stem of each document, ranked by BM25.

The stems are those of PostgreSQL's own dictionaries. `ts_rank` and `ts_rank_cd` do not know how rare a word is, so they
rank worse, and they read the whole word list of each document that matches.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, text

from search.adapters.filtering import condition
from search.ports import Filter, Hit, Terms
from search.words import BODY, HEADINGS, LABELS, PART, TITLE, Parts, places_of

_STEMMERS = {"en": "english_stem", "fr": "french_stem", "es": "spanish_stem"}
"""The dictionary of each language. Documents in other languages are found by exactly their words."""
_STEM = "coalesce((ts_lexize('{stemmer}', word))[1], word)"
"""A stop word has no stem. It is indexed as it is, because it may be a name, such as SQL's IN."""

_WEIGHT = f"(ARRAY[{TITLE}, {HEADINGS}, {BODY}, {LABELS}]::real[])[1 + place / {PART}]"
"""The weight of the part of a document to which a place belongs."""
_PUT = (
    "INSERT INTO search_postings (stem, document, weight, places) "
    "SELECT stem, :id, sum({weight}), array_agg(place ORDER BY place) "
    "FROM json_each(CAST(CAST(:places AS text) AS json)) AS given (word, places), "
    "LATERAL (VALUES ({stem})) AS form (stem), "
    "LATERAL (SELECT CAST(value AS int) FROM json_array_elements_text(places) AS value) AS listed (place) "
    "GROUP BY stem"
)
_REMOVE = text("DELETE FROM search_postings WHERE document = :id")
_STEMS = """
WITH given_terms AS (
  SELECT (row_number() OVER ())::int AS term, term.value AS words
  FROM json_array_elements(CAST(CAST(:terms AS text) AS json)) AS term
), stems AS MATERIALIZED (
  SELECT term, stem, bool_or(place = 1) AS typed
  FROM given_terms, json_array_elements_text(words) WITH ORDINALITY AS given (word, place),
  LATERAL (VALUES {stems}) AS form (stem) GROUP BY term, stem
)
"""
_MATCHED = """
, matched AS MATERIALIZED (
  SELECT document FROM stems JOIN search_postings USING (stem)
  GROUP BY document HAVING count(DISTINCT term) >= :terms_at_least
), allowed AS MATERIALIZED (
  SELECT d.* FROM matched CROSS JOIN LATERAL (
    SELECT id, kind, source, locale, size FROM search_documents AS d WHERE d.id = matched.document AND {among} OFFSET 0
  ) AS d
)
"""
"""`OFFSET 0` lets PostgreSQL read only these documents. Otherwise it reads all of them, with their texts."""
_COUNT = "SELECT count(*) FROM (SELECT FROM allowed LIMIT :most) AS found"
_FOUND = """
, numbers AS MATERIALIZED (
  SELECT greatest(documents, 1) AS documents, greatest(words, 1)::real / greatest(documents, 1) AS mean
  FROM search_state
), rarity AS MATERIALIZED (
  SELECT stem, greatest(ln((numbers.documents - count(*) + 0.5) / (count(*) + 0.5)), 0.000001) AS rare
  FROM (SELECT DISTINCT stem FROM stems) AS each JOIN search_postings USING (stem), numbers
  GROUP BY stem, numbers.documents
), scores AS MATERIALIZED (
  SELECT p.document AS id, sum(rare * weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * allowed.size / mean))) AS score
  FROM stems JOIN rarity USING (stem) JOIN search_postings AS p USING (stem)
  JOIN allowed ON allowed.id = p.document, numbers
  GROUP BY p.document
), found AS MATERIALIZED (
  SELECT id, kind, source, locale, size, score FROM scores JOIN allowed USING (id) ORDER BY score DESC, id LIMIT :best
)
"""
"""BM25 as FTS5 computes it, with k1 = 1.2 and b = 0.75."""
_BEST = "SELECT id, kind, source, locale, score FROM found ORDER BY score DESC, id"
ORDERED_MAX = 1_000
"""The order of the words is looked at in this many documents, the best ones by their words."""
_IN_ORDER = """
, ordered AS (
  SELECT document, place FROM (
    SELECT found.id AS document, listed - term + 1 AS place
    FROM found CROSS JOIN (SELECT term, stem FROM stems JOIN rarity USING (stem) WHERE typed) AS words
    CROSS JOIN LATERAL (
      SELECT places FROM search_postings AS p WHERE p.stem = words.stem AND p.document = found.id OFFSET 0
    ) AS placed, unnest(placed.places) AS listed
  ) AS each GROUP BY document, place HAVING count(*) = :terms_at_least
), phrases AS (
  SELECT document AS id, sum({weight}) AS weight FROM ordered GROUP BY document
), phrase AS (
  SELECT greatest(ln((numbers.documents - number + 0.5) / (number + 0.5)), 0.000001) AS rare
  FROM numbers, (SELECT count(*) AS number FROM phrases) AS counted
)
SELECT id, kind, source, locale,
  score + coalesce(rare * weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * size / mean)), 0) AS score
FROM found LEFT JOIN phrases USING (id), phrase, numbers ORDER BY score DESC, id LIMIT :most
"""
"""The words in the order of the query count as one word more, as on SQLite."""


class PostgresFullText:
    def put(self, connection: Connection, id_: int, parts: Parts, locale: str) -> None:
        stem = _stem(_STEMMERS.get(locale.split("-")[0], "simple"))
        places = msgspec.json.encode(places_of(parts)).decode()
        connection.execute(text(_PUT.format(stem=stem, weight=_WEIGHT)), {"id": id_, "places": places})

    def remove(self, connection: Connection, id_: int) -> None:
        connection.execute(_REMOVE, {"id": id_})

    def find(self, connection: Connection, terms: Terms, among: Filter, limit: int, *, every: bool) -> list[Hit]:
        where, values = condition(among)
        in_order = every and len(terms) > 1
        best = _IN_ORDER.format(weight=_WEIGHT) if in_order else _BEST
        values |= _values(terms, every=every) | {"best": ORDERED_MAX if in_order else limit}
        values |= {"most": limit} if in_order else {}
        return [Hit(*row) for row in connection.execute(text(_query(_FOUND + best, where)), values)]

    def count(self, connection: Connection, terms: Terms, among: Filter, most: int) -> int:
        where, values = condition(among)
        values |= _values(terms, every=True) | {"most": most}
        return int(connection.execute(text(_query(_COUNT, where)), values).scalar_one())


def _values(terms: Terms, *, every: bool) -> dict[str, object]:
    return {"terms": msgspec.json.encode(terms).decode(), "terms_at_least": len(terms) if every else 1}


def _query(select: str, among: str) -> str:
    # A document may be in another language than the query.
    stems = ", ".join(f"({_stem(stemmer)})" for stemmer in (*_STEMMERS.values(), "simple"))
    return _STEMS.format(stems=stems) + _MATCHED.format(among=among) + select


def _stem(stemmer: str) -> str:
    return _STEM.format(stemmer=stemmer) if stemmer != "simple" else "word"
