"""Follows of the demo's customer, and the news for him. The desk sends the letter when it starts."""

from __future__ import annotations

from clock import Clock
from following.announcement import EVERYTHING, Subject
from following.follow import Level, Owner
from knowledge.adapters.store import SqlArticles
from knowledge.article import ORIGINAL, Article, Reader
from knowledge.ports import Line
from server.live.following.announcing import following_of
from server.live.knowledge.announced_articles import AnnouncedArticles, subjects_of
from storage.ports import Tx

_DAY_MS = 86_400_000
_LINE = "a picture shows where the setting is now."


def add_follows(tx: Tx, account: str, product: str, clock: Clock) -> None:
    """The customer has followed a product for a month. Two articles and a release note about it are new today."""
    now, owner = clock(), Owner(account=account)
    following = following_of(clock)
    store = SqlArticles()
    lines = [line for line in store.lines(tx, Reader(), product) if line.locale == ORIGINAL]
    faqs, releases = _of(lines, "faqs"), _of(lines, "releases")
    if len(faqs) < 3 or not releases:
        return
    level, since = Level("new_and_updates"), now - 30 * _DAY_MS
    followed = [
        (subjects_of(faqs[0])[1], level),
        (subjects_of(releases[-1])[1], Level("new", "weekly")),
        (Subject("article", str(faqs[2].id)), Level("new_and_updates", "daily")),
        (Subject("system", EVERYTHING), level),
    ]
    for subject, chosen in followed:
        following.follow(tx, owner, subject, chosen, since)
    announced = AnnouncedArticles(following)
    for article, is_new in ((faqs[0], False), (faqs[1], True)):
        text = store.texts(tx, article.id)[ORIGINAL]
        announced.tell(tx, article, text, new=is_new, line="" if is_new else text.changed or _LINE, not_before=now)


def _of(lines: list[Line], section: str) -> list[Article]:
    return [line.article for line in lines if line.article.section == section]
