"""Gives followers their notices, and decides which of them are mailed together. Each method is the body of one
transaction, short enough not to delay messages.

`tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from following.announcement import Announcement
from following.follow import HOWS, Follower, due_after_move, due_at, whats_of
from following.ports import Announcements, Follows, Notice, Reach, Reached, Stored, Tx

SHOWN_MAX = 30
"""The most notices that a person sees under the bell."""
NEWS_MAX = 30
"""The most pieces of news in one letter. The next letter has the others."""
KEPT_MS = 180 * 24 * 3_600_000
"""The time for which notices are kept."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with what it tells."""

    notice: Notice
    announcement: Announcement


@dataclass(frozen=True, slots=True)
class Plan:
    """Followers who get their notices next. `chunks` has their groups by chunk. `exhausted`: the subject has no further
    followers."""

    stored: Stored
    reach: Reach | None
    chunks: Sequence[Sequence[Reached]]
    exhausted: bool

    @property
    def count(self) -> int:
        """The number of chunks to give."""
        return max(len(self.chunks), 1)


class Access(Protocol):
    """Decides who may read what. It reads the current state, not that of the announcement."""

    def readable(self, tx: Tx, follower: Follower, announcements: Mapping[int, Announcement]) -> Collection[int]:
        """Those of these announcements, by id, that tell of something that the follower may read now."""
        ...

    def zone(self, tx: Tx, follower: Follower) -> str | None:
        """The present time zone of the follower's account. None if it is unknown."""
        ...


class Letters(Protocol):
    def queue(self, tx: Tx, follower: Follower, announcements: Sequence[int], follows: Sequence[int]) -> bool:
        """Queue one letter about these announcements. `follows` are those that caused it. Returns False if there is no
        address to which letters to this follower may go."""
        ...


class Notices:
    def __init__(self, follows: Follows, announcements: Announcements, access: Access, letters: Letters) -> None:
        self._follows = follows
        self._announcements = announcements
        self._access = access
        self._letters = letters

    def due(self, tx: Tx, now: int) -> bool:
        """True if `give` or `mail` has something to do."""
        return self._announcements.is_due(tx, now)

    def plan(self, tx: Tx, now: int, size: int, chunks: int) -> Plan | None:
        """The next followers of the oldest announcement that is due, in `chunks` chunks of `size` at most. None if no
        announcement is due. Only reads."""
        stored = self._announcements.next_due(tx, now)
        if stored is None:
            return None
        (place, cursor), subjects = stored.progress, stored.announcement.subjects
        if place >= len(subjects):
            return Plan(stored, None, [], exhausted=True)
        subject = subjects[place]
        whats = whats_of(subject.kind, stored.announcement.news)
        reach = Reach(subject, whats, stored.created_at, cursor)
        groups = defaultdict[int, list[Reached]](list)
        for group in self._announcements.chunks(tx, reach, size, size * chunks):
            groups[group.chunk].append(group)
        found = sum(group.count for some in groups.values() for group in some)
        return Plan(stored, reach, list(groups.values()), exhausted=found < size * chunks)

    def give(self, tx: Tx, plan: Plan, number: int, zone: str, now: int) -> bool:
        """Give notices to the followers of one chunk of a plan. The chunks come in their order, and an empty plan has
        one. Returns False if the plan is outdated. `zone` is that of followers whose own is unknown."""
        stored, chunk = plan.stored, plan.chunks[number] if plan.chunks else []
        place, before = stored.progress
        if number:
            before = _last(plan.chunks[number - 1])
        is_last = plan.exhausted and number == plan.count - 1
        after = (place + 1, 0) if is_last else (place, _last(chunk))
        done = after[0] >= len(stored.announcement.subjects)
        if not self._announcements.move_on(tx, stored.id, (place, before), after, now if done else None):
            return False
        if plan.reach is not None and chunk:
            due = {(group.how, group.zone): due_at(group.how, now, group.zone or zone) for group in chunk}
            reach = replace(plan.reach, after=before)
            self._announcements.add_notices(tx, stored.id, reach, _last(chunk), due)
        return True

    def mail(self, tx: Tx, now: int, limit: int) -> int:
        """Queue a letter to each of at most `limit` followers with notices that are due. A letter has all that is due.
        What a follower may no longer read is dropped. A follower whose account is in another time zone now gets daily
        and weekly letters at 08:00 there. Returns how many followers were settled."""
        followers = self._announcements.followers_due(tx, now, limit)
        if not followers:
            return 0
        owners = self._follows.followers(tx, followers)
        due = defaultdict[int, list[Notice]](list)
        for notice in self._announcements.due_of(tx, followers, now, limit * NEWS_MAX):
            due[notice.follower].append(notice)
        announcements = self._announcements.find(tx, {one.announcement for some in due.values() for one in some})
        for id_, notices in due.items():
            follower = owners.get(id_)
            present = self._due_there(tx, follower, notices, now) if follower is not None else notices
            if present:
                self._settle(tx, follower, present[:NEWS_MAX], announcements, now)
        return len(due)

    def _due_there(self, tx: Tx, follower: Follower, notices: list[Notice], now: int) -> list[Notice]:
        """The notices that are also due in the present time zone of the follower. The others are postponed."""
        zone = self._access.zone(tx, follower)
        if zone is None or zone == follower.owner.timezone:
            return notices
        self._follows.keep_follower(tx, replace(follower.owner, timezone=zone), now)
        follows, kept = self._follows.of_follower(tx, follower.id), notices
        for how in HOWS:
            ids = {follow.id for follow in follows if follow.level.how == how}
            planned = [one.due_at for one in notices if one.follow in ids]
            until = due_after_move(how, min(planned), zone) if planned else now
            if until > now:
                self._announcements.postpone(tx, follower.id, ids, now, until)
                kept = [one for one in kept if one.follow not in ids]
        return kept

    def forget(self, tx: Tx, after: int, now: int, limit: int) -> int | None:
        """Delete the notices that are older than KEPT_MS, of followers with an id higher than `after`. Looks at about
        `limit` notices. Returns the id from which to go on, or None at the end."""
        return self._announcements.forget_notices(tx, after, now - KEPT_MS, limit)

    def _settle(
        self,
        tx: Tx,
        follower: Follower | None,
        notices: Sequence[Notice],
        announcements: Mapping[int, Announcement],
        now: int,
    ) -> None:
        theirs, told = notices[0].follower, list[Notice]()
        if follower is not None:
            news = {one.announcement: announcements[one.announcement] for one in notices}
            readable = self._access.readable(tx, follower, news)
            told = [one for one in self._still_followed(tx, notices, news) if one.announcement in readable]
        if follower is not None and told:
            follows = list(dict.fromkeys(one.follow for one in told))
            ids = [one.announcement for one in told]
            queued = self._letters.queue(tx, follower, ids, follows)
            self._announcements.settle(tx, theirs, ids, now, "mailed" if queued else "shown")
        dropped = {one.announcement for one in notices} - {one.announcement for one in told}
        self._announcements.settle(tx, theirs, dropped, now, "dropped")

    def _still_followed(
        self, tx: Tx, notices: Sequence[Notice], announcements: Mapping[int, Announcement]
    ) -> list[Notice]:
        """The notices whose follows have not ended. A notice whose follow has ended is kept for another follow of the
        person that reaches the same news."""
        found = self._follows.find(tx, {one.follow for one in notices})
        ended = {follow.id for follow in found if follow.ended_at is not None}
        if not ended:
            return list(notices)
        live = {follow.subject: follow for follow in self._follows.of_follower(tx, notices[0].follower)}
        kept = []
        for notice in notices:
            announcement = announcements[notice.announcement]
            others = [live[subject] for subject in announcement.subjects if subject in live]
            reaching = [one for one in others if one.level.what in whats_of(one.subject.kind, announcement.news)]
            if notice.follow not in ended:
                kept.append(notice)
            elif reaching:
                kept.append(replace(notice, follow=reaching[0].id))
        return kept

    # -- under the bell -----------------------------------------------------------------------

    def shown(self, tx: Tx, follower: Follower, now: int) -> list[Told]:
        """The newest notices of a follower about what the follower may read, newest first."""
        notices = self._announcements.notices(tx, follower.id, now, SHOWN_MAX)
        news = self._announcements.find(tx, {one.announcement for one in notices})
        readable = self._access.readable(tx, follower, news)
        return [Told(one, news[one.announcement]) for one in notices if one.announcement in readable]

    def see(self, tx: Tx, follower: Follower, announcements: Collection[int], now: int) -> None:
        """Record that the follower has seen these notices."""
        self._announcements.see(tx, follower.id, announcements, now)

    def last_by_follow(self, tx: Tx, follower: Follower, now: int) -> Mapping[int, int]:
        """The moment of the last notice that each follow of this person caused. Follows without one are left out."""
        return self._announcements.last_by_follow(tx, follower.id, now)


def _last(chunk: Sequence[Reached]) -> int:
    return max(group.last for group in chunk)
