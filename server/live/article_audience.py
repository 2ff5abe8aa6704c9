"""Tells search and followers what readers can read: implements `knowledge.authoring_ports.Audience`."""

from __future__ import annotations

from collections.abc import Mapping

from following.announcement import Announcement, Subject
from following.service import Following
from knowledge.addresses import article_path, slug_of
from knowledge.article import ORIGINAL, Article, Text
from server.live.searched_articles import SearchedArticles
from storage.ports import Tx


class ArticleAudience:
    def __init__(self, searched: SearchedArticles, following: Following) -> None:
        self._searched = searched
        self._following = following

    def shown(self, tx: Tx, article: Article, texts: Mapping[str, Text]) -> None:
        self._searched.put(tx, article.id)

    def hidden(self, tx: Tx, article: Article) -> None:
        self._searched.put(tx, article.id)

    def tell(self, tx: Tx, article: Article, text: Text, *, new: bool, line: str, not_before: int) -> None:
        product = slug_of(article.product)
        section = Subject("releases", product) if article.section == "releases" else None
        subjects = [Subject("article", str(article.id)), section or Subject("section", f"{product}/{article.section}")]
        self._following.announce(
            tx,
            Announcement(
                source=_source(article, text.locale),
                version=text.version,
                subjects=subjects,
                news="new" if new else "update",
                title=text.title,
                line=line,
                address=article_path(article.id, text.title),
                visibility=article.visibility,
                product=article.product,
                not_before=not_before,
            ),
        )

    def take_back(self, tx: Tx, article: Article, locale: str, version: int) -> None:
        self._following.take_back(tx, _source(article, locale), version)


def _source(article: Article, locale: str) -> str:
    """Identifies a text of an article among all that followers are told about."""
    return f"article:{article.id}" if locale == ORIGINAL else f"article:{article.id}:{locale}"
