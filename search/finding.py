"""Finds documents, in one transaction that only reads.

Results come in this order: documents whose titles begin with the query, documents with every word, documents with
every word if the last word is only the beginning of one, documents with parts of words, documents with some of the
words. Each step is taken only if the steps before it found too little.

A text in whole sentences is searched otherwise: documents with some of its words, those first that have rare ones, and
have them in their titles. It need not have all words, and nothing is corrected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from search.document import Document, Kind
from search.excerpts import Excerpt, Excerpts, Span
from search.ports import Filter, Hit, Index, KnownWords, Terms, Tx
from search.questions import Titles, telling_words
from search.reader import Reader
from search.speller import Change, Speller, Spelling
from search.stop_words import STOP_WORDS
from search.vocabulary import Scope, Vocabulary
from search.words import Typed, query_words

FOUND_MAX = 100
"""At most this many documents are found and counted."""
BEGINNINGS = 12
"""At most this many words are tried in place of a beginning, or of a part of a word."""
BEGINNING_MIN = 2
"""Fewer letters after other words say nothing: most documents have words that begin so."""
FEW = 3
"""With fewer results, words that contain the words of the query count too."""
PART_MIN = 4
COMMON = 100
"""A word that is in this many documents is not taken for a part of another."""
TWINS = 5
"""At most this many results of a page are courses that are articles, too."""
LIKELY = 50
"""Of so many documents with words of a text, the titles are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query, or with `sentences` a whole text. With `as_typed`, nothing is corrected. `kinds` and `product` are None
    for all. With `locale_first`, documents in the language come first among those with every word, and among those with
    some; what exists in it is shown in it, also if the words were found in another language."""

    q: str
    reader: Reader
    locale: str = "en"
    product: str | None = None
    kinds: Collection[Kind] | None = None
    limit: int = 10
    as_typed: bool = False
    sentences: bool = False
    locale_first: bool = False

    @property
    def typing(self) -> bool:
        """True if the last word may be the beginning of a word."""
        return self.q[-1:].isalnum()


@dataclass(frozen=True, slots=True)
class Result:
    document: Document
    excerpt: Excerpt
    title_highlights: list[Span]


@dataclass(frozen=True, slots=True)
class Found:
    """The results of a query. `corrected` is the query that was searched for instead. `total` counts at most FOUND_MAX
    documents. `words` are the words that were searched for. `partly`: no document has all of them,
    because one of them is in no document."""

    results: Sequence[Result]
    total: int
    corrected: str | None = None
    words: Sequence[str] = field(default=())
    partly: bool = False


class Finder:
    def __init__(self, index: Index, known: KnownWords) -> None:
        self._index = index
        self._known = known

    def find(self, tx: Tx, asked: Asked) -> Found:
        """The documents that this person finds."""
        if asked.sentences:
            return self._answering(tx, asked)
        typed = query_words(asked.q)
        if not typed:
            return Found([], 0)
        audiences = asked.reader.audiences
        vocabulary, scope = self._known.current(tx), Scope(audiences, asked.locale.split("-")[0])
        spelling = Spelling([[each.word] for each in typed], [])
        if not asked.as_typed:
            spelling = self._speller(tx, vocabulary, scope).meant(typed, typing=asked.typing)
        among = Filter(audiences, asked.kinds, asked.product)
        hits, terms, partly = self._search(tx, asked, spelling.words, among, vocabulary, scope)
        corrected = _rewritten(asked.q, typed, spelling.changes) if spelling.changes else None
        words = [word for word, *_ in spelling.words]
        results = self._results(tx, hits[: asked.limit + TWINS], terms)
        twins = min(len(hits), asked.limit + TWINS) - len(results)
        return Found(results[: asked.limit], len(hits) - twins, corrected, words, partly)

    def _answering(self, tx: Tx, asked: Asked) -> Found:
        """The documents that may answer a text."""
        vocabulary, scope = self._known.current(tx), Scope(asked.reader.audiences, asked.locale.split("-")[0])

        def documents(word: str) -> int:
            return vocabulary.documents(scope, word)

        words = telling_words(asked.q, documents)
        if not words:
            return Found([], 0)
        terms, among = [[word] for word in words], Filter(asked.reader.audiences, asked.kinds, asked.product)
        hits = self._index.find(tx, terms, among, max(LIKELY, asked.limit), every=False)
        titles, fit = self._index.titles(tx, [hit.id for hit in hits]), Titles(words, documents, self._index.total(tx))
        found = _Kept(scope.locale)
        found.add(sorted(hits, key=lambda hit: (-hit.score - fit.score(titles.get(hit.id, ())), hit.id)))
        best = self._in_language(tx, found.hits, asked, among)
        results = self._results(tx, best[: asked.limit + TWINS], terms)[: asked.limit]
        return Found(results, len(results), words=words)

    def newest(self, tx: Tx, asked: Asked, section: str, limit: int) -> Sequence[Document]:
        """The documents of a section that changed last, of the kinds and the product of `asked`."""
        among = Filter(asked.reader.audiences, asked.kinds, asked.product)
        hits = _Kept(asked.locale.split("-")[0])
        hits.add(self._index.newest(tx, section, among, 3 * limit))
        ids = [hit.id for hit in hits.hits[:limit]]
        documents = self._index.documents(tx, ids)
        return [documents[id_] for id_ in ids if id_ in documents]

    def _speller(self, tx: Tx, vocabulary: Vocabulary, scope: Scope) -> Speller:
        # Documents of other kinds and about other products may know a word too.
        among = Filter(scope.audiences)

        def occurs(word: str) -> bool:
            return bool(self._index.count(tx, [[word]], among, 1))

        def together(words: Sequence[str]) -> int:
            terms = [[word] for word in words if word not in STOP_WORDS]
            return self._index.count(tx, terms, among, FOUND_MAX) if terms else 0

        return Speller(vocabulary, scope, occurs, together)

    def _search(
        self, tx: Tx, asked: Asked, words: Sequence[list[str]], among: Filter, vocabulary: Vocabulary, scope: Scope
    ) -> tuple[list[Hit], Terms, bool]:
        """The hits; the terms to highlight; True if a word is in no document. `words` has alternatives."""
        terms: Terms = [each for each in words if each[0] not in STOP_WORDS] or words
        found, last = _Kept(scope.locale), terms[-1]
        found.add(self._index.titled(tx, [word for word, *_ in words], among, asked.limit))
        found.add(self._index.find(tx, terms, among, FOUND_MAX, every=True))
        begun = last is words[-1] and len(last[0]) >= (BEGINNING_MIN if len(terms) > 1 else 1)
        if asked.typing and begun and len(found) < asked.limit:
            longer = vocabulary.beginning(scope, last[0], BEGINNINGS)
            if longer:
                terms = [*terms[:-1], [*last, *longer]]
                found.add(self._index.find(tx, terms, among, FOUND_MAX, every=True))
        if len(found) < FEW:
            parts = [[*term, *_containing(vocabulary, scope, term[0])] for term in terms]
            if parts != terms:
                terms = parts
                found.add(self._index.find(tx, terms, among, FOUND_MAX, every=True))
        partly = not len(found) and not all(self._index.count(tx, [term], among, 1) for term in terms)
        whole = len(found)
        if len(found) < asked.limit and len(terms) > 1:
            found.fill(self._index.find(tx, terms, among, 3 * asked.limit, every=False), asked.limit)
        steps = (found.hits[:whole], found.hits[whole:])
        return [hit for step in steps for hit in self._in_language(tx, step, asked, among)], terms, partly

    def _in_language(self, tx: Tx, hits: Sequence[Hit], asked: Asked, among: Filter) -> Sequence[Hit]:
        if not asked.locale_first:
            return hits
        locale = asked.locale.split("-")[0]
        foreign = [hit for hit in hits if hit.locale != locale]
        theirs = {(hit.kind, hit.source): hit for hit in self._index.translations(tx, foreign, locale, among)}
        shown = [theirs.get((hit.kind, hit.source), hit) for hit in hits]
        return sorted(shown, key=lambda hit: hit.locale != locale)

    def _results(self, tx: Tx, hits: Sequence[Hit], terms: Terms) -> list[Result]:
        documents, excerpts = self._index.documents(tx, [hit.id for hit in hits]), Excerpts(terms)
        found = [documents[hit.id] for hit in hits if hit.id in documents]
        return [
            Result(document, excerpts.of(document.body), excerpts.highlights(document.title))
            for document in _of_one_page_once(found)
        ]


class _Kept:
    """The hits so far. What is found in several languages is kept once, in the reader's language if possible."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._found = dict[tuple[Kind, str], Hit]()

    def __len__(self) -> int:
        return len(self._found)

    @property
    def hits(self) -> list[Hit]:
        return list(self._found.values())

    def add(self, hits: Iterable[Hit]) -> None:
        for hit in hits:
            before = self._found.get((hit.kind, hit.source))
            if before is None or (before.locale != self._locale and hit.locale == self._locale):
                self._found[hit.kind, hit.source] = hit

    def fill(self, hits: Iterable[Hit], most: int) -> None:
        for hit in hits:
            if len(self._found) < most or (hit.kind, hit.source) in self._found:
                self.add([hit])


def _of_one_page_once(documents: Iterable[Document]) -> list[Document]:
    """The documents, without courses that are articles which are found too. The article takes the better place."""
    kept = dict[str, Document]()
    for document in documents:
        page = f"{document.kind}:{document.source}"
        if document.address.startswith("/articles/"):
            page = document.address.partition("-")[0]
        if page not in kept or kept[page].kind == "course":
            kept[page] = document
    return list(kept.values())


def _containing(vocabulary: Vocabulary, scope: Scope, word: str) -> Sequence[str]:
    if len(word) < PART_MIN or vocabulary.documents(scope, word) >= COMMON:
        return ()
    return vocabulary.containing(scope, word, BEGINNINGS)


def _rewritten(q: str, typed: Sequence[Typed], changes: Sequence[Change]) -> str:
    """The query with its corrections, otherwise as it was typed."""
    parts, at = list[str](), 0
    for first, last, other in changes:
        parts += [q[at : typed[first].start], other]
        at = typed[last].end
    return "".join([*parts, q[at:]]).strip()
