"""Follows, and the announcements of what is new. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clock import Clock
from following.announcement import Announcement, Subject, widened
from following.follow import FOLLOWS_MAX, Follow, Follower, How, Level, Owner
from following.ports import Announcements, Follows, Tx
from refusals import Refused


class Following:
    def __init__(self, follows: Follows, announcements: Announcements, clock: Clock) -> None:
        self._follows = follows
        self._announcements = announcements
        self._clock = clock

    # -- announcing -----------------------------------------------------------------------

    def announce(self, tx: Tx, announcement: Announcement) -> None:
        """Tell the followers of its subjects, once `not_before` has come. Call it in the transaction that publishes.

        An earlier announcement about the same source that has not been told yet is replaced: followers get one notice
        about both. An announcement with the same source and version that has been told is not told again.
        """
        now = self._clock()
        before = self._announcements.pending_of(tx, announcement.source, now)
        self._announcements.remove(tx, [stored.id for stored in before])
        if self._announcements.known(tx, announcement.source, announcement.version):
            return
        is_new = announcement.news == "new" or any(stored.announcement.news == "new" for stored in before)
        told = replace(
            announcement, subjects=widened(announcement.subjects), news="new" if is_new else announcement.news
        )
        self._announcements.add(tx, told, now)

    def waiting(self, tx: Tx, source: str) -> list[int]:
        """The versions of announcements about this source that have not been told yet."""
        return [stored.announcement.version for stored in self._announcements.pending_of(tx, source, self._clock())]

    def take_back(self, tx: Tx, source: str, version: int) -> bool:
        """Tell nobody about this version. Returns False if its time to be taken back is over."""
        pending = self._announcements.pending_of(tx, source, self._clock())
        ours = [stored.id for stored in pending if stored.announcement.version == version]
        self._announcements.remove(tx, ours)
        return bool(ours)

    # -- following ------------------------------------------------------------------------

    def follow(self, tx: Tx, owner: Owner, subject: Subject, level: Level, now: int) -> Follow:
        """Start to follow a subject, or change the level. Raises Refused(conflict) after FOLLOWS_MAX subjects.

        The caller checks that the person may read the subject.
        """
        follower = self._follows.keep_follower(tx, owner, now)
        before = self._follows.one(tx, follower.id, subject)
        if (before is None or before.ended_at is not None) and len(self.of(tx, owner)) >= FOLLOWS_MAX:
            raise Refused("conflict", f"You follow {FOLLOWS_MAX} things already. Unfollow some of them first.")
        if subject.kind == "article":
            level = replace(level, what="new_and_updates")
        id_ = self._follows.put(tx, follower.id, subject, level, now)
        return Follow(id_, follower.id, subject, level, now)

    def unfollow(self, tx: Tx, owner: Owner, subject: Subject, now: int) -> bool:
        """Returns False if the person did not follow the subject."""
        found = self.one(tx, owner, subject)
        return found is not None and self._follows.end(tx, [found.id], now) > 0

    def one(self, tx: Tx, owner: Owner, subject: Subject) -> Follow | None:
        """The person's follow of a subject. None if the person does not follow it."""
        follower = self._follows.follower(tx, owner)
        found = self._follows.one(tx, follower.id, subject) if follower is not None else None
        return found if found is not None and found.ended_at is None else None

    def of(self, tx: Tx, owner: Owner) -> list[Follow]:
        """All that a person follows, in the order in which it began."""
        follower = self._follows.follower(tx, owner)
        return self._follows.of_follower(tx, follower.id) if follower is not None else []

    def set_how(self, tx: Tx, owner: Owner, how: How) -> None:
        """Change how often the person is told, for all that the person follows."""
        self._follows.set_how(tx, [follow.id for follow in self.of(tx, owner)], how)

    def may_take_over(self, tx: Tx, address: str) -> bool:
        """True if follows began with this address, before its owner had an account."""
        return bool(self.of(tx, Owner(address=address)))

    def take_over(self, tx: Tx, owner: Owner, address: str, now: int) -> None:
        """Give the follows and notices of an address to the account `owner`, which has proven the address.

        What the account follows already keeps its level. The links in earlier letters still work.
        """
        old = self._follows.follower(tx, Owner(address=address))
        if old is None:
            return
        new = self._follows.keep_follower(tx, owner, now)
        room, moved = FOLLOWS_MAX - len(self._follows.of_follower(tx, new.id)), list[int]()
        for follow in self._follows.of_follower(tx, old.id):
            before = self._follows.one(tx, new.id, follow.subject)
            if before is None and room > 0:
                moved.append(follow.id)
                room -= 1
                continue
            if before is not None and before.ended_at is not None and room > 0:
                self._follows.put(tx, new.id, follow.subject, follow.level, now)
                room -= 1
            self._follows.end(tx, [follow.id], now)
        self._follows.move(tx, moved, new.id)
        self._announcements.move_notices(tx, old.id, new.id)

    # -- follows that a link in a letter names ----------------------------------------------

    def named(self, tx: Tx, ids: Sequence[int]) -> tuple[Follower | None, list[Follow]]:
        """The follows with these ids and their follower, including follows that have ended."""
        found = self._follows.find(tx, ids)
        if not found:
            return None, []
        return self._follows.followers(tx, [found[0].follower]).get(found[0].follower), found

    def end(self, tx: Tx, ids: Sequence[int], now: int) -> int:
        """End follows that a link names. Returns how many of them had not ended."""
        return self._follows.end(tx, ids, now)

    def resume(self, tx: Tx, ids: Sequence[int], how: How | None, now: int) -> None:
        """Start follows again that a link has ended. `how`: change how often the person is told."""
        for follow in self._follows.find(tx, ids):
            level = follow.level if how is None else replace(follow.level, how=how)
            self._follows.put(tx, follow.follower, follow.subject, level, now)
