"""The full text index on PostgreSQL: a table with each stem of each document, ranked by BM25.

The stems are those of PostgreSQL's own dictionaries. `ts_rank` and `ts_rank_cd` do not know how rare a word is, so they
rank worse, and they read the whole word list of each document that matches.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, text

from search.adapters.filtering import condition
from search.ports import Filter, Hit, Terms
from search.words import BODY, HEADINGS, LABELS, TITLE, Parts, weights_of

_STEMMERS = {"en": "english_stem", "fr": "french_stem", "es": "spanish_stem"}
"""The dictionary of each language. Documents in other languages are found by exactly their words."""
_STEM = "coalesce((ts_lexize('{stemmer}', word))[1], word)"
"""A stop word has no stem. It is indexed as it is, because it may be a name, such as SQL's IN."""

_PUT = (
    "INSERT INTO search_postings (stem, document, weight) "
    "SELECT {stem}, :id, sum(CAST(weight AS real)) "
    "FROM json_each_text(CAST(CAST(:weights AS text) AS json)) AS given (word, weight) GROUP BY 1"
)
_REMOVE = text("DELETE FROM search_postings WHERE document = :id")
_FIND = """
WITH typed AS (
  SELECT (row_number() OVER ())::int AS term, term.value AS words
  FROM json_array_elements(CAST(CAST(:terms AS text) AS json)) AS term
), stems AS MATERIALIZED (
  SELECT DISTINCT term, stem FROM typed, json_array_elements_text(words) AS given (word),
  LATERAL (VALUES {stems}) AS form (stem)
), numbers AS MATERIALIZED (
  SELECT greatest(documents, 1) AS documents, greatest(words, 1)::real / greatest(documents, 1) AS mean
  FROM search_state
), rarity AS MATERIALIZED (
  SELECT stem, greatest(ln((numbers.documents - count(*) + 0.5) / (count(*) + 0.5)), 0.000001) AS rare
  FROM (SELECT DISTINCT stem FROM stems) AS each JOIN search_postings USING (stem), numbers
  GROUP BY stem, numbers.documents
)
SELECT d.id, d.kind, d.source, d.locale,
  sum(rare * weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * d.size / mean))) AS score
FROM stems JOIN rarity USING (stem) JOIN search_postings AS p USING (stem)
JOIN search_documents AS d ON d.id = p.document, numbers
WHERE {among}
GROUP BY d.id
HAVING count(DISTINCT term) >= :terms_at_least
ORDER BY score DESC, d.id LIMIT :most
"""
"""BM25 as FTS5 computes it, with k1 = 1.2 and b = 0.75."""
ORDERED_MAX = 200_000
"""The order of the words is looked at in the best documents with this many words in all."""
_IN_ORDER = """
WITH found (id, kind, source, locale, score) AS MATERIALIZED ({found}),
best AS (
  SELECT d.*, sum(d.size) OVER (ORDER BY score DESC, d.id) - d.size AS before
  FROM found JOIN search_documents AS d USING (id)
), ordered AS MATERIALIZED (
  SELECT id, size, {title} * (title_words ~ :ordered)::int + {headings} * (headings ~* :ordered)::int
    + {labels} * (labels ~* :ordered)::int + {body} * (body ~* :ordered)::int AS weight
  FROM best WHERE before < :ordered_max
), rarity AS (
  SELECT greatest(words, 1)::real / greatest(documents, 1) AS mean,
    greatest(ln((greatest(documents, 1) - number + 0.5) / (number + 0.5)), 0.000001) AS rare
  FROM search_state, (SELECT count(*) AS number FROM ordered WHERE weight > 0) AS counted
)
SELECT id, kind, source, locale,
  score + coalesce(rare * weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * size / mean)), 0) AS score
FROM found LEFT JOIN ordered USING (id), rarity ORDER BY score DESC, id
"""
"""The words in the order of the query count as one word more, as on SQLite."""


class PostgresFullText:
    def put(self, connection: Connection, id_: int, parts: Parts, locale: str) -> None:
        stem = _stem(_STEMMERS.get(locale.split("-")[0], "simple"))
        weights = msgspec.json.encode(weights_of(parts)).decode()
        connection.execute(text(_PUT.format(stem=stem)), {"id": id_, "weights": weights})

    def remove(self, connection: Connection, id_: int) -> None:
        connection.execute(_REMOVE, {"id": id_})

    def find(self, connection: Connection, terms: Terms, among: Filter, limit: int, *, every: bool) -> list[Hit]:
        where, values = condition(among)
        # A document may be in another language than the query.
        stems = ", ".join(f"({_stem(stemmer)})" for stemmer in (*_STEMMERS.values(), "simple"))
        values |= {
            "terms": msgspec.json.encode(terms).decode(),
            "terms_at_least": len(terms) if every else 1,
            "most": limit,
        }
        find = _FIND.format(stems=stems, among=where)
        if every and len(terms) > 1:
            find = _IN_ORDER.format(found=find, title=TITLE, headings=HEADINGS, labels=LABELS, body=BODY)
            values |= {"ordered": in_order([words[0] for words in terms]), "ordered_max": ORDERED_MAX}
        found = connection.execute(text(find), values)
        return [Hit(*row) for row in found]


def in_order(words: Sequence[str]) -> str:
    """A regular expression of PostgreSQL for these words, one after the other. Words may have other endings.

    Words consist of letters and digits only, so none of their characters has a meaning of its own.
    """
    beginnings = (word.removesuffix("s") or word for word in words)
    return "(^|[^[:alnum:]])" + "[[:alnum:]]*[^[:alnum:]]+".join(beginnings)


def _stem(stemmer: str) -> str:
    return _STEM.format(stemmer=stemmer) if stemmer != "simple" else "word"
