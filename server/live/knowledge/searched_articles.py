"""Puts articles into the search index."""

from __future__ import annotations

import html
import re

from knowledge.addresses import article_path
from knowledge.article import Article
from knowledge.ports import Store, Stored
from search.document import Document, Kind
from search.service import Index
from storage.ports import Tx

_HEADING = re.compile(r"<h[2-6][^>]*>(.*?)</h[2-6]>", re.DOTALL)
_BLOCK_END = re.compile(r"</(?:p|h[2-6]|li|td|th|pre|tr)>|<br>")
_TAG = re.compile(r"<[^>]+>")


class SearchedArticles:
    def __init__(self, store: Store, index: Index) -> None:
        self._store = store
        self._index = index

    def put(self, tx: Tx, id_: int) -> None:
        """Let searches find an article as it is now: its published texts, for the people who may read it.

        Call it in the transaction that changed the article. If nothing changed, it does nothing.
        """
        article = self._store.article(tx, id_)
        documents = list[Document]()
        if article is not None and article.state == "published":
            documents = [document_of(article, one) for _, one in sorted(self._store.stored(tx, id_).items())]
        for kind in KINDS_OF_ARTICLES:
            self._index.replace(tx, kind, str(id_), [one for one in documents if one.kind == kind])


KINDS_OF_ARTICLES: tuple[Kind, ...] = ("article", "release")


def document_of(article: Article, stored: Stored) -> Document:
    """A text of an article, as the search sees it."""
    text = stored.text
    return Document(
        kind="release" if article.section == "releases" else "article",
        source=str(article.id),
        locale=text.locale,
        title=text.title,
        headings="\n".join(plain(heading) for heading in _HEADING.findall(stored.html)),
        body="\n".join(part for part in (text.summary, plain(stored.html)) if part),
        labels=" ".join((*article.labels, article.topic, article.product)),
        product=article.product,
        section=article.section,
        address=article_path(article.id, text.title),
        visibility=article.visibility,
        updated_at=text.updated_at,
    )


def plain(markup: str) -> str:
    """The words of a rendered text, without its tags."""
    return html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", markup))).strip()
