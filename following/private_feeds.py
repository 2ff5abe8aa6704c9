"""Private feeds: a person's notices, for a feed reader. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from following.follow import Follower, Owner
from following.ports import Feeds, Follows, Tx


class PrivateFeeds:
    """A person has at most one feed. Its id is in its address."""

    def __init__(self, feeds: Feeds, follows: Follows) -> None:
        self._feeds = feeds
        self._follows = follows

    def of(self, tx: Tx, owner: Owner) -> str | None:
        """The id of the person's feed. None if the person has none."""
        follower = self._follows.follower(tx, owner)
        return self._feeds.of_follower(tx, follower.id) if follower is not None else None

    def make(self, tx: Tx, owner: Owner, feed: str, now: int) -> None:
        """Make the feed with this new id. It replaces the one that the person has: that one no longer works."""
        self._feeds.put(tx, self._follows.keep_follower(tx, owner, now).id, feed, now)

    def revoke(self, tx: Tx, owner: Owner) -> None:
        follower = self._follows.follower(tx, owner)
        if follower is not None:
            self._feeds.remove(tx, follower.id)

    def follower(self, tx: Tx, feed: str) -> Follower | None:
        """The person whose feed this is. None if it was revoked."""
        id_ = self._feeds.follower_of(tx, feed)
        return self._follows.followers(tx, [id_]).get(id_) if id_ is not None else None
