"""Tells search, followers and webhooks what readers can read: implements `knowledge.authoring_ports.Audience`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from following.service import Following
from knowledge.article import Article, Text
from server.live.knowledge.announced_articles import AnnouncedArticles
from server.live.knowledge.searched_articles import SearchedArticles
from storage.ports import Tx


class ArticleAudience:
    def __init__(
        self,
        searched: SearchedArticles,
        following: Following,
        published: Callable[[Tx, Article, Text], None] | None = None,
    ) -> None:
        """`published` is called with each new version."""
        self._searched = searched
        self._published = published
        self._announced = AnnouncedArticles(following)

    def shown(self, tx: Tx, article: Article, texts: Mapping[str, Text]) -> None:
        self._searched.put(tx, article.id)

    def hidden(self, tx: Tx, article: Article) -> None:
        self._searched.put(tx, article.id)

    def published(self, tx: Tx, article: Article, text: Text, now: int) -> None:
        if self._published is not None:
            self._published(tx, article, text)

    def tell(self, tx: Tx, article: Article, text: Text, *, new: bool, line: str, not_before: int) -> None:
        self._announced.tell(tx, article, text, new=new, line=line, not_before=not_before)

    def take_back(self, tx: Tx, article: Article, locale: str, version: int) -> None:
        self._announced.take_back(tx, article, locale, version)
