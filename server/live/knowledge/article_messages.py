"""Connects articles with webhooks. The transaction that publishes a text queues the messages about it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.json import encode

from clock import rfc3339
from knowledge.addresses import article_path
from knowledge.article import Article, Text
from storage.ports import Tx
from webhooks.message import Event, NewMessage
from webhooks.service import Webhooks

PUBLISHED: Event = "article.published"


class ArticleMessages:
    def __init__(self, webhooks: Webhooks, base_url: Callable[[], str], wake: Callable[[], None] | None = None) -> None:
        """`wake` is called after the commit of each message."""
        self._webhooks = webhooks
        self._base_url = base_url
        self._wake = wake

    def published(self, tx: Tx, article: Article, text: Text, now: int) -> None:
        """Queue a message about this version to each program that gets the event. It names no words of the text."""
        data = {
            "article": article.id,
            "locale": text.locale,
            "version": text.version,
            "product": article.product,
            "section": article.section,
            "kind": article.kind,
            "visibility": article.visibility,
            "status": article.state,
            "url": f"{self._base_url()}{article_path(article.id, '')}",
        }
        payload = encode({"type": PUBLISHED, "timestamp": rfc3339(now), "data": data}).decode()
        if self._webhooks.announce(tx, NewMessage(PUBLISHED, payload), now) and self._wake is not None:
            tx.after_commit(self._wake)
