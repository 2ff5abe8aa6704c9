"""Announces articles to followers: `tell` and `take_back` of `knowledge.authoring_ports.Audience`."""

from __future__ import annotations

from zlib import crc32

from following.announcement import Announcement, Subject
from following.service import Following
from knowledge.addresses import article_path, slug_of
from knowledge.article import ORIGINAL, Article, Text
from storage.ports import Tx

_LANGUAGES = 1_000


class AnnouncedArticles:
    def __init__(self, following: Following) -> None:
        self._following = following

    def tell(self, tx: Tx, article: Article, text: Text, *, new: bool, line: str, not_before: int) -> None:
        """Tell the followers of an article about a version, at `not_before` or later. `new` is True for the first
        publication of the article. `line` says what changed.

        A translation is not announced while a notice about the original waits: followers get that one notice.
        """
        waiting = self._following.waiting(tx, f"article:{article.id}") if text.locale != ORIGINAL else []
        if any(version % _LANGUAGES == 0 for version in waiting):
            return
        told = Announcement(
            source=f"article:{article.id}",
            version=version_of(text.locale, text.version),
            subjects=subjects_of(article),
            news="new" if new else "update",
            title=text.title,
            line=line,
            address=article_path(article.id, text.title),
            visibility=article.visibility,
            product=article.product,
            not_before=not_before,
        )
        self._following.announce(tx, told)

    def take_back(self, tx: Tx, article: Article, locale: str, version: int) -> None:
        """Do not send the notice about a version."""
        self._following.take_back(tx, f"article:{article.id}", version_of(locale, version))


def subjects_of(article: Article) -> list[Subject]:
    """What people follow who are told about an article."""
    product = slug_of(article.product)
    section = Subject("section", f"{product}/{article.section}")
    return [
        Subject("article", str(article.id)),
        Subject("releases", product) if article.section == "releases" else section,
    ]


def version_of(locale: str, version: int) -> int:
    """The version of an announcement. It differs by language, since each language counts its own versions."""
    return version * _LANGUAGES + (0 if locale == ORIGINAL else 1 + crc32(locale.encode()) % (_LANGUAGES - 1))
