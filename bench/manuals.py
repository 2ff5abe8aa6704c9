"""Two manuals of others, as documents, and their printed indexes, as queries with the pages that answer them.

The manual of PostgreSQL and the documentation of Python come from the Debian packages `postgresql-doc-17` and
`python3.13-doc`. Misspelt words come from the list of codespell: words that people really misspelt.
"""

from __future__ import annotations

import html
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

from search.document import Document
from search.words import query_words, words_of

DOCS = Path("/usr/share/doc")
PAGES_MAX = 3
"""Terms that the index finds on more pages are left out."""
SEED = 17

_TAG = re.compile(r"<[^>]*>")
_ASIDE = re.compile(r"\([^)]*\)")
_BLOCK = re.compile(r"</(?:p|h[1-6]|li|td|th|pre|tr|dt|dd|div)>")
_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)
_NUMBER = re.compile(r"^(?:Chapter |Appendix )?[0-9A-Z][0-9.]*\.\s+")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Query:
    """A term of an index. `pages` are the names of the pages that it leads to."""

    q: str
    pages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Manual:
    name: str
    documents: Sequence[Document]
    queries: Sequence[Query]

    def misspelt(self) -> list[Query]:
        """The queries that contain a word with a known misspelling, with one such word misspelt."""
        chance, wrong = random.Random(SEED), misspellings()
        found = []
        for query in self.queries:
            words = [word for word in query_words(query.q) if word.word in wrong]
            if words:
                word = chance.choice(words)
                other = chance.choice(wrong[word.word])
                found.append(Query(query.q[: word.start] + other + query.q[word.end :], query.pages))
        return found


@cache
def misspellings() -> Mapping[str, Sequence[str]]:
    """The misspellings of each word. Only words with one correction."""
    wrong = defaultdict[str, list[str]](list)
    for line in (files("codespell_lib") / "data" / "dictionary.txt").read_text("utf-8").splitlines():
        misspelling, _, right = line.partition("->")
        if right.isalpha() and misspelling.isalpha():
            wrong[right.lower()].append(misspelling.lower())
    return wrong


@cache
def postgres() -> Manual:
    folder = DOCS / "postgresql-doc-17" / "html"
    pages = [page for page in sorted(folder.glob("*.html")) if page.name not in ("bookindex.html", "index.html")]
    documents = [_document(page, folder, "<hr /></div>", '<div class="navfooter">') for page in pages]
    index = _Terms("dt", "dl")
    index.feed((folder / "bookindex.html").read_text("utf-8"))
    return Manual("PostgreSQL's manual", documents, _queries(index, documents))


@cache
def python() -> Manual:
    folder = DOCS / "python3.13" / "html"
    pages = [page for page in sorted(folder.rglob("*.html")) if not page.name.startswith(("genindex", "search"))]
    documents = [_document(page, folder, 'role="main"', 'class="sphinxsidebar"') for page in pages]
    index = _Terms("li", "ul")
    index.feed((folder / "genindex-all.html").read_text("utf-8"))
    return Manual("Python's documentation", documents, _queries(index, documents))


def _document(page: Path, folder: Path, begins: str, ends: str) -> Document:
    text = page.read_text("utf-8")
    title = _NUMBER.sub("", _plain((_TITLE.search(text) or [""])[0]).removesuffix(" — Python 3.13.5 documentation"))
    body = text.partition(begins)[2].partition(ends)[0] or text
    source = page.relative_to(folder).as_posix()
    return Document(
        kind="article",
        source=source,
        locale="en",
        title=title,
        headings="\n".join(_plain(heading) for heading in _HEADING.findall(body)),
        body=_plain(body),
        labels="",
        product=None,
        section="faqs",
        address=f"/{source}",
        visibility="public",
        updated_at=0,
    )


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub("", _BLOCK.sub("\n", markup))).strip()


class _Terms(HTMLParser):
    """Reads an index: lists of terms, with the terms below each. `found` are terms with their addresses."""

    def __init__(self, item: str, group: str) -> None:
        super().__init__()
        self._item, self._group = item, group
        self._above: list[str] = []
        self._term, self._address, self._reads = "", "", False
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self._item:
            self._term, self._reads = "", True
        elif tag == self._group:
            self._above.append(self._term)
            self._term = ""
        elif tag == "a":
            self._address = dict(attrs).get("href") or ""
            # DocBook has a term before its links, Sphinx in the first of them.
            self._reads = self._reads and not (self._item == "dt" and self._address)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._group and self._above:
            self._term, self._reads = self._above.pop(), False
        elif tag == "a" and self._term and self._above:
            self._reads = False
            above = self._above[-1]
            if self._term.startswith("("):
                above = above.partition("(")[0]
            self.found.append((f"{above} {self._term}".strip(), self._address))

    def handle_data(self, data: str) -> None:
        if self._reads:
            self._term = f"{self._term} {data}".strip(" ,\n")


def _queries(index: _Terms, documents: Sequence[Document]) -> list[Query]:
    known = {document.source for document in documents}
    pages = defaultdict[str, set[str]](set)
    for term, address in index.found:
        page = address.partition("#")[0]
        if page in known:
            pages[_asked(term)].add(page)
    return [Query(q, frozenset(of)) for q, of in pages.items() if words_of(q) and len(of) <= PAGES_MAX]


def _asked(term: str) -> str:
    """The term without what stands in parentheses: in Python's index, the module or class of a name."""
    return " ".join(_ASIDE.sub(" ", term).replace("_", " ").split())


ARTICLE = 1_600
"""Characters of an article of `articles`."""


def articles(count: int) -> list[Document]:
    """Articles of the length that is usual in a help center: pieces of the pages of both manuals, with their titles."""
    pieces = [
        replace(page, source=f"{page.source}#{at}", headings="", body=page.body[at : at + ARTICLE])
        for manual in of_both()
        for page in manual.documents
        for at in range(0, max(len(page.body), 1), ARTICLE)
    ]
    return random.Random(SEED).sample(pieces, count)


def of_both() -> Iterator[Manual]:
    yield postgres()
    yield python()
