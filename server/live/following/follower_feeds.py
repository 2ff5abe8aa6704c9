"""Feeds: the public articles of a section, the versions of a public article, and the notices of one person.

Raises StorageUnavailable, and Refused as the methods say.
"""

from __future__ import annotations

import secrets

from clock import Clock
from following.adapters.feeds import SqlFeeds
from following.adapters.follows import SqlFollows
from following.announcement import Subject
from following.feed_tokens import ID_BYTES, FeedTokens
from following.notices import Notices
from following.private_feeds import PrivateFeeds
from identity.actor import Actor
from knowledge.adapters.author_store import SqlAuthoring
from knowledge.adapters.store import SqlArticles
from knowledge.article import Reader
from knowledge.service import Articles, Gone
from refusals import Refused
from server.live.following.followers import Followers
from storage.ports import Storage, Tx
from widgets.following_ports import ArticleFeedView, FeedView, NoticesFeedView, NoticeView

_NOTHING = "There is no such feed."


class FollowerFeeds:
    def __init__(
        self, storage: Storage, clock: Clock, followers: Followers, notices: Notices, tokens: FeedTokens
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._followers = followers
        self._notices = notices
        self._tokens = tokens
        self._feeds = PrivateFeeds(SqlFeeds(), SqlFollows())
        self._articles = Articles(SqlArticles())
        self._versions = SqlAuthoring()

    # -- for everybody ------------------------------------------------------------------------

    async def section(self, product: str, section: str, locale: str) -> FeedView:
        """The articles of a section that everybody may read. Raises Refused(not_found)."""
        subject = Subject("releases", product) if section == "releases" else Subject("section", f"{product}/{section}")

        def read(tx: Tx) -> FeedView:
            followed = self._followers.followed(tx, None, subject, "en")
            if followed is None:
                raise Refused("not_found", _NOTHING)
            lines = self._articles.of_product(tx, Reader(), followed.product or "", locale)
            return FeedView(followed, [line for line in lines if line.article.section == section])

        return await self._storage.read(read)

    async def article(self, id_: int, locale: str) -> ArticleFeedView:
        """The versions of an article that everybody may read. Raises Refused(not_found)."""

        def read(tx: Tx) -> ArticleFeedView:
            shown = self._articles.read(tx, Reader(), id_, locale)
            if isinstance(shown, Gone):
                raise Refused("not_found", _NOTHING)
            text = shown.stored.text
            return ArticleFeedView(id_, text.locale, text.title, self._versions.versions(tx, id_, text.locale))

        return await self._storage.read(read)

    # -- for one person -----------------------------------------------------------------------

    async def token(self, actor: Actor) -> str | None:
        """The token of the person's feed. None if the person has none."""
        feed = await self._storage.read(lambda tx: self._feeds.of(tx, self._followers.owner(tx, actor)))
        return self._tokens.of(feed) if feed is not None else None

    async def make(self, actor: Actor) -> None:
        """Make a feed for the person. The address of an earlier one no longer works."""
        now, feed = self._clock(), secrets.token_urlsafe(ID_BYTES)
        await self._storage.write(lambda tx: self._feeds.make(tx, self._followers.owner(tx, actor), feed, now))

    async def revoke(self, actor: Actor) -> None:
        await self._storage.write(lambda tx: self._feeds.revoke(tx, self._followers.owner(tx, actor)))

    async def of_token(self, token: str) -> NoticesFeedView:
        """The notices of the person whose feed this is, about what the person may read now. Raises
        Refused(not_found)."""
        feed, now = self._tokens.feed(token), self._clock()
        if feed is None:
            raise Refused("not_found", _NOTHING)
        return await self._storage.read(lambda tx: self._told(tx, feed, now))

    def _told(self, tx: Tx, feed: str, now: int) -> NoticesFeedView:
        follower = self._feeds.follower(tx, feed)
        if follower is None or self._followers.actor(tx, follower.owner) is None:
            raise Refused("not_found", _NOTHING)
        _, owner = self._followers.current(tx, follower.owner)
        views = [
            (told.notice.announcement, NoticeView.of(told, *self._followers.title(tx, told.announcement, owner.locale)))
            for told in self._notices.shown(tx, follower, now)
        ]
        return NoticesFeedView(owner.locale or "en", views)
