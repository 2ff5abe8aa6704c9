"""Keeps the vocabulary: the table of words, and its copy in memory, which implements `search.ports.KnownWords`."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import text

from search.vocabulary import Vocabulary, WordCount
from storage.ports import Tx

ROWS_MAX = 20_000
"""At most this many words are read by one query. One version has fewer."""

_LISTED = {
    "sqlite": "SELECT value FROM json_each(:words)",
    "postgresql": "SELECT value FROM json_array_elements_text(CAST(CAST(:words AS text) AS json))",
}
_COUNT = """
INSERT INTO search_words (audience, locale, word, documents, version)
SELECT :audience, :locale, value, 1, :version FROM ({listed}) AS listed WHERE true
ON CONFLICT (audience, locale, word)
DO UPDATE SET documents = search_words.documents + 1, version = excluded.version
"""
_DISCOUNT = """
UPDATE search_words SET documents = documents - 1, version = :version
WHERE audience = :audience AND locale = :locale AND word IN ({listed})
"""
_VERSION = text("SELECT version FROM search_state")
_CHANGED = text(
    "SELECT version, audience, locale, word, documents FROM search_words WHERE version > :since AND version <= :upto "
    "ORDER BY version LIMIT :most"
)


def count(tx: Tx, audience: str, locale: str, words: Collection[str], version: int) -> None:
    """One more document contains these words."""
    _change(tx, _COUNT, audience, locale, words, version)


def discount(tx: Tx, audience: str, locale: str, words: Collection[str], version: int) -> None:
    """One document fewer contains these words."""
    _change(tx, _DISCOUNT, audience, locale, words, version)


def _change(tx: Tx, statement: str, audience: str, locale: str, words: Collection[str], version: int) -> None:
    if words:
        listed = msgspec.json.encode(sorted(words)).decode()
        values = {"audience": audience, "locale": locale, "words": listed, "version": version}
        tx.session.connection().execute(text(statement.format(listed=_LISTED[tx.dialect])), values)


class WordsInMemory:
    """Implements `search.ports.KnownWords`. One object serves all threads of a process."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._version = 0
        self._changing = threading.Lock()

    def current(self, tx: Tx) -> Vocabulary:
        while self._read_on(tx):
            pass
        return self._vocabulary

    def _read_on(self, tx: Tx) -> bool:
        """Read the next changes. Returns True if there may be more."""
        connection = tx.session.connection()
        upto = connection.execute(_VERSION).scalar() or 0
        since = self._version
        if upto <= since:
            return False
        values = {"since": since, "upto": upto, "most": ROWS_MAX}
        rows = connection.execute(_CHANGED, values).all()
        full = len(rows) == ROWS_MAX
        if full:
            # The last version may have more words.
            upto = rows[-1][0] - 1
        self._apply([(version, WordCount(*rest)) for version, *rest in rows if version <= upto], upto)
        return full

    def _apply(self, changed: Sequence[tuple[int, WordCount]], upto: int) -> None:
        # No query runs while the lock is held: on PostgreSQL, another reader would wait for it on the same thread.
        with self._changing:
            if upto > self._version:
                self._vocabulary.put(word for version, word in changed if version > self._version)
                self._version = upto
