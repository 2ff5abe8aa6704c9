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
_COUNTED = """
, counted AS MATERIALIZED (
  SELECT stem, number FROM (SELECT DISTINCT stem FROM stems) AS each CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM search_postings AS p WHERE p.stem = each.stem OFFSET 0
  ) AS postings WHERE number > 0
), terms AS MATERIALIZED (
  SELECT term, coalesce(sum(number), 0) AS number FROM stems LEFT JOIN counted USING (stem) GROUP BY term
), way AS MATERIALIZED (
  SELECT (array_agg(term ORDER BY number, term))[1] AS rarest,
    4 * min(number) * (SELECT count(*) FROM stems) < sum(number) AS probes
  FROM terms
)
"""
"""`probes`: the documents with the rarest term are few, so each of them is looked at. Otherwise, the documents of all
terms are read and grouped."""
_MATCHED = """
, matched AS MATERIALIZED (
  SELECT document FROM stems JOIN search_postings USING (stem) WHERE NOT (SELECT probes FROM way)
  GROUP BY document HAVING bit_or(1 << term) = (2 << :terms_count) - 2
  UNION ALL
  SELECT document FROM (
    SELECT DISTINCT document FROM search_postings WHERE (SELECT probes FROM way)
    AND stem = ANY (ARRAY(SELECT stem FROM stems WHERE term = (SELECT rarest FROM way)))
  ) AS rarest CROSS JOIN LATERAL (
    SELECT bit_or(1 << term) AS has FROM stems CROSS JOIN LATERAL (
      SELECT FROM search_postings AS p WHERE p.stem = stems.stem AND p.document = rarest.document OFFSET 0
    ) AS one
  ) AS looked_at WHERE has = (2 << :terms_count) - 2
)
"""
"""The documents with every term. A query has few terms, so that each has a bit."""
_PROMISING = """
, matched AS MATERIALIZED (
  SELECT document FROM stems JOIN rarity USING (stem) JOIN search_postings AS p USING (stem)
  GROUP BY document ORDER BY sum(rare * weight / (weight + 0.3)) DESC, document LIMIT :promising
)
"""
"""The documents with some of the terms that would have the highest scores if all were short. Most queries have common
words, and reading thousands of documents takes longer than all else."""
PROMISING_MAX = 500
_ALLOWED = """
, allowed AS MATERIALIZED (
  SELECT d.* FROM matched CROSS JOIN LATERAL (
    SELECT id, kind, source, locale, size FROM search_documents AS d WHERE d.id = matched.document AND {among} OFFSET 0
  ) AS d
)
"""
"""`OFFSET 0` lets PostgreSQL read only these documents. Otherwise it reads all of them, with their texts."""
_COUNT = "SELECT count(*) FROM (SELECT FROM allowed LIMIT :most) AS found"
_OCCURS = """
SELECT count(*) FROM (
  SELECT FROM stems JOIN search_postings AS p USING (stem) CROSS JOIN LATERAL (
    SELECT FROM search_documents AS d WHERE d.id = p.document AND {among} OFFSET 0
  ) AS allowed LIMIT 1
) AS found
"""
_RARITY = """
, numbers AS MATERIALIZED (
  SELECT greatest(documents, 1) AS documents, greatest(words, 1)::real / greatest(documents, 1) AS mean
  FROM search_state
), rarity AS MATERIALIZED (
  SELECT stem, greatest(ln((documents - number + 0.5) / (number + 0.5)), 0.000001) AS rare FROM counted, numbers
)
"""
_FOUND = """
, how AS MATERIALIZED (
  SELECT 10 * (SELECT count(*) FROM allowed) * count(*) < sum(number) AS probes FROM counted
), weights AS (
  SELECT document, stem, weight FROM stems JOIN counted USING (stem) JOIN search_postings USING (stem)
  WHERE NOT (SELECT probes FROM how)
  UNION ALL
  SELECT id, stem, weight FROM allowed CROSS JOIN (SELECT stem FROM stems JOIN counted USING (stem)) AS known
  CROSS JOIN LATERAL (
    SELECT weight FROM search_postings AS p WHERE p.stem = known.stem AND p.document = allowed.id OFFSET 0
  ) AS one WHERE (SELECT probes FROM how)
), scores AS MATERIALIZED (
  SELECT document AS id, sum(rare * weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * allowed.size / mean))) AS score
  FROM weights JOIN rarity USING (stem) JOIN allowed ON allowed.id = document, numbers
  GROUP BY document
), found AS MATERIALIZED (
  SELECT id, kind, source, locale, size, score FROM scores JOIN allowed USING (id) ORDER BY score DESC, id LIMIT :best
)
"""
"""BM25 as FTS5 computes it, with k1 = 1.2 and b = 0.75. `how`: looking up a posting takes as long as reading ten."""
_BEST = "SELECT id, kind, source, locale, score FROM found ORDER BY score DESC, id"
ORDERED_MAX = 500
"""The order of the words is looked at in this many documents, the best ones by their words."""
_IN_ORDER = """
, ordered AS (
  SELECT document, place FROM (
    SELECT found.id AS document, listed - term + 1 AS place
    FROM found CROSS JOIN (SELECT term, stem FROM stems JOIN rarity USING (stem) WHERE typed) AS words
    CROSS JOIN LATERAL (
      SELECT places FROM search_postings AS p WHERE p.stem = words.stem AND p.document = found.id OFFSET 0
    ) AS placed, unnest(placed.places) AS listed
  ) AS each GROUP BY document, place HAVING count(*) = :terms_count
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
        if every:
            return self._with_every(connection, terms, among, limit)
        found = self._with_some(connection, terms, among, limit, PROMISING_MAX)
        # The promising ones may be about other products, or for other readers.
        return found if len(found) >= limit else self._with_some(connection, terms, among, limit, None)

    def _with_every(self, connection: Connection, terms: Terms, among: Filter, limit: int) -> list[Hit]:
        where, values = condition(among)
        in_order = len(terms) > 1
        values |= _values(terms) | {"terms_count": len(terms), "best": ORDERED_MAX if in_order else limit}
        values |= {"most": limit} if in_order else {}
        best = _IN_ORDER.format(weight=_WEIGHT) if in_order else _BEST
        query = _stems() + _COUNTED + _MATCHED + _ALLOWED.format(among=where) + _RARITY + _FOUND + best
        return [Hit(*row) for row in connection.execute(text(query), values)]

    def _with_some(
        self, connection: Connection, terms: Terms, among: Filter, limit: int, promising: int | None
    ) -> list[Hit]:
        """None reads all documents."""
        where, values = condition(among)
        values |= _values(terms) | {"best": limit, "promising": promising}
        query = _stems() + _COUNTED + _RARITY + _PROMISING + _ALLOWED.format(among=where) + _FOUND + _BEST
        return [Hit(*row) for row in connection.execute(text(query), values)]

    def count(self, connection: Connection, terms: Terms, among: Filter, most: int) -> int:
        where, values = condition(among)
        if most == 1 and len(terms) == 1:
            occurs = connection.execute(text(_stems() + _OCCURS.format(among=where)), values | _values(terms))
            return int(occurs.scalar_one())
        values |= _values(terms) | {"terms_count": len(terms), "most": most}
        query = _stems() + _COUNTED + _MATCHED + _ALLOWED.format(among=where) + _COUNT
        return int(connection.execute(text(query), values).scalar_one())


def _values(terms: Terms) -> dict[str, object]:
    return {"terms": msgspec.json.encode(terms).decode()}


def _stems() -> str:
    # A document may be in another language than the query.
    stems = ", ".join(f"({_stem(stemmer)})" for stemmer in (*_STEMMERS.values(), "simple"))
    return _STEMS.format(stems=stems)


def _stem(stemmer: str) -> str:
    return _STEM.format(stemmer=stemmer) if stemmer != "simple" else "word"
